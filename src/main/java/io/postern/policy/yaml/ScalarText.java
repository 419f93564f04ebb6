package io.postern.policy.yaml;

import io.postern.policy.CanonicalJson;
import java.util.regex.Pattern;

/**
 * How a text is written in canonical YAML: plain where no YAML version misreads it, else quoted.
 */
final class ScalarText {
    /** What no YAML version reads as anything but text, inside a flow list or outside. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z][A-Za-z0-9 ._/\\\\-]*");

    /** The same outside of flow style, where commas and the like mean nothing. */
    private static final Pattern PLAIN_LINE =
            Pattern.compile("[A-Za-z][A-Za-z0-9 ._/\\\\,;'()+=@!?&%-]*");

    private static final Pattern PLAIN_ADDRESS =
            Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}(/[0-9]{1,2}|-[0-9.]{7,15})?");
    private static final Pattern PLAIN_TIME =
            Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?");
    private static final Pattern WORD_OF_YAML =
            Pattern.compile("(?i)true|false|yes|no|on|off|y|n|null");

    private ScalarText() {}

    /**
     * On one line.
     *
     * @param inFlow whether it stands inside a list or object in flow style, or is a name
     */
    static String of(String text, boolean inFlow) {
        boolean plain =
                (inFlow ? PLAIN : PLAIN_LINE).matcher(text).matches()
                                && !text.endsWith(" ")
                                && !WORD_OF_YAML.matcher(text).matches()
                        || PLAIN_ADDRESS.matcher(text).matches()
                        || PLAIN_TIME.matcher(text).matches();
        if (plain) {
            return text;
        }
        return isPrintable(text, false)
                ? "'" + text.replace("'", "''") + "'"
                : CanonicalJson.write(text);
    }

    /** Whether it is better written over several lines, and can be. */
    static boolean isLiteral(String text) {
        if (text.indexOf('\n') < 0 || text.endsWith("\n\n") || !isPrintable(text, true)) {
            return false;
        }
        String[] lines = text.split("\n", -1);
        for (String line : lines) {
            if (!line.isEmpty() && line.isBlank()) {
                return false;
            }
        }
        // A first line that is empty or begins with a blank would hide how deep the text stands.
        return !lines[0].isEmpty() && lines[0].charAt(0) != ' ';
    }

    private static boolean isPrintable(String text, boolean lines) {
        return text.codePoints()
                .allMatch(
                        c ->
                                c >= 0x20 && c < 0x7F
                                        || lines && c == '\n'
                                        || c >= 0xA0 && c < 0xD800 && c != 0x2028 && c != 0x2029);
    }
}
