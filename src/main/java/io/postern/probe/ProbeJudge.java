package io.postern.probe;

import io.postern.policy.Tier;
import io.postern.smtp.ObservedTier;

/** Compares what happened with what the policy says. RELAY and TRUSTED look alike without DATA. */
public final class ProbeJudge {
    private ProbeJudge() {}

    /** The verdict; what cannot be told is never a pass. */
    public static Verdict judge(Tier expected, ObservedTier observed) {
        return switch (observed.level()) {
            case UNKNOWN -> Verdict.INCONCLUSIVE;
            case NONE -> expected == Tier.NONE ? Verdict.PASS : Verdict.FAIL;
            case INTERNAL -> expected == Tier.INTERNAL ? Verdict.PASS : Verdict.FAIL;
            case AT_LEAST_RELAY ->
                    expected.compareTo(Tier.RELAY) >= 0 ? Verdict.PASS : Verdict.FAIL;
        };
    }

    /** The word of JSON and pages. */
    public static String word(ObservedTier observed) {
        return observed.level().name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    /** One sentence for people. */
    public static String explain(Tier expected, ObservedTier observed, String detail) {
        String got = word(observed);
        return "expected "
                + expected.word()
                + ", observed "
                + got
                + (detail.isBlank() ? "" : ": " + detail);
    }
}
