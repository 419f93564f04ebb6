package io.postern.probe;

import io.postern.smtp.ObservedTier;
import java.util.List;
import java.util.Objects;

/**
 * What a vantage saw.
 *
 * @param observed how far the submission got
 * @param detail the deciding reply or event, for people
 * @param simulated whether the source address was simulated
 * @param transcript at most {@link #MAX_TRANSCRIPT_LINES} lines
 */
public record ProbeResult(
        ObservedTier observed, String detail, boolean simulated, List<String> transcript) {
    public static final int MAX_TRANSCRIPT_LINES = 200;

    public ProbeResult {
        Objects.requireNonNull(observed);
        Objects.requireNonNull(detail);
        transcript = List.copyOf(transcript);
    }
}
