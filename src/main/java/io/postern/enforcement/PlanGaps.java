package io.postern.enforcement;

import io.postern.policy.Address;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import io.postern.policy.Tier;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Where clients of a plan's connectors get, between two steps, a tier that they had neither before
 * nor have after the plan. Exchange refuses an equal range on two connectors, so a single address
 * that moves from one to another falls to the next wider connector in between.
 */
public final class PlanGaps {
    /** Addresses that get another tier until a later step. */
    public record Gap(Tier tier, AddressSet addresses) {}

    private final List<ReceiveConnector> first;
    private final List<ReceiveConnector> last;

    private PlanGaps(List<ReceiveConnector> first, List<ReceiveConnector> last) {
        this.first = first;
        this.last = last;
    }

    /**
     * The gaps that each step opens, by tier; an empty list for a step that opens none.
     *
     * @param observed the connectors that the plan starts from
     * @param steps a plan as {@link ConnectorPlan#between} makes it
     */
    public static List<List<Gap>> of(List<ReceiveConnector> observed, List<ConnectorStep> steps) {
        List<List<ReceiveConnector>> states = new ArrayList<>();
        List<ReceiveConnector> state = observed;
        for (ConnectorStep step : steps) {
            state = ConnectorPlan.apply(state, step);
            states.add(state);
        }
        PlanGaps gaps = new PlanGaps(observed, state);
        List<List<Gap>> found = new ArrayList<>();
        List<ReceiveConnector> before = observed;
        for (int i = 0; i < steps.size(); i++) {
            found.add(gaps.at(given(steps.get(i), before), states.get(i)));
            before = states.get(i);
        }
        return found;
    }

    /** The ranges that a step takes from its connector. */
    private static List<AddressRange> given(ConnectorStep step, List<ReceiveConnector> before) {
        if (step instanceof ConnectorStep.RemoveRanges remove) {
            return remove.ranges();
        }
        if (step instanceof ConnectorStep.ReplaceRanges replace) {
            return replace.removed();
        }
        if (step instanceof ConnectorStep.Disable disable) {
            return before.stream()
                    .filter(one -> one.name().equalsIgnoreCase(disable.name()))
                    .flatMap(one -> one.remoteIpRanges().stream())
                    .toList();
        }
        return List.of();
    }

    private List<Gap> at(List<AddressRange> given, List<ReceiveConnector> now) {
        if (given.isEmpty()) {
            return List.of();
        }
        AddressSet where = AddressSet.of(given);
        RangeOverlap near = new RangeOverlap(given);
        Map<Tier, AddressSet> meanwhile = new EnumMap<>(Tier.class);
        for (Listener listener : listeners()) {
            Map<Tier, AddressSet> was = tiers(first, listener, near, where);
            Map<Tier, AddressSet> will = tiers(last, listener, near, where);
            tiers(now, listener, near, where)
                    .forEach(
                            (tier, addresses) -> {
                                AddressSet gap =
                                        addresses.subtract(of(was, tier)).subtract(of(will, tier));
                                if (!gap.isEmpty()) {
                                    meanwhile.merge(tier, gap, AddressSet::union);
                                }
                            });
        }
        List<Gap> gaps = new ArrayList<>();
        meanwhile.forEach((tier, addresses) -> gaps.add(new Gap(tier, addresses)));
        return gaps;
    }

    private static AddressSet of(Map<Tier, AddressSet> tiers, Tier tier) {
        return tiers.getOrDefault(tier, AddressSet.EMPTY);
    }

    private record Listener(Address address, int port) {}

    private List<Listener> listeners() {
        List<Listener> listeners = new ArrayList<>();
        TreeSet<Integer> ports = new TreeSet<>();
        last.stream()
                .filter(ReceiveConnector::managed)
                .forEach(one -> one.bindings().forEach(binding -> ports.add(binding.port())));
        first.stream()
                .filter(ReceiveConnector::managed)
                .forEach(one -> one.bindings().forEach(binding -> ports.add(binding.port())));
        for (int port : ports) {
            for (Address address : Listeners.addresses(first, port)) {
                listeners.add(new Listener(address, port));
            }
        }
        return listeners;
    }

    /** What some addresses get; only ranges that hold one of them are looked at. */
    private static Map<Tier, AddressSet> tiers(
            List<ReceiveConnector> connectors,
            Listener listener,
            RangeOverlap near,
            AddressSet where) {
        List<ReceiveConnector> few =
                connectors.stream()
                        .map(
                                one ->
                                        one.withRemoteIpRanges(
                                                one.remoteIpRanges().stream()
                                                        .filter(near::meets)
                                                        .toList()))
                        .toList();
        AddressSet family = AddressSet.of(where.ranges(listener.address().family()));
        Map<Tier, AddressSet> tiers = new EnumMap<>(Tier.class);
        ConnectorPartition.byTier(ConnectorPartition.of(few, listener.address(), listener.port()))
                .forEach((tier, set) -> tiers.put(tier, set.intersect(family)));
        return tiers;
    }
}
