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
}
