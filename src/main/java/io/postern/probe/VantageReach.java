package io.postern.probe;

import io.postern.policy.AddressFamily;
import io.postern.policy.AddressSet;
import java.util.Objects;

/**
 * What the vantages of a server can show to it.
 *
 * @param sources the addresses that a probe can come from; empty = no vantage stands anywhere
 * @param showsIdentities whether any account and computer can be proven
 */
public record VantageReach(AddressSet sources, boolean showsIdentities) {
    /** Of a simulated server, which believes what its own agent names. */
    public static final VantageReach SIMULATED = new VantageReach(AddressSet.ALL, true);

    /** Of a real server before which nothing stands that can probe it as its clients do. */
    public static final VantageReach NONE = new VantageReach(AddressSet.EMPTY, false);

    /** Every address, and no identity. */
    static final VantageReach EVERY_ADDRESS = new VantageReach(AddressSet.ALL, false);

    public VantageReach {
        Objects.requireNonNull(sources);
    }

    /**
     * Of the vantages of a real server.
     *
     * @param sources where they stand
     * @param server its own addresses: in a family in which it has none it cannot be asked
     */
    public static VantageReach of(AddressSet sources, AddressSet server) {
        AddressSet reached = AddressSet.EMPTY;
        for (AddressFamily family : AddressFamily.values()) {
            if (!server.ranges(family).isEmpty()) {
                reached = reached.union(AddressSet.of(sources.ranges(family)));
            }
        }
        return new VantageReach(reached, false);
    }
}
