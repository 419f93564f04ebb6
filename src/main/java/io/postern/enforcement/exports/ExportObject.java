package io.postern.enforcement.exports;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads the members of one object of a JSON export; the first fault ends it. */
public final class ExportObject {
    private final ExportNode node;
    private final String what;

    private ExportObject(ExportNode node, String what) {
        this.node = node;
        this.what = what;
    }

    /**
     * An object.
     *
     * @param what it is, for messages, such as {@code an entry}
     * @throws UnreadableException if it is no object
     */
    public static ExportObject of(ExportNode node, String what) throws UnreadableException {
        if (node.members().isEmpty()) {
            throw fault(node, what + " must be an object with members");
        }
        return new ExportObject(node, what);
    }

    /**
     * The one object of a file's text, JSON.
     *
     * @throws UnreadableException with the place
     */
    public static ExportObject whole(String text, String what) throws UnreadableException {
        return of(JsonExportReader.whole(text), what);
    }

    /** A text; null = there is none. */
    public String optional(String name) throws UnreadableException {
        ExportNode member = node.member(name);
        if (member == null || member.isNothing()) {
            return null;
        }
        if (member.text() == null) {
            throw fault(member, name + " must be a text");
        }
        return member.text();
    }

    /** A text that must be there. */
    public String text(String name) throws UnreadableException {
        String text = optional(name);
        if (text == null) {
            throw fault(node, what + " lacks " + name);
        }
        return text;
    }

    /** True or false. */
    public boolean flag(String name) throws UnreadableException {
        String text = text(name);
        if (!text.equalsIgnoreCase("true") && !text.equalsIgnoreCase("false")) {
            throw fault(node.member(name), name + " must be true or false");
        }
        return Boolean.parseBoolean(text);
    }

    /** A whole number of 32 bits. */
    public int number(String name) throws UnreadableException {
        return number(node.member(name) == null ? node : node.member(name), name, text(name));
    }

    private static int number(ExportNode at, String name, String text) throws UnreadableException {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw fault(at, name + " must be a whole number of 32 bits");
        }
    }

    /** The numbers of a member that is an object of numbers; none = empty. */
    public Map<String, Integer> numbers(String name) throws UnreadableException {
        Map<String, Integer> numbers = new TreeMap<>();
        ExportNode member = node.member(name);
        if (member != null) {
            for (Map.Entry<String, ExportNode> one : member.members().entrySet()) {
                String text = one.getValue().text();
                numbers.put(
                        one.getKey(),
                        number(one.getValue(), one.getKey(), text == null ? "" : text));
            }
        }
        return numbers;
    }

    /**
     * The objects of a list; no such member = none.
     *
     * @param most more are refused
     */
    public List<ExportNode> list(String name, int most) throws UnreadableException {
        ExportNode member = node.member(name);
        if (member == null || member.isNothing()) {
            return List.of();
        }
        List<ExportNode> values = member.values();
        if (values.size() > most) {
            throw fault(member, name + " has more than " + most + " items");
        }
        return values;
    }

    /** The texts of a list, likewise. */
    public List<String> texts(String name, int most) throws UnreadableException {
        List<String> texts = new ArrayList<>();
        for (ExportNode item : list(name, most)) {
            if (item.text() == null) {
                throw fault(item, name + " must be texts");
            }
            texts.add(item.text());
        }
        return texts;
    }

    /** A fault at this member, or at the object where it is missing. */
    public UnreadableException fault(String name, String message) {
        ExportNode member = node.member(name);
        return fault(member == null ? node : member, message);
    }

    private static UnreadableException fault(ExportNode at, String message) {
        return new UnreadableException(at.line(), at.column(), message);
    }
}
