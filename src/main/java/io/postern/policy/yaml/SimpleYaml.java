package io.postern.policy.yaml;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads the YAML and JSON that policy files are usually written in, several times faster than the
 * library: block and flow style, one-line scalars, comments. At anything else, and at every fault,
 * it gives up and {@link YamlText} asks the library. What it reads, it reads as the library does.
 */
final class SimpleYaml {
    private static final int MAX_KEY = 1_000;
    private static final String NEVER_FIRST = "-?:,[]{}#&*!|>'\"%@`. ";

    /** Thrown to give up; one for all, as its place means nothing. */
    private static final class Unsure extends RuntimeException {
        private static final long serialVersionUID = 1L;
        static final Unsure INSTANCE = new Unsure();

        private Unsure() {
            super(null, null, false, false);
        }
    }

    private final String text;
    private final char[] chars;
    private final String[] recentNames = new String[64];
    private int at;
    private int line = 1;
    private int lineStart;

    private SimpleYaml(String text) {
        this.text = text;
        // The end needs no test of its own: it looks like a line end.
        this.chars = new char[text.length() + 1];
        text.getChars(0, text.length(), chars, 0);
        chars[text.length()] = '\n';
    }

    /** The tree; null = the text is for the library. */
    static YamlNode read(String text) {
        try {
            SimpleYaml reader = new SimpleYaml(text);
            reader.requirePlainCharacters();
            return reader.document();
        } catch (Unsure unsure) {
            return null;
        }
    }

    private static Unsure unsure() {
        throw Unsure.INSTANCE;
    }

    /** Tabs, other line ends, and what does not print or needs two units. */
    private void requirePlainCharacters() {
        char[] all = chars;
        for (int i = 0; i < all.length; i++) {
            char c = all[i];
            boolean plain = c >= ' ' && c < 0x7F && c != '\\' || c == '\n';
            if (!plain && (c < 0xA0 || c >= 0xD800 || c == 0x2028 || c == 0x2029)) {
                // Of backslashes only JSON's escape of a slash is beyond us.
                if (c != '\\' || all[i + 1] == '/') {
                    unsure();
                }
            }
        }
    }

    private YamlNode document() {
        skip();
        if (atEnd()) {
            unsure();
        }
        YamlNode root = block(-1, 0);
        if (!atEnd()) {
            unsure();
        }
        return root;
    }

    private boolean atEnd() {
        return at >= text.length();
    }

    private int column() {
        return at - lineStart;
    }

    /** To the next token, over blanks, comments and line ends. */
    private void skip() {
        while (at < text.length()) {
            char c = chars[at];
            if (c == '\n') {
                at++;
                line++;
                lineStart = at;
            } else if (c == '#') {
                skipComment();
            } else if (c == ' ') {
                at++;
            } else {
                return;
            }
        }
    }

    private void skipComment() {
        if (at > lineStart && chars[at - 1] != ' ') {
            unsure();
        }
        while (chars[at] != '\n') {
            at++;
        }
    }

    private void skipBlanks() {
        while (chars[at] == ' ') {
            at++;
        }
    }

    /** After a value in block style nothing but a comment may stand on its line. */
    private void endOfLine() {
        skipBlanks();
        if (chars[at] == '#') {
            skipComment();
        }
        if (chars[at] != '\n') {
            unsure();
        }
    }

    private boolean isDash() {
        return chars[at] == '-' && (chars[at + 1] == ' ' || chars[at + 1] == '\n');
    }

    private YamlNode block(int parent, int depth) {
        char c = chars[at];
        if (c == '[' || c == '{') {
            YamlNode flow = flow(depth);
            return endOfValue(flow, parent);
        }
        if (isDash()) {
            return blockSequence(depth);
        }
        if (c == '|') {
            return literal(parent);
        }
        int startLine = line;
        int startColumn = column();
        int start = at;
        YamlNode scalar = scalar(false);
        skipBlanks();
        if (chars[at] != ':') {
            return endOfValue(scalar, parent);
        }
        at = start;
        return blockMapping(startLine, startColumn, depth);
    }

    /** What stands deeper than the parent after a whole value would belong to the value. */
    private YamlNode endOfValue(YamlNode value, int parent) {
        endOfLine();
        skip();
        if (!atEnd() && column() > parent) {
            unsure();
        }
        return value;
    }

