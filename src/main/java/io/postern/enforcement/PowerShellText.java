package io.postern.enforcement;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Writes values into PowerShell source so that they stay values: single-quoted strings, in which
 * nothing is expanded (Microsoft, "about_Quoting_Rules").
 */
public final class PowerShellText {
    /** PowerShell ends a single-quoted string at any of these; doubled, each stands for itself. */
    private static final String QUOTES = "'\u2018\u2019\u201A\u201B";

    private PowerShellText() {}

    /**
     * A string literal.
     *
     * @throws IllegalArgumentException if it holds a control character, which no name, comment or
     *     range of ours has and which could hide something from a reader
     */
    public static String quoted(String value) {
        StringBuilder text = new StringBuilder("'");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
                throw new IllegalArgumentException(
                        "a text with a control character (code "
                                + (int) c
                                + ") is not written into a script");
            }
            text.append(c);
            if (QUOTES.indexOf(c) >= 0) {
                text.append(c);
            }
        }
        return text.append('\'').toString();
    }

    /** An array literal, six values a line. */
    public static String array(Collection<String> values) {
        List<String> quoted = values.stream().map(PowerShellText::quoted).toList();
        if (quoted.size() <= 6) {
            return "@(" + String.join(", ", quoted) + ")";
        }
        StringBuilder text = new StringBuilder("@(");
        for (int i = 0; i < quoted.size(); i += 6) {
            text.append("\n    ");
            text.append(
                    quoted.subList(i, Math.min(quoted.size(), i + 6)).stream()
                            .collect(Collectors.joining(", ")));
            text.append(i + 6 < quoted.size() ? "," : "");
        }
        return text.append("\n)").toString();
    }

    /** A text as comment lines; line ends and other controls become blanks. */
    public static String comment(String text) {
        return "# " + text.replaceAll("\\p{Cntrl}|[\u2028\u2029]", " ");
    }
}
