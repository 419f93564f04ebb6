package io.postern.rollout;

/** Where one ring of a rollout stands. */
public enum RingState {
    PENDING,
    /** Published; waits until every agent reports it active by read-back. */
    PUSHING,
    /** Active everywhere; waits for the probes' answers. */
    PROBING,
    /** Active everywhere, but no probe is possible; waits for somebody to promote it by name. */
    AWAITING_PROMOTION,
    /** Proven and confirmed. */
    DONE,
    /** Put back. */
    ROLLED_BACK
}
