package io.postern.rollout;

/** Why a rollout halted, braked or failed, for programs. docs/states.md has a sentence for each. */
public enum RolloutCause {
    /** A probe saw something else than the policy says. */
    PROBE_FAILED,
    /** An agent could not apply what was published to it. */
    SERVER_ERROR,
    /** Nobody could tell: no report, no answer, or none that tells. */
    INCONCLUSIVE,
    /** Vantages contradict each other. */
    CONTESTED,
    /** An agent undid by itself what nobody confirmed in time. */
    UNDONE_BY_AGENT,
    /** Read-back shows another state than was published. */
    READ_BACK_DIFFERS,
    /** It cannot be compiled for a server. */
    NOT_COMPILED,
    /** Somebody aborted it. */
    ABORTED,
    /** Somebody paused it. */
    PAUSED_BY_PERSON,
    /** It was planned to pause after a ring. */
    PAUSED_AFTER_RING
}
