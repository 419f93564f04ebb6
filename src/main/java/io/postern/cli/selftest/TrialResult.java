package io.postern.cli.selftest;

import java.time.Duration;

/**
 * What came of a trial.
 *
 * @param kind empty = a clean rollout
 * @param host {@code simulated} or {@code linux}
 * @param where for people
 * @param expected words of what it may end with
 * @param got what it ended with; null = skipped
 * @param isAsExpected whether it got what it must get
 * @param detection from publication to brake; null = there was no brake
 * @param note why, or what else is wrong, for people; empty = nothing
 */
record TrialResult(
        String kind,
        String host,
        String where,
        String expected,
        FaultVerdict got,
        boolean isAsExpected,
        Duration detection,
        String note) {
    static final String SIMULATED = "simulated";
    static final String LINUX = "linux";

    boolean isClean() {
        return kind.isEmpty();
    }

    boolean isSkipped() {
        return got == null;
    }

    /** In seconds, for people; a dash where there was no brake. */
    String detectionText() {
        return detection == null
                ? "-"
                : String.format(java.util.Locale.ROOT, "%.1f s", detection.toMillis() / 1000.0);
    }
}
