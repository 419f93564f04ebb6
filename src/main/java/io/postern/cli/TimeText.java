package io.postern.cli;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** Times as a caller writes them: a date, or an instant with its zone, in whole seconds. */
final class TimeText {
    private TimeText() {}

    /**
     * The instant that an option {@code --at} states, or now in whole seconds.
     *
     * @param text null = the option was left out
     * @throws BadInputException naming the option
     */
    static Instant at(String text, Clock clock) {
        try {
            return text == null ? clock.instant().truncatedTo(ChronoUnit.SECONDS) : parse(text);
        } catch (IllegalArgumentException e) {
            throw new BadInputException("--at: " + e.getMessage());
        }
    }

    /**
     * The instant of a text.
     *
     * @throws IllegalArgumentException for a user to read
     */
    static Instant parse(String text) {
        try {
            Instant instant =
                    text.length() == 10
                            ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                            : OffsetDateTime.parse(text).toInstant();
            if (instant.getNano() == 0) {
                return instant;
            }
        } catch (DateTimeException e) {
            // Told below, like a fraction of a second.
        }
        throw new IllegalArgumentException(
                "'"
                        + (text.length() > 40 ? text.substring(0, 40) + "…" : text)
                        + "' is no date or time in whole seconds; write 2027-03-31 or"
                        + " 2027-03-31T18:00:00Z");
    }
}