    private YamlNode blockSequence(int depth) {
        requireDepth(depth);
        int indent = column();
        int startLine = line;
        List<YamlNode> items = new ArrayList<>();
        while (!atEnd() && column() == indent && isDash()) {
            at++;
            skip();
            if (atEnd() || column() <= indent) {
                unsure();
            }
            items.add(block(indent, depth + 1));
        }
        if (!atEnd() && column() > indent) {
            unsure();
        }
        return YamlNode.sequence(startLine, indent + 1, items);
    }

    private YamlNode blockMapping(int startLine, int indent, int depth) {
        requireDepth(depth);
        YamlMembers members = new YamlMembers();
        while (!atEnd() && column() == indent) {
            int nameLine = line;
            String name = name(false);
            YamlNode value = blockValue(indent, depth + 1);
            add(members, name, nameLine, indent + 1, value);
        }
        if (!atEnd() && column() > indent) {
            unsure();
        }
        return YamlNode.mapping(startLine, indent + 1, members);
    }

    private YamlNode blockValue(int indent, int depth) {
        int colonLine = line;
        int colonColumn = column();
        skipBlanks();
        char c = chars[at];
        if (c == '|') {
            return literal(indent);
        }
        if (c != '#' && c != '\n') {
            YamlNode value = c == '[' || c == '{' ? flow(depth) : scalar(false);
            return endOfValue(value, indent);
        }
        skip();
        if (!atEnd() && (column() > indent || column() == indent && isDash())) {
            YamlNode value = block(indent, depth);
            if (value.isScalar()) {
                unsure();
            }
            return value;
        }
        return YamlNode.scalar(colonLine, colonColumn + 1, "", true);
    }

    /** Lines of text as they stand, less their indent; the form of {@code |} and {@code |-}. */
    private YamlNode literal(int parent) {
        int startLine = line;
        int startColumn = column() + 1;
        at++;
        boolean stripped = chars[at] == '-';
        at += stripped ? 1 : 0;
        skipBlanks();
        if (chars[at] != '\n') {
            unsure();
        }
        nextLine();
        skipBlanks();
        int indent = column();
        if (atEnd() || chars[at] == '\n' || indent <= Math.max(parent, 0)) {
            unsure();
        }
        at = lineStart;
        StringBuilder value = new StringBuilder();
        int end = 0;
        while (isLineOf(indent)) {
            int start = Math.min(at + indent, text.length());
            nextLine();
            if (start < at) {
                value.append(text, start, at);
                end = value.length();
            } else {
                value.append('\n');
            }
        }
        value.setLength(stripped ? end - 1 : end);
        skip();
        if (!atEnd() && column() > parent) {
            unsure();
        }
        return YamlNode.scalar(startLine, startColumn, value.toString(), false);
    }

    /** Whether the line that begins here belongs to the text: it is indented, or empty. */
    private boolean isLineOf(int indent) {
        if (atEnd()) {
            return false;
        }
        int i = at;
        while (chars[i] == ' ' && i < at + indent) {
            i++;
        }
        int first = i;
        while (chars[first] == ' ') {
            first++;
        }
        if (chars[first] == '\n' && first > at) {
            unsure();
        }
        return i == at + indent || chars[i] == '\n';
    }

    private void nextLine() {
        while (chars[at] != '\n') {
            at++;
        }
        if (at == text.length()) {
            unsure();
        }
        at++;
        line++;
        lineStart = at;
    }

    private static void add(
            YamlMembers members, String name, int line, int column, YamlNode value) {
        if (!members.add(name, line, column, value)) {
            unsure();
        }
    }

    private static void requireDepth(int depth) {
        if (depth >= PolicyDocument.MAX_NESTING) {
            unsure();
        }
    }

    /** A field's name and its colon. */
    private String name(boolean inFlow) {
        int start = at;
        char first = chars[at];
        String name;
        boolean quoted = first == '\'' || first == '"';
        if (quoted) {
            name = scalar(inFlow).text();
        } else {
            int end = plainEnd(inFlow);
            name = recent(start, end);
            at = end;
        }
        skipBlanks();
        boolean colon =
                chars[at] == ':'
                        && (inFlow && quoted || chars[at + 1] == ' ' || chars[at + 1] == '\n');
        if (!colon || at - start > MAX_KEY) {
            unsure();
        }
        at++;
        return name;
    }

