package io.postern.policy;

/** How a region's tier moves. */
public enum Direction {
    /** From NONE to something. */
    OPENS,
    /** From something to NONE. */
    CLOSES,
    /** From a tier to a higher one, neither NONE. */
    RAISES,
    /** From a tier to a lower one, neither NONE. */
    LOWERS;

    /**
     * The direction of a move.
     *
     * @throws IllegalArgumentException if the tiers are equal
     */
    public static Direction of(Tier before, Tier after) {
        if (before == after) {
            throw new IllegalArgumentException("no move: both " + before);
        }
        if (before == Tier.NONE) {
            return OPENS;
        }
        if (after == Tier.NONE) {
            return CLOSES;
        }
        return after.compareTo(before) > 0 ? RAISES : LOWERS;
    }
}
