package io.postern.policy.yaml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * One value of a YAML or JSON text with its place.
 *
 * @param line 1-based
 * @param column 1-based, in characters
 * @param text of a scalar; null otherwise
 * @param plain whether a scalar stands without quotes
 * @param items of a sequence; null otherwise
 * @param members of a mapping, in order; null otherwise
 */
record YamlNode(
        int line,
        int column,
        String text,
        boolean plain,
        List<YamlNode> items,
        Map<String, Member> members) {
    private static final Pattern INTEGER = Pattern.compile("-?(0|[1-9][0-9]{0,17})");

    /** The rest of what YAML 1.2 reads as a number. */
    private static final Pattern NUMBER =
            Pattern.compile(
                    "[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?"
                            + "|[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)|0x[0-9a-fA-F]+|0o[0-7]+");

    /** A member of a mapping: where its name stands, and its value. */
    record Member(int line, int column, YamlNode value) {}

    boolean isScalar() {
        return text != null;
    }

    boolean isSequence() {
        return items != null;
    }

    boolean isMapping() {
        return members != null;
    }

    /** Nothing was written, or null. */
    boolean isNull() {
        return plain && (text.isEmpty() || text.equals("~") || text.equalsIgnoreCase("null"));
    }

    boolean isBoolean() {
        return plain && (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false"));
    }

    boolean isInteger() {
        return plain && INTEGER.matcher(text).matches();
    }

    private boolean isOtherNumber() {
        return plain && NUMBER.matcher(text).matches();
    }

    /** A scalar that every reader takes for text. */
    boolean isText() {
        return isScalar() && !isNull() && !isBoolean() && !isInteger() && !isOtherNumber();
    }

    /** What it is, for a message. */
    String described() {
        if (isMapping()) {
            return "an object";
        }
        if (isSequence()) {
            return "a list";
        }
        if (isNull()) {
            return "empty";
        }
        if (isBoolean()) {
            return "true or false";
        }
        return isText() ? "text" : "a number";
    }

    /**
     * The value as {@link io.postern.policy.CanonicalJson} takes it; to be asked of valid entries.
     */
    Object plainValue() {
        if (isSequence()) {
            List<Object> list = new ArrayList<>();
            items.forEach(item -> list.add(item.plainValue()));
            return list;
        }
        if (isMapping()) {
            Map<String, Object> map = new LinkedHashMap<>();
            members.forEach((name, member) -> map.put(name, member.value().plainValue()));
            return map;
        }
        if (isBoolean()) {
            return text.equalsIgnoreCase("true");
        }
        return isInteger() ? (Object) Long.valueOf(text) : text;
    }
}
