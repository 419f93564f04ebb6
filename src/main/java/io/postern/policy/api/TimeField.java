package io.postern.policy.api;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** Times in requests. */
final class TimeField {
    private static final int LONGEST = 40;
    private static final int DATE_LENGTH = 10;

    private TimeField() {}

    /**
     * A bare date is 00:00:00Z of that day. Boundaries lie on whole seconds, so that dropping a
     * fraction changes no decision.
     *
     * @throws IllegalArgumentException for a user to read
     */
    static Instant parse(String text) {
        try {
            if (text.length() <= LONGEST) {
                return text.length() == DATE_LENGTH
                        ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                        : OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.SECONDS);
            }
        } catch (DateTimeException e) {
            // Told below.
        }
        throw new IllegalArgumentException(
                "'"
                        + RequestFaults.shortened(text)
                        + "' is no time; write 2027-03-31 or 2027-03-31T18:00:00Z");
    }
}
