package io.postern.enforcement;

import io.postern.policy.Address;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import io.postern.policy.Tier;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/** Finds what gives more than our connectors would, on the ports of ours. */
final class EffectiveDrift {
    private static final int SHOWN_RANGES = 5;

    private final List<ReceiveConnector> ours;
    private final List<ReceiveConnector> observed;

    EffectiveDrift(List<ReceiveConnector> desired, List<ReceiveConnector> observed) {
        this.ours = desired.stream().filter(ReceiveConnector::managed).toList();
        this.observed = observed;
    }

    /** One finding for each connector that is not ours and each tier that it gives beyond ours. */
    List<ConnectorDrift> ofConnectors() {
        Map<String, Map<Tier, List<AddressRange>>> opened = new TreeMap<>();
        each(
                (part, meant) -> {
                    if (!part.connector().managed()) {
                        collect(part, meant, opened);
                    }
                });
        List<ConnectorDrift> drifts = new ArrayList<>();
        opened.forEach(
                (connector, byTier) ->
                        byTier.forEach(
                                (tier, ranges) ->
                                        drifts.add(
                                                new ConnectorDrift(
                                                        ConnectorDrift.EFFECTIVE,
                                                        connector,
                                                        "it gives "
                                                                + tier.word()
                                                                + " to "
                                                                + shortened(ranges)
                                                                + ", which should get less"))));
        return drifts;
    }

    private static void collect(
            ConnectorPartition.Part part,
            Map<Tier, AddressSet> meant,
            Map<String, Map<Tier, List<AddressRange>>> opened) {
        meant.forEach(
                (tier, addresses) -> {
                    if (tier.compareTo(part.tier()) < 0 && addresses.overlaps(part.range())) {
                        opened.computeIfAbsent(
                                        part.connector().name(), any -> new EnumMap<>(Tier.class))
                                .computeIfAbsent(part.tier(), any -> new ArrayList<>())
                                .addAll(AddressSet.of(part.range()).intersect(addresses).ranges());
                    }
                });
    }

    /** One finding for each accepted domain that makes INTERNAL mean more, if anybody has it. */
    List<ConnectorDrift> of(List<AcceptedDomain> acceptedDomains) {
        List<AcceptedDomain> wide =
                acceptedDomains.stream()
                        .filter(one -> one.isEveryDomain() || one.isWholeTopLevel())
                        .toList();
        if (wide.isEmpty()) {
            return List.of();
        }
        Map<String, List<AddressRange>> reached = new TreeMap<>();
        each((part, meant) -> collectInternal(part, meant, reached));
        if (reached.isEmpty()) {
            return List.of();
        }
        List<String> whom = new ArrayList<>();
        reached.forEach(
                (connector, ranges) ->
                        whom.add(shortened(ranges) + " (connector '" + connector + "')"));
        String everybody = String.join("; ", whom);
        return wide.stream()
                .map(
                        one ->
                                new ConnectorDrift(
                                        ConnectorDrift.EFFECTIVE,
                                        null,
                                        one.name(),
                                        opening(one) + everybody))
                .toList();
    }

    private static String opening(AcceptedDomain domain) {
        return domain.isEveryDomain()
                ? "it is '*': every domain counts as an own one, so internal means relay for "
                : "it is '"
                        + domain.domain()
                        + "': a whole top-level domain counts as your own and may be sent to by ";
    }

    /** Who gets INTERNAL and should not get more anyway, by the connector that gives it. */
    private static void collectInternal(
            ConnectorPartition.Part part,
            Map<Tier, AddressSet> meant,
            Map<String, List<AddressRange>> reached) {
        if (part.tier() != Tier.INTERNAL) {
            return;
        }
        AddressSet further =
                meant.getOrDefault(Tier.RELAY, AddressSet.EMPTY)
                        .union(meant.getOrDefault(Tier.TRUSTED, AddressSet.EMPTY));
        AddressSet more = AddressSet.of(part.range()).subtract(further);
        if (!more.isEmpty()) {
            reached.computeIfAbsent(part.connector().name(), any -> new ArrayList<>())
                    .addAll(more.ranges());
        }
    }

    /** Every part of the observed that some connector takes, with what ours would give there. */
    private void each(BiConsumer<ConnectorPartition.Part, Map<Tier, AddressSet>> action) {
        TreeSet<Integer> ports = new TreeSet<>();
        ours.forEach(one -> one.bindings().forEach(binding -> ports.add(binding.port())));
        for (int port : ports) {
            for (Address listener : Listeners.addresses(observed, port)) {
                Map<Tier, AddressSet> meant = meant(listener, port);
                for (ConnectorPartition.Part part :
                        ConnectorPartition.of(observed, listener, port)) {
                    if (part.connector() != null) {
                        action.accept(part, meant);
                    }
                }
            }
        }
    }

    /** What ours alone would give, by tier; whom none of ours takes is left out. */
    private Map<Tier, AddressSet> meant(Address listener, int port) {
        return ConnectorPartition.byTier(
                ConnectorPartition.of(ours, listener, port).stream()
                        .filter(part -> part.connector() != null)
                        .toList());
    }

    private static String shortened(List<AddressRange> ranges) {
        List<String> texts = AddressSet.of(ranges).texts();
        return texts.size() <= SHOWN_RANGES
                ? String.join(", ", texts)
                : String.join(", ", texts.subList(0, SHOWN_RANGES))
                        + " and "
                        + (texts.size() - SHOWN_RANGES)
                        + " more ranges";
    }
}
