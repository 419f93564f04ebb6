package io.postern.enforcement;

import io.postern.policy.Address;
import io.postern.policy.AddressFamily;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import io.postern.policy.AddressTiers;
import io.postern.policy.Policy;
import io.postern.policy.ProtectedSources;
import io.postern.policy.Server;
import io.postern.policy.Tier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The compilation of one port of one server. */
final class PortCompilation {
    private final Policy policy;
    private final Server server;
    private final int port;
    private final Instant at;
    private final AddressSet provable;
    private final List<ReceiveConnector> unmanaged;

    PortCompilation(
            Policy policy,
            Server server,
            int port,
            Instant at,
            AddressSet provable,
            List<ReceiveConnector> unmanaged) {
        this.policy = policy;
        this.server = server;
        this.port = port;
        this.at = at;
        this.provable = provable;
        this.unmanaged = unmanaged;
    }

    void into(List<ReceiveConnector> managed, List<Unsupported> unsupported) {
        AddressTiers tiers = AddressTiers.ofAnyIdentity(policy, server, port, at, provable);
        Limits limits = new Limits(policy, server, port, at, tiers, unsupported);
        if (provable.isEmpty()) {
            limits.identityEntries();
        }
        ReceiveConnector wide = WideConnector.on(port, unmanaged).orElse(null);
        if (wide == null) {
            limits.noWideConnector();
            return;
        }
        List<ReceiveConnector> beside = overlapping(wide);
        if (limits.foreignRole(wide, beside)) {
            return;
        }
        limits.beyondItsBindings(wide, unmanaged);
        limits.protectedSources(wide, unmanaged);
        Set<Address> blocked = new HashSet<>();
        Map<ManagedConnectors.Kind, List<AddressRange>> ranges =
                ranges(tiers, wide, beside, blocked);
        limits.heldElsewhere(wide, beside, blocked);
        ManagedConnectors builder = new ManagedConnectors(wide, port);
        ranges.forEach((kind, list) -> managed.addAll(builder.of(kind, list)));
    }

    private List<ReceiveConnector> overlapping(ReceiveConnector wide) {
        List<Binding> bindings =
                wide.bindings().stream().filter(binding -> binding.port() == port).toList();
        return unmanaged.stream()
                .filter(
                        one ->
                                one.bindings().stream()
                                        .anyMatch(
                                                theirs ->
                                                        bindings.stream()
                                                                .anyMatch(
                                                                        ours ->
                                                                                ConnectorConflicts
                                                                                        .overlap(
                                                                                                ours,
                                                                                                theirs))))
                .toList();
    }

    /**
     * Cuts everything at the same places, so that a tier's range and a closed one can only nest, be
     * apart, or be equal; in the last case the closed one is left out.
     */
    private Map<ManagedConnectors.Kind, List<AddressRange>> ranges(
            AddressTiers tiers,
            ReceiveConnector wide,
            List<ReceiveConnector> beside,
            Set<Address> blocked) {
        List<AddressRange> obstacles =
                beside.stream().flatMap(one -> one.remoteIpRanges().stream()).toList();
        RangeFitting fitting = new RangeFitting(obstacles);
        List<AddressFamily> families = WideConnector.families(wide, port);
        AddressSet open = ProtectedSources.all(policy).complement();
        RangeFitting.Fitted closed = fitting.fit(of(families, open));
        blocked.addAll(closed.blocked());
        closed.ranges().forEach(fitting::cutAt);

        Map<ManagedConnectors.Kind, List<AddressRange>> ranges =
                new EnumMap<>(ManagedConnectors.Kind.class);
        Set<AddressRange> held = new HashSet<>();
        for (ManagedConnectors.Kind kind : ManagedConnectors.Kind.values()) {
            if (kind != ManagedConnectors.Kind.CLOSED) {
                RangeFitting.Fitted fitted =
                        fitting.fit(of(families, tiers.of(tier(kind)).intersect(open)));
                blocked.addAll(fitted.blocked());
                held.addAll(fitted.ranges());
                ranges.put(kind, fitted.ranges());
            }
        }
        ranges.put(
                ManagedConnectors.Kind.CLOSED,
                closed.ranges().stream().filter(range -> !held.contains(range)).toList());
        return ranges;
    }

    private static Tier tier(ManagedConnectors.Kind kind) {
        return switch (kind) {
            case INTERNAL -> Tier.INTERNAL;
            case RELAY -> Tier.RELAY;
            case TRUSTED -> Tier.TRUSTED;
            case CLOSED -> Tier.NONE;
        };
    }

    private static List<AddressRange> of(List<AddressFamily> families, AddressSet set) {
        List<AddressRange> ranges = new ArrayList<>();
        families.forEach(family -> ranges.addAll(set.ranges(family)));
        return ranges;
    }
}
