package io.postern.enforcement;

import io.postern.policy.Address;
import io.postern.policy.AddressFamily;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import io.postern.policy.Tier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** {@link ConnectorSelection} over every client address at once: an exact interval sweep. */
public final class ConnectorPartition {
    /** Exact bindings come before wildcard ones. */
    private static final long WILDCARD = 1L << 32;

    private final AddressFamily family;
    private final List<Part> parts = new ArrayList<>();
    private AddressRange[] ranges = new AddressRange[16];
    private RangeSize[] sizes = new RangeSize[16];
    private long[] ranks = new long[16];
    private ReceiveConnector[] owners = new ReceiveConnector[16];
    private int count;
    private Address partStart;
    private Address partEnd;
    private ReceiveConnector partTaker;

    private ConnectorPartition(List<ReceiveConnector> connectors, Address local, int port) {
        family = local.family();
        int place = 0;
        for (ReceiveConnector connector : connectors) {
            int ownPlace = place++;
            if (connector.enabled()) {
                ConnectorSelection.bindingFor(connector, local, port)
                        .ifPresent(binding -> claim(connector, binding, ownPlace));
            }
        }
    }

    /**
     * The clients from {@code range} all get the same connector.
     *
     * @param connector null = none: the session is refused
     * @param tier what that connector at least lets an unauthenticated client do; NONE without one
     */
    public record Part(AddressRange range, ReceiveConnector connector, Tier tier) {
        /** What is certain about the tier: an unknown right leaves it open upwards. */
        public TierBounds bounds() {
            return connector == null ? TierBounds.NOTHING : TierBounds.of(connector);
        }
    }

    /**
     * The whole address space of the local address's family, in order, each part as long as it can
     * be.
     *
     * @param local the server's address that is connected to; a wildcard = one that no connector is
     *     bound to by itself
     */
    public static List<Part> of(List<ReceiveConnector> connectors, Address local, int port) {
        return new ConnectorPartition(connectors, local, port).parts();
    }

    /** The addresses of some parts by their tier; a tier that none has is left out. */
    static Map<Tier, AddressSet> byTier(List<Part> parts) {
        Map<Tier, List<AddressRange>> ranges = new EnumMap<>(Tier.class);
        for (Part part : parts) {
            ranges.computeIfAbsent(part.tier(), any -> new ArrayList<>()).add(part.range());
        }
        Map<Tier, AddressSet> byTier = new EnumMap<>(Tier.class);
        ranges.forEach((tier, list) -> byTier.put(tier, AddressSet.of(list)));
        return byTier;
    }

    private List<Part> parts() {
        int[] order = RangeOrder.byLow(ranges, count);
        ClaimHeap open = new ClaimHeap(sizes, ranks);
        Address last = Address.last(family);
        int next = 0;
        Address start = Address.first(family);
        while (start != null) {
            while (next < count && ranges[order[next]].low().compareTo(start) <= 0) {
                open.add(order[next++]);
            }
            while (!open.isEmpty() && ranges[open.best()].high().compareTo(start) < 0) {
                open.removeBest();
            }
            // The best one stays so until it ends or another begins.
            Address end = open.isEmpty() ? last : ranges[open.best()].high();
            Address following = next < count ? ranges[order[next]].low() : null;
            boolean begins = following != null && following.compareTo(end) <= 0;
            add(
                    start,
                    begins ? following.previous().orElseThrow() : end,
                    open.isEmpty() ? null : owners[open.best()]);
            start = begins ? following : end.next().orElse(null);
        }
        parts.add(part(partStart, last, partTaker));
        return parts;
    }

    /** Parts of one connector side by side become one. */
    private void add(Address start, Address end, ReceiveConnector taker) {
        if (partStart == null) {
            partStart = start;
            partTaker = taker;
        } else if (partTaker != taker) {
            parts.add(part(partStart, partEnd, partTaker));
            partStart = start;
            partTaker = taker;
        }
        partEnd = end;
    }

    private static Part part(Address start, Address end, ReceiveConnector taker) {
        Tier tier = taker == null ? Tier.NONE : ConnectorSelection.tierOf(taker);
        return new Part(new AddressRange(start, end), taker, tier);
    }

    private void claim(ReceiveConnector connector, Binding binding, int place) {
        for (AddressRange range : connector.remoteIpRanges()) {
            if (range.family() == family) {
                if (count == ranges.length) {
                    grow();
                }
                ranges[count] = range;
                sizes[count] = RangeSize.of(range);
                ranks[count] = (binding.isWildcard() ? WILDCARD : 0) + place;
                owners[count] = connector;
                count++;
            }
        }
    }

    private void grow() {
        int larger = count * 2;
        ranges = Arrays.copyOf(ranges, larger);
        sizes = Arrays.copyOf(sizes, larger);
        ranks = Arrays.copyOf(ranks, larger);
        owners = Arrays.copyOf(owners, larger);
    }
}
