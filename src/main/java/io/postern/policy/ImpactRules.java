package io.postern.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The entries of both policies as rules, each distinct rule once, its identities and places as
 * numbers; so that comparing two large policies is comparing numbers.
 */
final class ImpactRules {
    private record Shape(
            int level,
            AddressSet addresses,
            int accounts,
            int computers,
            Instant notBefore,
            Instant expires,
            int to) {}

    /** Where an entry applies on each side, by number of place. */
    private record Destination(BitSet before, BitSet after) {}

    private record Names(List<String> names, boolean ofBefore, boolean asComputers) {}

    private final ImpactUniverse universe;
    private final List<ImpactRule> rules = new ArrayList<>();
    private final Map<Shape, ImpactRule> known = new HashMap<>();
    private final List<BitSet> identitySets = new ArrayList<>();
    private final Map<BitSet, Integer> identitySetNumbers = new HashMap<>();
    private final Map<Names, Integer> setsOfNames = new HashMap<>();
    private final List<Destination> destinations = new ArrayList<>();
    private final Map<To, Integer> numberOfTo = new HashMap<>();
    private final Map<Destination, Integer> numberOfDestination = new HashMap<>();

    /** Without rules. */
    ImpactRules(ImpactUniverse universe) {
        this.universe = universe;
    }

    /** The rules of two policies. */
    ImpactRules(Policy before, Policy after, ImpactUniverse universe) {
        this(universe);
        before.blocks().forEach(block -> add(block, true));
        ProtectedSources.withGrants(before).forEach(grant -> add(grant, true));
        after.blocks().forEach(block -> add(block, false));
        ProtectedSources.withGrants(after).forEach(grant -> add(grant, false));
    }

    /** Adds a block of a side; null = it can never match. */
    ImpactRule add(Block block, boolean ofBefore) {
        return add(
                block.key(),
                ImpactRule.BLOCK,
                block.from(),
                null,
                null,
                destination(block.to()),
                ofBefore);
    }

    /** Adds a grant of a side; null = it can never match. */
    ImpactRule add(Grant grant, boolean ofBefore) {
        return add(
                grant.key(),
                grant.tier().ordinal(),
                grant.from(),
                grant.notBefore(),
                grant.expires(),
                destination(grant.to()),
                ofBefore);
    }

    private ImpactRule add(
            String key,
            int level,
            From from,
            Instant notBefore,
            Instant expires,
            int to,
            boolean ofBefore) {
        AddressSet addresses = from.effective();
        int accounts = set(from.accounts(), ofBefore, false);
        int computers = set(from.computers(), ofBefore, true);
        return add(key, level, addresses, accounts, computers, notBefore, expires, to, ofBefore);
    }

    /** Number of the identities that the names stand for. */
    private int set(List<String> names, boolean ofBefore, boolean asComputers) {
        return names.isEmpty()
                ? ImpactRule.ANY
                : setsOfNames.computeIfAbsent(
                        new Names(names, ofBefore, asComputers), this::setNow);
    }

    private int setNow(Names names) {
        Principals side = names.ofBefore() ? universe.before : universe.after;
        BitSet identities = universe.identities(side.expand(names.names()), names.ofBefore());
        if (names.asComputers()) {
            identities.and(universe.computerDomain());
        }
        return set(identities);
    }

    /** Number of a set of identities. */
    int set(BitSet identities) {
        return identitySetNumbers.computeIfAbsent(
                identities,
                fresh -> {
                    identitySets.add(fresh);
                    return identitySets.size() - 1;
                });
    }

    /** Number here of a set of other rules of the same universe; not asked stays so. */
    int set(ImpactRules others, int set) {
        return set == ImpactRule.ANY ? set : set(others.identities(set));
    }

    /** Adds a rule of a side; null = it can never match. */
    ImpactRule add(
            String key,
            int level,
            AddressSet addresses,
            int accounts,
            int computers,
            Instant notBefore,
            Instant expires,
            int to,
            boolean ofBefore) {
        if (addresses.isEmpty() || isNobody(accounts) || isNobody(computers)) {
            return null;
        }
        Shape shape = new Shape(level, addresses, accounts, computers, notBefore, expires, to);
        ImpactRule rule = known.get(shape);
        if (rule == null) {
            rule =
                    new ImpactRule(
                            rules.size(),
                            level,
                            addresses,
                            accounts,
                            computers,
                            notBefore,
                            expires,
                            to);
            rules.add(rule);
            known.put(shape, rule);
        }
        rule.addKey(key, ofBefore);
        return rule;
    }

    private boolean isNobody(int set) {
        return set != ImpactRule.ANY && identitySets.get(set).isEmpty();
    }

    private int destination(To to) {
        return numberOfTo.computeIfAbsent(
                to, fresh -> destination(places(fresh, true), places(fresh, false)));
    }

    /** Number of a destination that covers these places. */
    int destination(BitSet before, BitSet after) {
        return numberOfDestination.computeIfAbsent(
                new Destination(before, after),
                destination -> {
                    destinations.add(destination);
                    return destinations.size() - 1;
                });
    }

    private BitSet places(To to, boolean ofBefore) {
        BitSet found = new BitSet();
        List<ImpactUniverse.Place> places = universe.places();
        for (int i = 0; i < places.size(); i++) {
            ImpactUniverse.Place place = places.get(i);
            Server server = ofBefore ? place.before() : place.after();
            if (server != null && AddressTiers.applies(to, server, place.port())) {
                found.set(i);
            }
        }
        return found;
    }

    List<ImpactRule> rules() {
        return rules;
    }

    int destinationCount() {
        return destinations.size();
    }

    /** The places of a destination on a side; not to be changed. */
    BitSet places(int destination, boolean ofBefore) {
        Destination known = destinations.get(destination);
        return ofBefore ? known.before() : known.after();
    }

    /** The identities of a set. */
    BitSet identities(int set) {
        return identitySets.get(set);
    }

    /** Whether the rule stands on both sides and applies at the same places. */
    boolean isUnchanged(ImpactRule rule) {
        Destination to = destinations.get(rule.to);
        return rule.isOn(true) && rule.isOn(false)
                ? to.before().equals(to.after())
                : (rule.isOn(true) ? to.before() : to.after()).isEmpty();
    }
}
