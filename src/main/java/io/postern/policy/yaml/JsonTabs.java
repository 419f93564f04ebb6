package io.postern.policy.yaml;

/** JSON allows tabs between tokens, YAML does not: each becomes one blank, so columns stay. */
final class JsonTabs {
    private JsonTabs() {}

    static String asBlanks(String json) {
        if (json.indexOf('\t') < 0) {
            return json;
        }
        StringBuilder out = new StringBuilder(json);
        boolean quoted = false;
        for (int i = 0; i < out.length(); i++) {
            char c = out.charAt(i);
            if (quoted && c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == '\t' && !quoted) {
                out.setCharAt(i, ' ');
            }
        }
        return out.toString();
    }
}
