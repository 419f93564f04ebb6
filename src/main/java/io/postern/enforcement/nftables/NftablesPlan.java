package io.postern.enforcement.nftables;

import java.util.List;

/** The step from what our table holds to what it should hold, and what it means. */
public final class NftablesPlan {
    private NftablesPlan() {}

    /** One step, or none where the table is as wanted and nothing in it deviates. */
    public static List<NftablesStep> between(ObservedNftables observed, NftablesState wanted) {
        return observed.held().equals(wanted) && observed.deviations().isEmpty()
                ? List.of()
                : List.of(new NftablesStep(observed.table(), observed.held(), wanted));
    }

    /**
     * What is there after a step.
     *
     * @throws IllegalStateException if the step begins at another state or is of another table
     */
    public static ObservedNftables apply(ObservedNftables observed, NftablesStep step) {
        if (!step.table().equals(observed.table())) {
            throw new IllegalStateException(
                    "table inet " + observed.table() + " is read, not inet " + step.table());
        }
        if (!step.before().equals(observed.held())) {
            throw new IllegalStateException(
                    "table inet " + step.table() + " is not as it was when this was planned");
        }
        return observed.withHeld(step.after());
    }
}
