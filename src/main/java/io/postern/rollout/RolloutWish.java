package io.postern.rollout;

import java.util.List;

/**
 * What somebody asks for when a rollout is planned; null = the default of {@link RolloutConfig}.
 * Fields as in {@link RolloutOptions}.
 */
public record RolloutWish(
        Integer maxInFlight,
        Integer bakeSeconds,
        Integer successPercent,
        Integer maxErrors,
        List<String> pauseAfter,
        Promotion promotion,
        Integer minimumCoveragePercent) {
    /** Nothing in particular. */
    public static final RolloutWish NONE =
            new RolloutWish(null, null, null, null, null, null, null);

    public RolloutWish {
        pauseAfter = pauseAfter == null ? null : List.copyOf(pauseAfter);
    }
}
