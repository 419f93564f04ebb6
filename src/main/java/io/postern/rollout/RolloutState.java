package io.postern.rollout;

/** Where a rollout stands. docs/states.md has a sentence for each. */
public enum RolloutState {
    /** Rings are pushed and proven one after the other. */
    RUNNING,
    /** Somebody halted it; nothing new is pushed. */
    PAUSED,
    /** Something failed; every touched ring is being put back and proven. */
    ROLLING_BACK,
    /** Every ring is done. */
    VERIFIED,
    /** Everything touched is back as it was, by read-back and probes. */
    ROLLED_BACK,
    /**
     * It could not be undone everywhere, or the undoing could not be proven; the reason says where.
     */
    FAILED;

    /** Whether nothing more will happen by itself. */
    public boolean isFinal() {
        return this == VERIFIED || this == ROLLED_BACK || this == FAILED;
    }
}
