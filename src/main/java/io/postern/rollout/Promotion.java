package io.postern.rollout;

/** What happens after a ring is done and another follows. */
public enum Promotion {
    /** The next ring begins. */
    AUTOMATIC,
    /** The rollout pauses until somebody resumes it. */
    MANUAL
}
