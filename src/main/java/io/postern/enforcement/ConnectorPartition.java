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
    private final Claims claims = new Claims();
    private ReceiveConnector[] owners = new ReceiveConnector[16];
    private boolean isBegun;
    private long startHigh;
    private long startLow;
    private long endHigh;
    private long endLow;
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
        int[] order = RangeOrder.byLow(claims);
        ClaimHeap open = new ClaimHeap(claims);
        Address last = Address.last(family);
        int count = claims.count();
        int next = 0;
        long high = 0;
        long low = 0;
        while (true) {
            while (next < count
                    && Claims.compare(
                                    claims.lowHigh(order[next]),
                                    claims.lowLow(order[next]),
                                    high,
                                    low)
                            <= 0) {
                open.add(order[next++]);
            }
            while (!open.isEmpty()
                    && Claims.compare(
                                    claims.highHigh(open.best()),
                                    claims.highLow(open.best()),
                                    high,
                                    low)
                            < 0) {
                open.removeBest();
            }
            // The best one stays so until it ends or another begins.
            boolean isTaken = !open.isEmpty();
            long untilHigh = isTaken ? claims.highHigh(open.best()) : last.high();
            long untilLow = isTaken ? claims.highLow(open.best()) : last.low();
            boolean begins =
                    next < count
                            && Claims.compare(
                                            claims.lowHigh(order[next]),
                                            claims.lowLow(order[next]),
                                            untilHigh,
                                            untilLow)
                                    <= 0;
            if (begins) {
                long followingHigh = claims.lowHigh(order[next]);
                long followingLow = claims.lowLow(order[next]);
                untilHigh = followingLow == 0 ? followingHigh - 1 : followingHigh;
                untilLow = followingLow - 1;
            }
            add(high, low, untilHigh, untilLow, isTaken ? owners[open.best()] : null);
            if (untilHigh == last.high() && untilLow == last.low()) {
                break;
            }
            high = untilLow == -1 ? untilHigh + 1 : untilHigh;
            low = untilLow + 1;
        }
        emit();
        return parts;
    }

    /** Parts of one connector side by side become one. */
    private void add(
            long fromHigh, long fromLow, long untilHigh, long untilLow, ReceiveConnector taker) {
        if (!isBegun || partTaker != taker) {
            if (isBegun) {
                emit();
            }
            isBegun = true;
            startHigh = fromHigh;
            startLow = fromLow;
            partTaker = taker;
        }
        endHigh = untilHigh;
        endLow = untilLow;
    }

    private void emit() {
        Tier tier = partTaker == null ? Tier.NONE : ConnectorSelection.tierOf(partTaker);
        parts.add(
                new Part(
                        new AddressRange(address(startHigh, startLow), address(endHigh, endLow)),
                        partTaker,
                        tier));
    }

    private Address address(long high, long low) {
        return family == AddressFamily.IPV4 ? Address.ipv4(low) : Address.ipv6(high, low);
    }

    private void claim(ReceiveConnector connector, Binding binding, int place) {
        for (AddressRange range : connector.remoteIpRanges()) {
            if (range.family() == family) {
                int claim = claims.add(range, (binding.isWildcard() ? WILDCARD : 0) + place);
                if (claim == owners.length) {
                    owners = Arrays.copyOf(owners, claim * 2);
                }
                owners[claim] = connector;
            }
        }
    }
}
