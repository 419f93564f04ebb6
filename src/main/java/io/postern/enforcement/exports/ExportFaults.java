package io.postern.enforcement.exports;

import java.util.ArrayList;
import java.util.List;

/**
 * Collects the faults of all files, and what was odd but readable; up to 100 of each are kept. Not
 * thread-safe.
 */
public final class ExportFaults {
    private static final int MOST = 100;

    private final List<String> lines = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private int dropped;
    private String file = "";

    /** What follows is about that file. */
    public void in(String name) {
        file = name;
    }

    /** A fault at a place of that file, both from 1. */
    public void add(int line, int column, String message) {
        if (lines.size() < MOST) {
            lines.add(file + ":" + line + ":" + column + ": " + message);
        } else {
            dropped++;
        }
    }

    /** A fault at a value. */
    public void add(ExportNode node, String message) {
        add(node.line, node.column, message);
    }

    /** Something odd at a value that was read all the same. */
    public void note(ExportNode node, String message) {
        if (notes.size() < MOST) {
            notes.add(file + ":" + node.line + ":" + node.column + ": " + message);
        }
    }

    /** How many faults there are, those that are not kept too. */
    public int count() {
        return lines.size() + dropped;
    }

    /** What was odd, with its places. */
    public List<String> notes() {
        return notes;
    }

    /**
     * The faults as lines {@code file:line:column: message}, the last a count if there are more.
     */
    public List<String> lines() {
        if (dropped == 0) {
            return lines;
        }
        List<String> all = new ArrayList<>(lines);
        all.add("and " + dropped + " more faults");
        return all;
    }
}
