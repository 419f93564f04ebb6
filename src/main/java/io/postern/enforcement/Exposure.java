package io.postern.enforcement;

import io.postern.enforcement.ConnectorPartition.Part;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import io.postern.policy.Tier;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who can submit without signing in through one listener of a server, and how far. Immutable.
 *
 * @param server the server's name
 * @param listener the local address and port; a wildcard = every address without its own binding
 * @param parts the whole address space of the listener's family
 */
public record Exposure(String server, Binding listener, List<Part> parts) {
    public Exposure {
        parts = List.copyOf(parts);
    }

    /**
     * What one connector gives to some addresses.
     *
     * @param connector null = no connector: refused
     * @param addresses never empty
     */
    public record Share(ReceiveConnector connector, TierBounds bounds, AddressSet addresses) {}

    /** Of every listener of a server. */
    static List<Exposure> of(String server, List<ReceiveConnector> connectors) {
        List<Exposure> all = new ArrayList<>();
        for (Binding listener : Listeners.of(connectors)) {
            all.add(
                    new Exposure(
                            server,
                            listener,
                            ConnectorPartition.of(
                                    connectors, listener.address(), listener.port())));
        }
        return all;
    }

    /** The addresses of each connector that takes any, those that get furthest first. */
    public List<Share> shares() {
        // By identity: nothing keeps an export from naming two connectors alike.
        Map<ReceiveConnector, List<AddressRange>> ranges = new IdentityHashMap<>();
        List<ReceiveConnector> takers = new ArrayList<>();
        for (Part part : parts) {
            if (!ranges.containsKey(part.connector())) {
                takers.add(part.connector());
                ranges.put(part.connector(), new ArrayList<>());
            }
            ranges.get(part.connector()).add(part.range());
        }
        List<Share> shares = new ArrayList<>();
        for (ReceiveConnector taker : takers) {
            TierBounds bounds = taker == null ? TierBounds.NOTHING : TierBounds.of(taker);
            shares.add(new Share(taker, bounds, AddressSet.of(ranges.get(taker))));
        }
        shares.sort(
                (a, b) -> {
                    int byMost = b.bounds().atMost().compareTo(a.bounds().atMost());
                    int byLeast = b.bounds().atLeast().compareTo(a.bounds().atLeast());
                    return byLeast != 0 ? byLeast : byMost;
                });
        return shares;
    }

    /** The addresses that certainly get at least so far. */
    public AddressSet reaching(Tier tier) {
        return AddressSet.of(
                parts.stream()
                        .filter(part -> part.tier().compareTo(tier) >= 0)
                        .map(Part::range)
                        .toList());
    }

    /** Whether anybody may get anywhere without signing in. */
    public boolean isOpen() {
        return parts.stream().anyMatch(part -> part.bounds().atMost() != Tier.NONE);
    }
}
