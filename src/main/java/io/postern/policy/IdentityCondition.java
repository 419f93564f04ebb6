package io.postern.policy;

import java.util.List;

/**
 * Which accounts, or which computers, something lets through. A principal that the policy does not
 * know counts as any other one where it is let through, and not at all where it is not: what is let
 * through is never told too small. Immutable.
 *
 * @param mustBeProven whether an identity must be proven; otherwise nobody is left out
 * @param isEveryProven whether every proven one is let through but those in {@code except}
 * @param names names or SIDs that are let through; empty if {@code isEveryProven}
 * @param except names or SIDs that are not, although they would be
 */
public record IdentityCondition(
        boolean mustBeProven, boolean isEveryProven, List<String> names, List<String> except) {
    /** No identity is asked for. */
    public static final IdentityCondition ANYBODY =
            new IdentityCondition(false, false, List.of(), List.of());

    /** Any identity, but a proven one. */
    public static final IdentityCondition PROVEN =
            new IdentityCondition(true, true, List.of(), List.of());

    public IdentityCondition {
        names = List.copyOf(names);
        except = List.copyOf(except);
        if (!mustBeProven && (isEveryProven || !names.isEmpty() || !except.isEmpty())) {
            throw new IllegalArgumentException("who need not prove anything has no name");
        }
        if (isEveryProven && !names.isEmpty()) {
            throw new IllegalArgumentException("every proven one holds those named");
        }
    }

    /** One of these, and none of those. */
    public static IdentityCondition oneOf(List<String> names, List<String> except) {
        return new IdentityCondition(true, false, names, except);
    }

    /** Every proven one, but none of those. */
    public static IdentityCondition provenBut(List<String> except) {
        return new IdentityCondition(true, true, List.of(), except);
    }
}
