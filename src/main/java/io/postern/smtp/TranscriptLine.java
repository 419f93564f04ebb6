package io.postern.smtp;

import java.util.Objects;

/**
 * One line of what was said in a probe.
 *
 * @param elapsedMillis since the probe began, 0 or more
 * @param direction {@code >} sent, {@code <} received, {@code *} a note of our own
 * @param text without line end
 */
public record TranscriptLine(long elapsedMillis, char direction, String text) {
    public static final char SENT = '>';
    public static final char RECEIVED = '<';
    public static final char NOTE = '*';

    public TranscriptLine {
        if (direction != SENT && direction != RECEIVED && direction != NOTE) {
            throw new IllegalArgumentException("no such direction: " + direction);
        }
        Objects.requireNonNull(text);
    }

    /**
     * As it is sent and stored: {@code millis direction text}.
     *
     * @param most characters of the text; what is more is cut off
     */
    public String written(int most) {
        return elapsedMillis
                + " "
                + direction
                + " "
                + (text.length() > most ? text.substring(0, most) : text);
    }

    /**
     * Reads what {@link #written} made.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static TranscriptLine parse(String written) {
        String[] parts = written.split(" ", 3);
        if (parts.length != 3 || parts[1].length() != 1) {
            throw new IllegalArgumentException("no line of a transcript");
        }
        return new TranscriptLine(Long.parseLong(parts[0]), parts[1].charAt(0), parts[2]);
    }
}
