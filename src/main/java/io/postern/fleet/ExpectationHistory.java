package io.postern.fleet;

import java.time.Instant;
import java.util.List;

/**
 * What the last probes of one expectation said. Consecutive means: since it was last otherwise;
 * what is inconclusive ends no row of failures, but a row of passes.
 *
 * @param lastFailed what the last conclusive one said
 * @param fails consecutive failures
 * @param passes consecutive passes
 * @param unknowns consecutive inconclusive ones
 * @param confirmations how often it was asked again at once since it last passed
 * @param turnedAt when it turned from pass to fail or back, within the window, oldest first
 */
public record ExpectationHistory(
        boolean lastFailed,
        int fails,
        int passes,
        int unknowns,
        int confirmations,
        List<Instant> turnedAt) {
    /** Of one that is met: that is what its rollout proved. */
    public static final ExpectationHistory CLEAN =
            new ExpectationHistory(false, 0, 0, 0, 0, List.of());

    public ExpectationHistory {
        turnedAt = List.copyOf(turnedAt);
    }

    /** Whether there is nothing to remember of it. */
    public boolean isClean() {
        return fails == 0 && unknowns == 0 && turnedAt.isEmpty();
    }
}
