package io.postern.rollout;

/** Where one ring of a rollout stands. */
public enum RingState {
    PENDING,
    /** Published; waits until every agent reports it active by read-back. */
    PUSHING,
    /** Active everywhere; waits for the probes' answers. */
    PROBING,
    /**
     * Active everywhere, but no probe is possible, or they show too little, or every server was
     * skipped; waits for somebody to promote it by name.
     */
    AWAITING_PROMOTION,
    /** Proven and confirmed; left alone for its bake time. */
    BAKING,
    /** The bake time is over; its probes are asked once more. */
    PROBING_AGAIN,
    /** Proven and confirmed. */
    DONE,
    /** Put back. */
    ROLLED_BACK
}
