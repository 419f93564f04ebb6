package io.postern.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The exact difference between what a policy says of one server and what is let through there, as
 * regions: before = the policy, after = let through.
 */
public final class PassageDifference {
    private PassageDifference() {}

    /**
     * Every region of the difference at an instant, in the order of {@link Region#ORDER}; empty =
     * exactly what the policy says is let through. {@code from} and {@code until} are the bounds
     * between which the policy stays as it is at that instant.
     *
     * @param server name of a server of the policy
     * @throws IllegalArgumentException if the policy has no such server
     */
    public static List<Region> regions(
            Policy policy, String server, List<Passage> passages, Instant at) {
        ImpactUniverse universe = new ImpactUniverse(policy, policy);
        BitSet places = places(universe, server);
        ImpactRules all = new ImpactRules(policy, policy, universe);
        ImpactRules rules = new ImpactRules(universe);
        Instant from = null;
        Instant until = null;
        for (ImpactRule rule : all.rules()) {
            BitSet here = (BitSet) all.places(rule.to, true).clone();
            here.and(places);
            if (here.isEmpty()) {
                continue;
            }
            if (rule.holdsAt(at)) {
                rules.add(
                        rule.key(true),
                        rule.level,
                        rule.addresses,
                        rules.set(all, rule.accounts),
                        rules.set(all, rule.computers),
                        null,
                        null,
                        rules.destination(here, here),
                        true);
            }
            for (Instant bound : bounds(rule)) {
                if (bound.isAfter(at)) {
                    until = until == null || bound.isBefore(until) ? bound : until;
                } else {
                    from = from == null || bound.isAfter(from) ? bound : from;
                }
            }
        }
        for (Passage passage : passages) {
            add(passage, universe, rules, places);
        }
        List<Region> regions = new ArrayList<>();
        for (Region region : Impact.regions(universe, rules, null)) {
            regions.add(region.during(from, until, at));
        }
        return regions;
    }

    private static BitSet places(ImpactUniverse universe, String server) {
        BitSet places = new BitSet();
        for (int i = 0; i < universe.places().size(); i++) {
            places.set(i, universe.places().get(i).server().equalsIgnoreCase(server));
        }
        if (places.isEmpty()) {
            throw new IllegalArgumentException("the policy has no server '" + server + "'");
        }
        return places;
    }

    private static List<Instant> bounds(ImpactRule rule) {
        List<Instant> bounds = new ArrayList<>();
        ImpactSteps.addBounds(rule, null, bounds);
        return bounds;
    }

    private static void add(
            Passage passage, ImpactUniverse universe, ImpactRules rules, BitSet places) {
        BitSet here = new BitSet();
        places.stream()
                .filter(place -> universe.places().get(place).port() == passage.port())
                .forEach(here::set);
        if (!here.isEmpty()) {
            rules.add(
                    passage.key(),
                    passage.tier().ordinal(),
                    passage.addresses(),
                    set(passage.accounts(), universe, rules, false),
                    set(passage.computers(), universe, rules, true),
                    null,
                    null,
                    rules.destination(here, here),
                    false);
        }
    }

    private static int set(
            IdentityCondition condition,
            ImpactUniverse universe,
            ImpactRules rules,
            boolean asComputers) {
        if (!condition.mustBeProven()) {
            return ImpactRule.ANY;
        }
        BitSet domain = asComputers ? universe.computerDomain() : universe.accountDomain();
        BitSet identities;
        if (condition.isEveryProven()) {
            identities = (BitSet) domain.clone();
            identities.clear(ImpactUniverse.NONE);
        } else {
            identities = universe.identities(universe.after.expand(condition.names()), false);
            if (!condition.names().stream().allMatch(universe.after::isKnown)) {
                identities.set(ImpactUniverse.OTHER);
            }
            identities.and(domain);
        }
        identities.andNot(universe.identities(universe.after.expand(condition.except()), false));
        return rules.set(identities);
    }
}
