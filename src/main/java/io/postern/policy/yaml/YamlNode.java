package io.postern.policy.yaml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One value of a YAML or JSON text with its place: a scalar, a sequence or a mapping. */
final class YamlNode {
    private final int line;
    private final int column;
    private final YamlScalar kind;
    private final String text;
    private final List<YamlNode> items;
    private final YamlMembers members;

    private YamlNode(
            int line,
            int column,
            YamlScalar kind,
            String text,
            List<YamlNode> items,
            YamlMembers members) {
        this.line = line;
        this.column = column;
        this.kind = kind;
        this.text = text;
        this.items = items;
        this.members = members;
    }

    /**
     * A scalar.
     *
     * @param line 1-based, like the column, which counts characters
     * @param plain whether it stands without quotes, and so may be no text
     */
    static YamlNode scalar(int line, int column, String text, boolean plain) {
        YamlScalar kind = plain ? YamlScalar.ofPlain(text) : YamlScalar.TEXT;
        return new YamlNode(line, column, kind, text, null, null);
    }

    static YamlNode sequence(int line, int column, List<YamlNode> items) {
        return new YamlNode(line, column, null, null, items, null);
    }

    static YamlNode mapping(int line, int column, YamlMembers members) {
        return new YamlNode(line, column, null, null, null, members);
    }

    /** 1-based. */
    int line() {
        return line;
    }

    /** 1-based, in characters. */
    int column() {
        return column;
    }

    /** Of a scalar; null otherwise. */
    String text() {
        return text;
    }

    /** Of a sequence; null otherwise. */
    List<YamlNode> items() {
        return items;
    }

    /** Of a mapping, in order; null otherwise. */
    YamlMembers members() {
        return members;
    }

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
        return kind == YamlScalar.NULL;
    }

    boolean isBoolean() {
        return kind == YamlScalar.BOOLEAN;
    }

    boolean isInteger() {
        return kind == YamlScalar.INTEGER;
    }

    /** A scalar that every reader takes for text. */
    boolean isText() {
        return kind == YamlScalar.TEXT;
    }

    /** What it is, for a message. */
    String described() {
        if (isMapping()) {
            return "an object";
        }
        return isSequence() ? "a list" : kind.described();
    }

    /**
     * The value as {@link io.postern.policy.CanonicalJson} takes it; to be asked of valid entries.
     */
    Object plainValue() {
        if (isSequence()) {
            List<Object> list = new ArrayList<>(items.size());
            for (YamlNode item : items) {
                list.add(item.plainValue());
            }
            return list;
        }
        if (isMapping()) {
            Map<String, Object> map = new LinkedHashMap<>();
            for (int i = 0; i < members.size(); i++) {
                map.put(members.name(i), members.value(i).plainValue());
            }
            return map;
        }
        if (isBoolean()) {
            return text.equalsIgnoreCase("true");
        }
        return isInteger() ? (Object) Long.valueOf(text) : text;
    }

    /** The whole with all places, for tests that compare two readers. */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder().append(line).append(':').append(column).append(' ');
        if (isScalar()) {
            return out.append(kind).append('<').append(text).append('>').toString();
        }
        if (isSequence()) {
            return out.append(items).toString();
        }
        out.append('{');
        for (int i = 0; i < members.size(); i++) {
            out.append(members.line(i)).append(':').append(members.column(i)).append(' ');
            out.append(members.name(i)).append('=').append(members.value(i)).append(',');
        }
        return out.append('}').toString();
    }
}
