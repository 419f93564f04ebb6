package io.postern.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/**
 * The addresses at which rules begin and end, in order, IPv4 first: between two neighbouring ones
 * every address lies in the same rules. Positions number these stretches.
 */
final class ImpactEdges {
    private static final int INDEX_BITS = 30;
    private static final long INDEX_MASK = (1L << INDEX_BITS) - 1;

    /** A rule's range as positions [from, to). */
    static final class Stretch {
        final ImpactRule rule;
        private final AddressRange range;
        int from;
        int to;

        private Stretch(ImpactRule rule, AddressRange range) {
            this.rule = rule;
            this.range = range;
        }
    }

    private final List<Stretch> stretches = new ArrayList<>();
    private final List<Address> lows = new ArrayList<>();
    private final List<List<Stretch>> opening = new ArrayList<>();
    private final List<List<Stretch>> closing = new ArrayList<>();
    private Address[] highs;
    private int firstIpv6;

    /**
     * Cuts the address space.
     *
     * @param rules those that count
     * @param within only ranges that overlap it are looked at
     */
    ImpactEdges(List<ImpactRule> rules, AddressSet within) {
        for (ImpactRule rule : rules) {
            for (AddressRange range : rule.addresses.ranges()) {
                if (within == AddressSet.ALL || within.overlaps(range)) {
                    stretches.add(new Stretch(rule, range));
                }
            }
        }
        cutIpv4();
        firstIpv6 = lows.size();
        cutIpv6();
    }

    private void cutIpv4() {
        long[] edges = new long[2 * stretches.size()];
        int count = 0;
        for (int i = 0; i < stretches.size(); i++) {
            AddressRange range = stretches.get(i).range;
            if (range.family() == AddressFamily.IPV4) {
                edges[count++] = range.low().low() << INDEX_BITS | 2L * i;
                edges[count++] = range.high().low() + 1 << INDEX_BITS | 2L * i + 1;
            }
        }
        Arrays.sort(edges, 0, count);
        begin(Address.first(AddressFamily.IPV4));
        long end = Address.last(AddressFamily.IPV4).low() + 1;
        long last = 0;
        for (int i = 0; i < count; i++) {
            long address = edges[i] >>> INDEX_BITS;
            if (address != last && address != end) {
                begin(Address.ipv4(address));
                last = address;
            }
            int index = (int) (edges[i] & INDEX_MASK);
            add(stretches.get(index >> 1), (index & 1) == 0, address == end);
        }
    }

    private record Edge(Address at, Stretch stretch, boolean opens) {}

    private void cutIpv6() {
        List<Edge> edges = new ArrayList<>();
        for (Stretch stretch : stretches) {
            if (stretch.range.family() == AddressFamily.IPV6) {
                edges.add(new Edge(stretch.range.low(), stretch, true));
                // Null = the end of the family, after every address.
                edges.add(new Edge(stretch.range.high().next().orElse(null), stretch, false));
            }
        }
        edges.sort(Comparator.comparing(Edge::at, Comparator.nullsLast(Comparator.naturalOrder())));
        Address last = Address.first(AddressFamily.IPV6);
        begin(last);
        for (Edge edge : edges) {
            if (edge.at() != null && !edge.at().equals(last)) {
                begin(edge.at());
                last = edge.at();
            }
            add(edge.stretch(), edge.opens(), edge.at() == null);
        }
    }

    private void begin(Address low) {
        lows.add(low);
        opening.add(null);
        closing.add(null);
    }

    private void add(Stretch stretch, boolean opens, boolean atEnd) {
        int position = lows.size() - (atEnd ? 0 : 1);
        if (opens) {
            stretch.from = position;
        } else {
            stretch.to = position;
        }
        if (!atEnd) {
            List<List<Stretch>> list = opens ? opening : closing;
            if (list.get(position) == null) {
                list.set(position, new ArrayList<>(2));
            }
            list.get(position).add(stretch);
        }
    }

    List<Stretch> stretches() {
        return stretches;
    }

    /** How many positions there are. */
    int size() {
        return lows.size();
    }

    /** The first position of IPv6; the one before is the last of IPv4. */
    int firstIpv6() {
        return firstIpv6;
    }

    /** What begins at a position. */
    List<Stretch> opening(int position) {
        List<Stretch> found = opening.get(position);
        return found == null ? List.of() : found;
    }

    /** What no longer holds at a position but held before it. */
    List<Stretch> closing(int position) {
        List<Stretch> found = closing.get(position);
        return found == null ? List.of() : found;
    }

    Address low(int position) {
        return lows.get(position);
    }

    /** The position of an address. */
    int position(Address address) {
        int low = 0;
        int high = lows.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (lows.get(middle).compareTo(address) <= 0) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /** The addresses of the positions from one to the one before another, in one family. */
    AddressRange range(int from, int to) {
        return new AddressRange(lows.get(from), high(to - 1));
    }

    /** The last address of a position; made once, since many sets of addresses end there. */
    private Address high(int position) {
        if (highs == null) {
            highs = new Address[lows.size()];
        }
        if (highs[position] == null) {
            int next = position + 1;
            highs[position] =
                    next == firstIpv6 || next == lows.size()
                            ? Address.last(lows.get(position).family())
                            : lows.get(next).previous().orElseThrow();
        }
        return highs[position];
    }

    /** The addresses of a set of positions. */
    AddressSet addresses(BitSet positions) {
        List<AddressRange> ranges = new ArrayList<>();
        int from = positions.nextSetBit(0);
        while (from >= 0) {
            int to = positions.nextClearBit(from);
            if (from < firstIpv6 && to > firstIpv6) {
                to = firstIpv6;
            }
            ranges.add(range(from, to));
            from = positions.nextSetBit(to);
        }
        return AddressSet.ofOrdered(ranges);
    }
}
