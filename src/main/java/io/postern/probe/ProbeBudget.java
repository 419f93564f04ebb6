package io.postern.probe;

/**
 * How much a plan may ask of one server.
 *
 * @param maxProbes probes of one plan, 1 or more
 * @param maxPerSource probes of one plan from one address, 1 or more; Exchange takes 20 sessions of
 *     one source
 */
public record ProbeBudget(int maxProbes, int maxPerSource) {
    /** What holds unless settings say otherwise. */
    public static final ProbeBudget USUAL = new ProbeBudget(120, 20);

    public ProbeBudget {
        if (maxProbes < 1 || maxPerSource < 1) {
            throw new IllegalArgumentException(
                    "a plan asks at least 1 probe, and 1 of each source; got "
                            + maxProbes
                            + " and "
                            + maxPerSource);
        }
    }

    /** Up to how many probes a stage may fill the plan, so that the later ones find places too. */
    int upTo(PlanStage stage) {
        return Math.max(1, maxProbes * stage.eighths() / 8);
    }
}
