package io.postern.enforcement.nftables.exports;

import io.postern.policy.AddressSet;

/**
 * From where a first packet meets something.
 *
 * @param surely from there it does, whatever else is true of the packet
 * @param perhaps from nowhere else; holds {@code surely}
 */
record Sources(AddressSet surely, AddressSet perhaps) {
    static final Sources NONE = new Sources(AddressSet.EMPTY, AddressSet.EMPTY);
    static final Sources ALL = new Sources(AddressSet.ALL, AddressSet.ALL);

    /** It depends on what is not looked at. */
    static final Sources UNSURE = new Sources(AddressSet.EMPTY, AddressSet.ALL);

    static Sources exactly(AddressSet set) {
        return new Sources(set, set);
    }

    static Sources when(boolean isSo) {
        return isSo ? ALL : NONE;
    }

    boolean isNobody() {
        return perhaps.isEmpty();
    }

    Sources and(Sources other) {
        return new Sources(surely.intersect(other.surely), perhaps.intersect(other.perhaps));
    }

    /** What is left when those are taken out. */
    Sources without(Sources taken) {
        return new Sources(surely.subtract(taken.perhaps), perhaps.subtract(taken.surely));
    }

    Sources or(Sources other) {
        return new Sources(surely.union(other.surely), perhaps.union(other.perhaps));
    }

    Sources not() {
        return new Sources(perhaps.complement(), surely.complement());
    }
}
