package io.postern.probe;

import io.postern.policy.AddressFamily;
import io.postern.policy.AddressSet;
import java.util.List;

/**
 * What the vantages of a server can show to it.
 *
 * @param vantages in the order of their names; empty = nobody can probe it
 * @param showsIdentities whether any account and computer can be proven from anywhere, as to a
 *     simulated server
 */
public record VantageReach(List<Vantage> vantages, boolean showsIdentities) {
    /** Of a real server before which nothing stands that can probe it as its clients do. */
    public static final VantageReach NONE = new VantageReach(List.of(), false);

    /** Every address, and no identity. */
    static final VantageReach EVERY_ADDRESS =
            new VantageReach(List.of(new Vantage("any", AddressSet.ALL, List.of())), false);

    public VantageReach {
        vantages = List.copyOf(vantages);
    }

    /**
     * Of a simulated server, which believes what its own agent names.
     *
     * @param vantage the agent's
     */
    public static VantageReach simulated(String vantage) {
        return new VantageReach(List.of(new Vantage(vantage, AddressSet.ALL, List.of())), true);
    }

    /**
     * Of the vantages of a real server.
     *
     * @param server its own addresses: in a family in which it has none it cannot be asked
     */
    public static VantageReach of(List<Vantage> vantages, AddressSet server) {
        AddressSet families = AddressSet.EMPTY;
        for (AddressFamily family : AddressFamily.values()) {
            if (!server.ranges(family).isEmpty()) {
                families = families.union(AddressSet.of(AddressSet.ALL.ranges(family)));
            }
        }
        AddressSet reached = families;
        return new VantageReach(
                vantages.stream()
                        .map(
                                one ->
                                        new Vantage(
                                                one.name(),
                                                one.sources().intersect(reached),
                                                one.contexts()))
                        .filter(one -> !one.sources().isEmpty())
                        .toList(),
                false);
    }

    /** The addresses that a probe can come from. */
    public AddressSet sources() {
        return vantages.stream().map(Vantage::sources).reduce(AddressSet.EMPTY, AddressSet::union);
    }
}
