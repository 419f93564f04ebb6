package io.postern.probe;

import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.ConnectorSelection;
import io.postern.enforcement.NetworkLayer;
import io.postern.enforcement.ReceiveConnector;
import io.postern.enforcement.firewall.FirewallEffect;
import io.postern.enforcement.firewall.FirewallState;
import io.postern.enforcement.firewall.ObservedFirewall;
import io.postern.enforcement.server.DesiredState;
import io.postern.enforcement.server.ObservedServer;
import io.postern.policy.Address;
import io.postern.policy.AddressFamily;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import io.postern.policy.Server;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Over which objects of its enforcement points a submission to a server runs, as they should be:
 * the connector that takes it, the firewall rules that let it through, the list that holds it.
 * Submissions with the same decision over the same path stand for each other. Not safe for several
 * threads.
 */
public final class EnforcementPaths {
    /** Of a server of which nothing was compiled: no submission stands for another. */
    public static final EnforcementPaths UNKNOWN =
            new EnforcementPaths(null, List.of(), null, List.of());

    private static final int MAX_PIECES = 64;
    private static final Map<AddressFamily, Address> STAND_INS =
            Map.of(
                    AddressFamily.IPV4, Address.parse("192.0.2.25"),
                    AddressFamily.IPV6, Address.parse("2001:db8::25"));

    /** Addresses that an object of that name decides, on any port or on one; 0 = any. */
    private record Part(String name, int port, AddressSet addresses) {}

    private record Taken(ReceiveConnector connector, AddressSet addresses) {}

    private final Server server;
    private final List<Taken> connectors;
    private final NetworkLayer firewall;
    private final List<Part> parts;
    private final Map<Integer, List<NetworkLayer.Opening>> openings = new HashMap<>();
    private Address[] cuts;

    private EnforcementPaths(
            Server server,
            List<ReceiveConnector> connectors,
            NetworkLayer firewall,
            List<Part> parts) {
        this.server = server;
        this.connectors =
                connectors.stream()
                        .filter(ReceiveConnector::enabled)
                        .map(one -> new Taken(one, AddressSet.of(one.remoteIpRanges())))
                        .toList();
        this.firewall = firewall;
        this.parts = parts;
    }

    /**
     * The paths once a desired state holds.
     *
     * @param observed what was read at the server: connectors of others stay as they are
     */
    public static EnforcementPaths of(
            Server server, DesiredState desired, ObservedServer observed) {
        List<ReceiveConnector> connectors = observed.connectors();
        if (desired.kind().equals(DesiredState.EXCHANGE)) {
            connectors =
                    Stream.concat(
                                    desired.connectors().stream().map(ConnectorData::toConnector),
                                    observed.connectors().stream().filter(one -> !one.managed()))
                            .toList();
        }
        List<Part> parts = new ArrayList<>();
        if (desired.layers().nftables() != null) {
            desired.layers()
                    .nftables()
                    .openings()
                    .forEach(
                            opening ->
                                    opening.ports()
                                            .forEach(
                                                    port ->
                                                            parts.add(
                                                                    new Part(
                                                                            "nftables",
                                                                            port,
                                                                            opening.addresses()))));
        }
        if (desired.layers().postfix() != null) {
            parts.add(part("postfix clients", desired.layers().postfix().clients()));
            parts.add(part("postfix relay", desired.layers().postfix().relay()));
        }
        FirewallState firewall = desired.layers().firewall();
        return new EnforcementPaths(
                server,
                connectors,
                firewall == null ? null : FirewallEffect.of(ObservedFirewall.of(firewall)),
                parts);
    }

    private static Part part(String name, List<String> addresses) {
        return new Part(name, 0, AddressSet.parse(addresses.toArray(String[]::new)));
    }

    private boolean isUnknown() {
        return connectors.isEmpty() && firewall == null && parts.isEmpty();
    }

