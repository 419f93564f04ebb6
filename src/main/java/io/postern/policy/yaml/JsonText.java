package io.postern.policy.yaml;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * JSON made fit for a YAML reader, which knows neither tabs between tokens nor the escape {@code
 * \/}: a tab becomes a blank, and that escape loses its backslash. Places in the result can be
 * turned back to places in the original.
 */
final class JsonText {
    private final StringBuilder fit = new StringBuilder();

    /** Per line, and column in the result from which on it holds, how many characters are gone. */
    private final Map<Integer, TreeMap<Integer, Integer>> gone = new HashMap<>();

    private JsonText() {}

    static boolean looksLikeJson(String text) {
        String start = text.stripLeading();
        return start.startsWith("{") || start.startsWith("[") || start.startsWith("\"");
    }

    static JsonText of(String json) {
        JsonText made = new JsonText();
        made.copy(json);
        return made;
    }

    /** A text that needs no change. */
    static JsonText untouched(String text) {
        JsonText made = new JsonText();
        made.fit.append(text);
        return made;
    }

    private void copy(String json) {
        char quote = 0;
        int line = 1;
        int lineStart = 0;
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (quote == '"' && c == '\\' && i + 1 < json.length()) {
                char next = json.charAt(++i);
                if (next == '/') {
                    lose(line, fit.length() - lineStart + 2);
                } else {
                    fit.append(c);
                }
                fit.append(next);
                continue;
            }
            // A single quote is no JSON, but flow-style YAML comes here too.
            if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
            } else if (c == quote) {
                quote = 0;
            }
            fit.append(c == '\t' && quote == 0 ? ' ' : c);
            if (c == '\n') {
                line++;
                lineStart = fit.length();
            }
        }
    }

    private void lose(int line, int column) {
        TreeMap<Integer, Integer> ofLine = gone.computeIfAbsent(line, any -> new TreeMap<>());
        ofLine.put(column, (ofLine.isEmpty() ? 0 : ofLine.lastEntry().getValue()) + 1);
    }

    String text() {
        return fit.toString();
    }

    /** The column in the original of a place in the result; both 1-based. */
    int column(int line, int column) {
        TreeMap<Integer, Integer> ofLine = gone.get(line);
        Map.Entry<Integer, Integer> before = ofLine == null ? null : ofLine.floorEntry(column);
        return before == null ? column : column + before.getValue();
    }
}
