package io.postern.enforcement.firewall.exports;

import io.postern.enforcement.VisibleText;
import io.postern.enforcement.exports.ExportNode;
import io.postern.enforcement.exports.UnreadableException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the text that {@code reg export} writes. Texts and numbers are read, other kinds of data
 * are passed over.
 */
final class RegistryText {
    private static final String HEAD = "Windows Registry Editor Version 5.00";
    private static final String OLD_HEAD = "REGEDIT4";
    private static final String NUMBER = "dword:";

    private final String text;
    private final List<Key> keys = new ArrayList<>();
    private int at;
    private int line = 1;
    private int lineStart;

    private RegistryText(String text) {
        this.text = text;
    }

    /**
     * A key with its values in their order.
     *
     * @param path without the brackets
     */
    record Key(String path, List<Value> values) {}

    /**
     * A value.
     *
     * @param data a text, or a number in decimal digits
     */
    record Value(String name, ExportNode data) {}

    /** Whether the text, without blanks in front, begins like such an export. */
    static boolean isOne(String start) {
        return start.startsWith(HEAD) || start.startsWith(OLD_HEAD) || start.startsWith("[HKEY_");
    }

    static List<Key> read(String text) throws UnreadableException {
        RegistryText reader = new RegistryText(text);
        reader.read();
        return reader.keys;
    }

    private void read() throws UnreadableException {
        while (skipBlanks()) {
            char c = text.charAt(at);
            if (c == '[') {
                key();
            } else if (c == '"') {
                value();
            } else if (c == '@' || c == ';' || text.startsWith(HEAD, at) || atOldHead()) {
                skipLine();
            } else {
                throw refused("neither a key in brackets nor a value in quotes");
            }
        }
    }

    private boolean atOldHead() {
        return text.startsWith(OLD_HEAD, at);
    }

    private void key() throws UnreadableException {
        int end = text.indexOf('\n', at);
        String whole = text.substring(at, end < 0 ? text.length() : end).strip();
        if (!whole.endsWith("]")) {
            throw refused("a key's bracket is not closed on its line");
        }
        keys.add(new Key(whole.substring(1, whole.length() - 1), new ArrayList<>()));
        skipLine();
    }

    private void value() throws UnreadableException {
        if (keys.isEmpty()) {
            throw refused("a value that stands under no key");
        }
        String name = quoted();
        if (at >= text.length() || text.charAt(at) != '=') {
            throw refused("no '=' behind the name '" + VisibleText.of(name, 60) + "'");
        }
        at++;
        int dataLine = line;
        int dataColumn = column();
        String data;
        if (at < text.length() && text.charAt(at) == '"') {
            data = quoted();
        } else if (text.startsWith(NUMBER, at)) {
            data = number();
        } else {
            skipContinuedLine();
            return;
        }
        keys.get(keys.size() - 1)
                .values()
                .add(new Value(name, ExportNode.of(dataLine, dataColumn, data)));
    }

    /** A text in quotes; a line end in it belongs to it, as reg export writes one. */
    private String quoted() throws UnreadableException {
        int fromLine = line;
        int fromColumn = column();
        StringBuilder read = new StringBuilder();
        at++;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return read.toString();
            }
            if (c == '\\' && at < text.length()) {
                c = text.charAt(at++);
            }
            if (c == '\n') {
                nextLine();
            }
            read.append(c);
        }
        throw new UnreadableException(fromLine, fromColumn, "a text whose quotes are not closed");
    }

    private String number() throws UnreadableException {
        int from = at + NUMBER.length();
        int end = from;
        while (end < text.length() && Character.digit(text.charAt(end), 16) >= 0) {
            end++;
        }
        if (end == from || end - from > 8) {
            throw refused("a dword that is not 1 to 8 hexadecimal digits");
        }
        at = end;
        return Long.toString(Long.parseLong(text.substring(from, end), 16));
    }

    private boolean skipBlanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            if (text.charAt(at++) == '\n') {
                nextLine();
            }
        }
        return at < text.length();
    }

    private void skipLine() {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
    }

    /** To the end of data that goes on after each backslash at the end of a line. */
    private void skipContinuedLine() {
        boolean continued;
        do {
            int from = at;
            skipLine();
            continued = text.substring(from, at).stripTrailing().endsWith("\\");
            if (at < text.length()) {
                at++;
                nextLine();
            }
        } while (continued && at < text.length());
    }

    private void nextLine() {
        line++;
        lineStart = at;
    }

    private int column() {
        return at - lineStart + 1;
    }

    private UnreadableException refused(String message) {
        return new UnreadableException(line, column(), message);
    }
}
