package io.postern.policy.yaml;

import java.util.regex.Pattern;

/** What a scalar is. */
enum YamlScalar {
    NULL("empty"),
    BOOLEAN("true or false"),
    INTEGER("a number"),
    OTHER_NUMBER("a decimal number"),
    TEXT("text");

    private static final Pattern INTEGER_FORM = Pattern.compile("-?(0|[1-9][0-9]{0,17})");

    /** The rest of what YAML 1.2 reads as a number. */
    private static final Pattern NUMBER_FORM =
            Pattern.compile(
                    "[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?"
                            + "|[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)|0x[0-9a-fA-F]+|0o[0-7]+");

    private final String described;

    YamlScalar(String described) {
        this.described = described;
    }

    String described() {
        return described;
    }

    /** Of a scalar without quotes, by the rules of YAML 1.2. */
    static YamlScalar ofPlain(String text) {
        if (text.isEmpty()) {
            return NULL;
        }
        switch (text.charAt(0)) {
            case '~', 'n', 'N' -> {
                return text.equals("~") || text.equalsIgnoreCase("null") ? NULL : TEXT;
            }
            case 't', 'T', 'f', 'F' -> {
                return text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")
                        ? BOOLEAN
                        : TEXT;
            }
            case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '.', '-', '+' -> {
                return number(text);
            }
            default -> {
                return TEXT;
            }
        }
    }

    /** Addresses and dates begin like numbers and are many: they must not cost a pattern each. */
    private static YamlScalar number(String text) {
        int points = 0;
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            points += c == '.' ? 1 : 0;
            boolean afterExponent = (text.charAt(i - 1) | ' ') == 'e';
            if (points > 1 || c == '/' || c == ':' || c == '-' && !afterExponent) {
                return TEXT;
            }
        }
        if (INTEGER_FORM.matcher(text).matches()) {
            return INTEGER;
        }
        return NUMBER_FORM.matcher(text).matches() ? OTHER_NUMBER : TEXT;
    }
}
