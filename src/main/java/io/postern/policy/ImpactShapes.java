package io.postern.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The entries of both policies reduced to what can change a tier, each distinct shape numbered
 * once. Two entries of one shape that apply at one place are the same entry there, whatever their
 * keys.
 */
final class ImpactShapes {
    /**
     * What an entry does where it applies.
     *
     * @param tier null = a block
     * @param accounts identities; null = not asked
     * @param computers identities; null = not asked
     */
    record Shape(
            Tier tier,
            AddressSet addresses,
            BitSet accounts,
            BitSet computers,
            Instant notBefore,
            Instant expires) {
        /**
         * Whether it holds at an instant.
         *
         * @param at null = before all time
         */
        boolean holdsAt(Instant at) {
            return (notBefore == null || at != null && !at.isBefore(notBefore))
                    && (expires == null || at == null || at.isBefore(expires));
        }
    }

    /** An entry of one side. */
    record Entry(String key, To to, int shape) {}

    private final ImpactUniverse universe;
    private final List<Shape> shapes = new ArrayList<>();
    private final Map<Shape, Integer> numbers = new HashMap<>();
    private final Map<Addresses, Map<Addresses, AddressSet>> effective = new HashMap<>();
    final List<Entry> before;
    final List<Entry> after;

    ImpactShapes(Policy before, Policy after, ImpactUniverse universe) {
        this.universe = universe;
        this.before = entries(before, true);
        this.after = entries(after, false);
    }

    private List<Entry> entries(Policy policy, boolean ofBefore) {
        Principals principals = ofBefore ? universe.before : universe.after;
        List<Entry> entries = new ArrayList<>();
        for (Block block : policy.blocks()) {
            entries.add(entry(EntryMatch.of(block, principals), ofBefore));
        }
        for (Grant grant : ProtectedSources.withGrants(policy)) {
            entries.add(entry(EntryMatch.of(grant, principals), ofBefore));
        }
        return entries;
    }

    private Entry entry(EntryMatch match, boolean ofBefore) {
        AddressSet addresses =
                effective
                        .computeIfAbsent(match.from().addresses(), any -> new HashMap<>())
                        .computeIfAbsent(match.from().except(), any -> match.from().effective());
        BitSet computers = universe.identities(match.computers(), ofBefore);
        if (computers != null) {
            computers.and(universe.allComputers());
        }
        Shape shape =
                new Shape(
                        match.tier(),
                        addresses,
                        universe.identities(match.accounts(), ofBefore),
                        computers,
                        match.notBefore(),
                        match.expires());
        int number =
                numbers.computeIfAbsent(
                        shape,
                        fresh -> {
                            shapes.add(fresh);
                            return shapes.size() - 1;
                        });
        return new Entry(match.key(), match.to(), number);
    }

    Shape shape(int number) {
        return shapes.get(number);
    }

    /** The shapes of one side that apply at a place; none where the side lacks it. */
    BitSet at(ImpactUniverse.Place place, boolean ofBefore) {
        Server server = ofBefore ? place.before() : place.after();
        BitSet found = new BitSet();
        if (server != null) {
            for (Entry entry : ofBefore ? before : after) {
                if (AddressTiers.applies(entry.to(), server, place.port())) {
                    found.set(entry.shape());
                }
            }
        }
        return found;
    }

    /**
     * Key of the entry that decides on one side; null = none matches, or the side lacks the place.
     */
    String deciding(
            ImpactUniverse.Place place,
            boolean ofBefore,
            int account,
            int computer,
            Address address,
            Instant at) {
        Server server = ofBefore ? place.before() : place.after();
        if (server == null) {
            return null;
        }
        Entry best = null;
        for (Entry entry : ofBefore ? before : after) {
            Shape shape = shapes.get(entry.shape());
            if ((shape.accounts() == null || shape.accounts().get(account))
                    && (shape.computers() == null || shape.computers().get(computer))
                    && shape.holdsAt(at)
                    && shape.addresses().contains(address)
                    && AddressTiers.applies(entry.to(), server, place.port())
                    && (best == null || beats(entry, best))) {
                best = entry;
            }
        }
        return best == null ? null : best.key();
    }

    private boolean beats(Entry a, Entry b) {
        int byRank = rank(shapes.get(a.shape())) - rank(shapes.get(b.shape()));
        return byRank != 0 ? byRank > 0 : KeyOrder.CODE_POINT.compare(a.key(), b.key()) < 0;
    }

    private static int rank(Shape shape) {
        return shape.tier() == null ? Integer.MAX_VALUE : shape.tier().ordinal();
    }
}
