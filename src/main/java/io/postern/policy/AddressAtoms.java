package io.postern.policy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Splits the address space into the parts that lie in the same of some sets. */
final class AddressAtoms {
    private record Edge(int set, boolean opens) {}

    private final TreeMap<Address, List<Edge>> edges = new TreeMap<>();

    /**
     * Adds a set.
     *
     * @param number how the result names it
     */
    void add(int number, AddressSet set) {
        for (AddressRange range : set.ranges()) {
            addEdge(range.low(), new Edge(number, true));
            Address end = after(range.high());
            if (end != null) {
                addEdge(end, new Edge(number, false));
            }
        }
    }

    private void addEdge(Address at, Edge edge) {
        edges.computeIfAbsent(at, any -> new ArrayList<>(2)).add(edge);
    }

    /**
     * The parts, by the numbers of the sets they lie in.
     *
     * @param needed only parts that lie in one of these sets; null = in any
     */
    Map<BitSet, List<AddressRange>> parts(BitSet needed) {
        Map<BitSet, List<AddressRange>> parts = new LinkedHashMap<>();
        BitSet inside = new BitSet();
        Address low = null;
        for (Map.Entry<Address, List<Edge>> step : edges.entrySet()) {
            if (counts(inside, needed)) {
                add(parts, inside, low, before(step.getKey()));
            }
            step.getValue().forEach(edge -> inside.set(edge.set(), edge.opens()));
            low = step.getKey();
        }
        if (counts(inside, needed)) {
            add(parts, inside, low, Address.last(AddressFamily.IPV6));
        }
        return parts;
    }

    private static boolean counts(BitSet inside, BitSet needed) {
        return needed == null ? !inside.isEmpty() : inside.intersects(needed);
    }

    /** A part may run from the last IPv4 address on into IPv6, as the sets that hold it may. */
    private static void add(
            Map<BitSet, List<AddressRange>> parts, BitSet inside, Address low, Address high) {
        List<AddressRange> ranges =
                parts.computeIfAbsent((BitSet) inside.clone(), any -> new ArrayList<>());
        if (low.family() == high.family()) {
            ranges.add(new AddressRange(low, high));
        } else {
            ranges.add(new AddressRange(low, Address.last(AddressFamily.IPV4)));
            ranges.add(new AddressRange(Address.first(AddressFamily.IPV6), high));
        }
    }

    /** The address after it in the order of both families; null after the very last. */
    private static Address after(Address address) {
        return address.next()
                .orElse(
                        address.family() == AddressFamily.IPV4
                                ? Address.first(AddressFamily.IPV6)
                                : null);
    }

    private static Address before(Address address) {
        return address.previous().orElse(Address.last(AddressFamily.IPV4));
    }
}
