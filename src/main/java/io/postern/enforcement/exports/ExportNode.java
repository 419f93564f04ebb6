package io.postern.enforcement.exports;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One value of an export, whatever the format: a text, a list, an object with members, or an object
 * that is all of these at once, as deserialised ones are.
 */
public final class ExportNode {
    private static final int MAX_TEXT = 4096;
    private static final int MAX_VISITS = 2_000;
    private static final int MAX_DEPTH = 4;

    final int line;
    final int column;

    /** What the value prints as; null = it has no text of its own. */
    String text;

    /** The number behind an enum's text; null = none. */
    String number;

    /** Its type and what that extends, most specific first. */
    List<String> types = List.of();

    private List<ExportNode> items;
    private Map<String, ExportNode> members;

    ExportNode(int line, int column) {
        this.line = line;
        this.column = column;
    }

    /** A text that stands there, line and column from 1. */
    public static ExportNode of(int line, int column, String text) {
        ExportNode node = new ExportNode(line, column);
        node.text = text;
        return node;
    }

    /** Where it stands, from 1. */
    public int line() {
        return line;
    }

    /** Where it stands in that line, from 1. */
    public int column() {
        return column;
    }

    /** What the value prints as; null = it has no text of its own. */
    public String text() {
        return text;
    }

    /** The first of a name stays: properties come before what a script added. */
    void addMember(String name, ExportNode value) {
        if (members == null) {
            members = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        }
        members.putIfAbsent(name, value);
    }

    void beList() {
        if (items == null) {
            items = new ArrayList<>();
        }
    }

    void addItem(ExportNode item) {
        beList();
        items.add(item);
    }

    /** Whether it is a list, an empty one too. */
    public boolean isList() {
        return items != null;
    }

    /** Whether there is no value: null. */
    public boolean isNothing() {
        return text == null && number == null && items == null && members == null;
    }

    /** Its values: the items of a list, itself if it is one value, none if it is nothing. */
    public List<ExportNode> values() {
        if (items != null) {
            return items;
        }
        // Windows PowerShell writes some lists as {"value": [...], "Count": n}.
        ExportNode value = member("value");
        if (value != null && value.isList() && member("Count") != null) {
            return value.items;
        }
        return isNothing() ? List.of() : List.of(this);
    }

    /** The member of that name in any case; null = there is none. */
    public ExportNode member(String name) {
        return members == null ? null : members.get(name);
    }

    /** Its members by name, found in any case; empty = it is no object. */
    public Map<String, ExportNode> members() {
        return members == null ? Map.of() : members;
    }

    /** Its own text, else the text of the first member of these that has one; null = none. */
    String textOr(String... names) {
        if (text != null) {
            return text;
        }
        for (String name : names) {
            ExportNode member = member(name);
            if (member != null && member.text != null) {
                return member.text;
            }
        }
        // Windows PowerShell writes a text with notes of its own as {"value": text, ...}.
        ExportNode value = member("value");
        return value == null ? null : value.text;
    }

    /** For people: everything in it in few words; never long, whatever refers to what. */
    public String summary() {
        StringBuilder summary = new StringBuilder();
        summarise(summary, 0, new int[1]);
        return summary.length() > MAX_TEXT ? summary.substring(0, MAX_TEXT) : summary.toString();
    }

    private void summarise(StringBuilder into, int depth, int[] visits) {
        if (visits[0]++ > MAX_VISITS || into.length() > MAX_TEXT || depth > MAX_DEPTH) {
            return;
        }
        if (text != null) {
            into.append(text, 0, Math.min(text.length(), MAX_TEXT));
        } else if (number != null) {
            into.append(number);
        } else if (items != null) {
            String separator = "";
            for (ExportNode item : items) {
                if (visits[0] > MAX_VISITS) {
                    return;
                }
                into.append(separator);
                item.summarise(into, depth + 1, visits);
                separator = ", ";
            }
        } else if (members != null) {
            String separator = "";
            for (Map.Entry<String, ExportNode> member : members.entrySet()) {
                into.append(separator).append(member.getKey()).append('=');
                member.getValue().summarise(into, depth + 1, visits);
                separator = "; ";
            }
        }
    }
}
