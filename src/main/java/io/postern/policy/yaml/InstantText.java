package io.postern.policy.yaml;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** Reads a date (00:00:00Z of that day) or an instant with zone. */
final class InstantText {

    private InstantText() {}

    /**
     * The instant of a text; it may have a fraction of a second.
     *
     * @throws DateTimeException if it is none
     */
    static Instant read(String text) {
        if (hasForm(text, "0000-00-00")) {
            return date(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        }
        // The usual form needs no formatter, which alone would cost a start some 30 ms.
        if (hasForm(text, "0000-00-00T00:00:00Z")) {
            LocalDate date = date(text);
            return LocalDateTime.of(
                            date.getYear(),
                            date.getMonth(),
                            date.getDayOfMonth(),
                            number(text, 11, 13),
                            number(text, 14, 16),
                            number(text, 17, 19))
                    .toInstant(ZoneOffset.UTC);
        }
        return OffsetDateTime.parse(text).toInstant();
    }

    private static LocalDate date(String text) {
        return LocalDate.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10));
    }

    /** Whether the text has digits where the form has, and its other characters. */
    private static boolean hasForm(String text, String form) {
        if (text.length() != form.length()) {
            return false;
        }
        for (int i = 0; i < form.length(); i++) {
            char c = text.charAt(i);
            boolean digit = c >= '0' && c <= '9';
            if (form.charAt(i) == '0' ? !digit : c != form.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static int number(String text, int start, int end) {
        int value = 0;
        for (int i = start; i < end; i++) {
            value = 10 * value + text.charAt(i) - '0';
        }
        return value;
    }
}
