package io.postern.policy;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes plain values as canonical JSON: members sorted by code point, no blanks, only the escapes
 * that RFC 8259 demands (quote, backslash, control characters; the short forms where they exist,
 * else lower-case {@code \\u00xx}). The same value always gives the same text.
 */
public final class CanonicalJson {
    private CanonicalJson() {}

    /**
     * The text of a value.
     *
     * @param value String, Integer, Long, Boolean, List or Map with String keys, nested; never null
     * @throws IllegalArgumentException for any other type
     */
    public static String write(Object value) {
        StringBuilder out = new StringBuilder();
        append(value, out);
        return out.toString();
    }

    private static void append(Object value, StringBuilder out) {
        if (value instanceof String text) {
            quote(text, out);
        } else if (value instanceof Integer || value instanceof Long || value instanceof Boolean) {
            out.append(value);
        } else if (value instanceof List<?> list) {
            out.append('[');
            String separator = "";
            for (Object item : list) {
                out.append(separator);
                append(item, out);
                separator = ",";
            }
            out.append(']');
        } else if (value instanceof Map<?, ?> map) {
            appendObject(map, out);
        } else {
            throw new IllegalArgumentException("no canonical JSON for " + value);
        }
    }

    private static void appendObject(Map<?, ?> map, StringBuilder out) {
        Map<String, Object> sorted = new TreeMap<>(KeyOrder.CODE_POINT);
        map.forEach((name, member) -> sorted.put((String) name, member));
        out.append('{');
        String separator = "";
        for (Map.Entry<String, Object> member : sorted.entrySet()) {
            out.append(separator);
            quote(member.getKey(), out);
            out.append(':');
            append(member.getValue(), out);
            separator = ",";
        }
        out.append('}');
    }

    private static void quote(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                default -> {
                    if (c < ' ') {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
