package io.postern.enforcement;

/** Names and other foreign text for terminals and messages: nothing in it acts, all of it shows. */
public final class VisibleText {
    private static final int LONGEST = 200;

    private VisibleText() {}

    /**
     * The text with control, format and lone surrogate characters as {@code \n} or {@code \}{@code
     * u001b}, so that it stays on one line and cannot steer a terminal; cut after 200 characters.
     */
    public static String of(String text) {
        return of(text, LONGEST);
    }

    /** As {@link #of(String)}, cut after so many characters. */
    public static String of(String text, int longest) {
        if (text.length() <= longest && text.chars().allMatch(c -> c >= ' ' && c < 0x7F)) {
            return text;
        }
        StringBuilder shown = new StringBuilder();
        int i = 0;
        while (i < text.length() && i < longest) {
            int point = text.codePointAt(i);
            append(shown, point);
            i += Character.charCount(point);
        }
        return i < text.length() ? shown + "…" : shown.toString();
    }

    private static void append(StringBuilder shown, int point) {
        switch (point) {
            case '\n' -> shown.append("\\n");
            case '\r' -> shown.append("\\r");
            case '\t' -> shown.append("\\t");
            default -> {
                if (isVisible(point)) {
                    shown.appendCodePoint(point);
                } else {
                    shown.append(String.format("\\u%04x", point));
                }
            }
        }
    }

    private static boolean isVisible(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.UNASSIGNED ->
                    false;
            default -> true;
        };
    }
}