    /** The same few names stand in every entry: one string each will do. */
    private String recent(int start, int end) {
        int slot = chars[start] + 7 * (end - start) & recentNames.length - 1;
        String known = recentNames[slot];
        if (known == null || known.length() != end - start || !text.startsWith(known, start)) {
            known = text.substring(start, end);
            recentNames[slot] = known;
        }
        return known;
    }

    private YamlNode flow(int depth) {
        requireDepth(depth);
        return chars[at] == '[' ? flowSequence(depth) : flowMapping(depth);
    }

    private YamlNode flowValue(int depth) {
        char c = chars[at];
        return c == '[' || c == '{' ? flow(depth) : scalar(true);
    }

    private YamlNode flowSequence(int depth) {
        int startLine = line;
        int startColumn = column();
        List<YamlNode> items = new ArrayList<>(4);
        at++;
        skip();
        while (chars[at] != ']') {
            items.add(flowValue(depth + 1));
            separator(']');
        }
        at++;
        return YamlNode.sequence(startLine, startColumn + 1, items);
    }

    private YamlNode flowMapping(int depth) {
        int startLine = line;
        int startColumn = column();
        YamlMembers members = new YamlMembers();
        at++;
        skip();
        while (chars[at] != '}') {
            int nameLine = line;
            int nameColumn = column();
            String name = name(true);
            skip();
            add(members, name, nameLine, nameColumn + 1, flowValue(depth + 1));
            separator('}');
        }
        at++;
        return YamlNode.mapping(startLine, startColumn + 1, members);
    }

    private void separator(char close) {
        skip();
        if (chars[at] == ',') {
            at++;
            skip();
        } else if (chars[at] != close) {
            unsure();
        }
    }

    private YamlNode scalar(boolean inFlow) {
        int startColumn = column() + 1;
        int start = at;
        char first = chars[at];
        if (first == '\'') {
            return YamlNode.scalar(line, startColumn, singleQuoted(), false);
        }
        if (first == '"') {
            return YamlNode.scalar(line, startColumn, doubleQuoted(), false);
        }
        at = plainEnd(inFlow);
        return YamlNode.scalar(line, startColumn, text.substring(start, at), true);
    }

    /** Where the plain scalar that begins here ends, without the blanks after it. */
    private int plainEnd(boolean inFlow) {
        if (NEVER_FIRST.indexOf(chars[at]) >= 0 || chars[at] == '\n') {
            unsure();
        }
        int i = at;
        int end = at;
        while (true) {
            char c = chars[i];
            if (c == '\n' || c == '#' && chars[i - 1] == ' ') {
                return end;
            }
            if (c == ':' && (chars[i + 1] == ' ' || chars[i + 1] == '\n')) {
                return end;
            }
            if (inFlow && c <= '}') {
                if (c == ',' || c == ']' || c == '}') {
                    return end;
                }
                if (c == '[' || c == '{' || c == '?' || c == ':') {
                    unsure();
                }
            }
            i++;
            if (c != ' ') {
                end = i;
            }
        }
    }

    private String singleQuoted() {
        int start = ++at;
        boolean doubled = false;
        while (true) {
            char c = chars[at++];
            if (c == '\n') {
                unsure();
            }
            if (c == '\'') {
                if (chars[at] != '\'') {
                    break;
                }
                doubled = true;
                at++;
            }
        }
        String inner = text.substring(start, at - 1);
        return doubled ? inner.replace("''", "'") : inner;
    }

    private String doubleQuoted() {
        int start = ++at;
        while (chars[at] != '"' && chars[at] != '\\') {
            if (chars[at++] == '\n') {
                unsure();
            }
        }
        if (chars[at] == '"') {
            return text.substring(start, at++);
        }
        StringBuilder value = new StringBuilder().append(text, start, at);
        while (chars[at] != '"') {
            char c = chars[at++];
            if (c == '\n') {
                unsure();
            }
            value.append(c == '\\' ? escaped(chars[at++]) : c);
        }
        at++;
        return value.toString();
    }

    private static char escaped(char c) {
        return switch (c) {
            case '"', '\\' -> c;
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            default -> throw unsure();
        };
    }
}
