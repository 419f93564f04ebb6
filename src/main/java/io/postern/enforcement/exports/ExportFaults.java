package io.postern.enforcement.exports;

import java.util.ArrayList;
import java.util.List;

/** Collects the faults of all files, and what was odd but readable. */
final class ExportFaults {
    private static final int MOST = 100;

    private final List<String> lines = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private int dropped;
    private String file = "";

    /** What follows is about that file. */
    void in(String name) {
        file = name;
    }

    void add(int line, int column, String message) {
        if (lines.size() < MOST) {
            lines.add(file + ":" + line + ":" + column + ": " + message);
        } else {
            dropped++;
        }
    }

    void add(ExportNode node, String message) {
        add(node.line, node.column, message);
    }

    void note(ExportNode node, String message) {
        if (notes.size() < MOST) {
            notes.add(file + ":" + node.line + ":" + node.column + ": " + message);
        }
    }

    int count() {
        return lines.size() + dropped;
    }

    List<String> notes() {
        return notes;
    }

    List<String> lines() {
        if (dropped == 0) {
            return lines;
        }
        List<String> all = new ArrayList<>(lines);
        all.add("and " + dropped + " more faults");
        return all;
    }
}
