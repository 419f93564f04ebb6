package io.postern.enforcement;

import io.postern.policy.Address;
import io.postern.policy.AddressRange;
import io.postern.policy.Tier;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.TreeSet;

/** {@link ConnectorSelection} over every client address at once: an exact interval sweep. */
public final class ConnectorPartition {
    private ConnectorPartition() {}

    /**
     * The clients from {@code range} all get the same connector.
     *
     * @param connector null = none: the session is refused
     * @param tier what that connector lets an unauthenticated client do; NONE without one
     */
    public record Part(AddressRange range, ReceiveConnector connector, Tier tier) {}

    private record Claim(
            AddressRange range,
            ReceiveConnector connector,
            RangeSize size,
            boolean wildcard,
            int order) {
        private static final Comparator<Claim> BEST_FIRST =
                Comparator.comparing(Claim::size)
                        .thenComparing(Claim::wildcard)
                        .thenComparingInt(Claim::order);
    }

    /**
     * The whole address space of the local address's family, in order, each part as long as it can
     * be.
     *
     * @param local the server's address that is connected to; a wildcard = one that no connector is
     *     bound to by itself
     */
    public static List<Part> of(List<ReceiveConnector> connectors, Address local, int port) {
        List<Claim> claims = claims(connectors, local, port);
        TreeSet<Address> starts = new TreeSet<>();
        starts.add(Address.first(local.family()));
        for (Claim claim : claims) {
            starts.add(claim.range().low());
            claim.range().high().next().ifPresent(starts::add);
        }
        List<Part> parts = new ArrayList<>();
        PriorityQueue<Claim> open = new PriorityQueue<>(Claim.BEST_FIRST);
        int next = 0;
        for (Address start : starts) {
            while (next < claims.size() && claims.get(next).range().low().equals(start)) {
                open.add(claims.get(next++));
            }
            while (!open.isEmpty() && open.peek().range().high().compareTo(start) < 0) {
                open.poll();
            }
            Address following = starts.higher(start);
            Address end =
                    following == null
                            ? Address.last(local.family())
                            : following.previous().orElseThrow();
            ReceiveConnector taker = open.isEmpty() ? null : open.peek().connector();
            append(parts, new AddressRange(start, end), taker);
        }
        return parts;
    }

    private static List<Claim> claims(List<ReceiveConnector> connectors, Address local, int port) {
        List<Claim> claims = new ArrayList<>();
        int order = 0;
        for (ReceiveConnector connector : connectors) {
            int place = order++;
            if (connector.enabled()) {
                ConnectorSelection.bindingFor(connector, local, port)
                        .ifPresent(binding -> claim(claims, connector, binding, place));
            }
        }
        claims.sort(Comparator.comparing(Claim::range));
        return claims;
    }

    private static void claim(
            List<Claim> claims, ReceiveConnector connector, Binding binding, int order) {
        for (AddressRange range : connector.remoteIpRanges()) {
            if (range.family() == binding.address().family()) {
                claims.add(
                        new Claim(
                                range,
                                connector,
                                RangeSize.of(range),
                                binding.isWildcard(),
                                order));
            }
        }
    }

    private static void append(List<Part> parts, AddressRange range, ReceiveConnector taker) {
        Part last = parts.isEmpty() ? null : parts.get(parts.size() - 1);
        if (last != null && last.connector() == taker) {
            AddressRange longer = new AddressRange(last.range().low(), range.high());
            parts.set(parts.size() - 1, new Part(longer, taker, last.tier()));
        } else {
            Tier tier = taker == null ? Tier.NONE : ConnectorSelection.tierOf(taker);
            parts.add(new Part(range, taker, tier));
        }
    }
}