    /** The objects that a submission runs over, as a text; null = not known. */
    String at(Address source, int port) {
        if (isUnknown()) {
            return null;
        }
        StringBuilder path = new StringBuilder(source.family().name()).append('\n');
        for (NetworkLayer.Opening opening : openings(port)) {
            if (opening.addresses().contains(source)) {
                path.append("firewall ").append(opening.rule()).append('\n');
            }
        }
        for (Part part : parts) {
            if (part.port() == 0 || part.port() == port) {
                boolean isIn = part.addresses().contains(source);
                path.append(part.name()).append(isIn ? '+' : '-').append('\n');
            }
        }
        if (!connectors.isEmpty()) {
            connectors(source, port, path);
        }
        return path.toString();
    }

    private void connectors(Address source, int port, StringBuilder path) {
        // Only those that hold it at all: each may have a thousand ranges.
        ConnectorSelection selection =
                new ConnectorSelection(
                        connectors.stream()
                                .filter(one -> one.addresses().contains(source))
                                .map(Taken::connector)
                                .toList());
        for (Address local : locals(source.family())) {
            path.append("connector ")
                    .append(
                            selection
                                    .select(local, port, source)
                                    .map(taken -> taken.connector().name())
                                    .orElse(""))
                    .append('\n');
        }
    }

    private List<Address> locals(AddressFamily family) {
        List<Address> own =
                server.addresses().ranges(family).stream().limit(8).map(AddressRange::low).toList();
        return own.isEmpty() ? List.of(STAND_INS.get(family)) : own;
    }

    private List<NetworkLayer.Opening> openings(int port) {
        return firewall == null ? List.of() : openings.computeIfAbsent(port, firewall::openings);
    }

    /**
     * Each path that submissions from some addresses run over, with the first address of it.
     *
     * @return empty = not known, or more than can be told apart
     */
    Map<String, Address> pieces(AddressSet addresses, int port) {
        Map<String, Address> pieces = new LinkedHashMap<>();
        if (isUnknown()) {
            return pieces;
        }
        int seen = 0;
        for (AddressRange range : addresses.ranges()) {
            for (Address low : lows(range)) {
                if (++seen > MAX_PIECES) {
                    return Map.of();
                }
                pieces.putIfAbsent(at(low, port), low);
            }
        }
        return Collections.unmodifiableMap(pieces);
    }

    /** Where within a range the path may change: its first address, and each cut in it. */
    private List<Address> lows(AddressRange range) {
        List<Address> lows = new ArrayList<>();
        lows.add(range.low());
        Address[] all = cuts();
        int next = java.util.Arrays.binarySearch(all, range.low());
        next = next >= 0 ? next + 1 : -next - 1;
        while (next < all.length && range.contains(all[next]) && lows.size() <= MAX_PIECES) {
            lows.add(all[next++]);
        }
        return lows;
    }

    private Address[] cuts() {
        if (cuts == null) {
            TreeSet<Address> all = new TreeSet<>();
            for (Taken one : connectors) {
                // As written, not merged: a narrower range within a wider one decides too.
                one.connector().remoteIpRanges().forEach(range -> cut(range, all));
            }
            parts.forEach(part -> part.addresses().ranges().forEach(range -> cut(range, all)));
            for (int port : server.ports()) {
                for (NetworkLayer.Opening opening : openings(port)) {
                    opening.addresses().ranges().forEach(range -> cut(range, all));
                }
            }
            cuts = all.toArray(Address[]::new);
        }
        return cuts;
    }

    private static void cut(AddressRange range, TreeSet<Address> into) {
        into.add(range.low());
        Optional<Address> after = range.high().next();
        after.ifPresent(into::add);
    }

    /** Ranges of connectors that are not ours, narrower than a family. */
    List<AddressRange> foreign() {
        return connectors.stream()
                .map(Taken::connector)
                .filter(one -> !one.managed())
                .flatMap(one -> one.remoteIpRanges().stream())
                .filter(range -> !range.equals(AddressRange.all(range.family())))
                .distinct()
                .sorted()
                .toList();
    }
}
