package io.postern.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Finds what changes, place by place: for each class of accounts and computers that the entries
 * cannot tell apart, and for each stretch of time, the addresses whose tier moves.
 */
final class ImpactPieces {
    /** How a tier moves; the two differ. */
    record Move(Tier before, Tier after) {}

    /**
     * Who and where: places that behave alike, times a class of accounts, times one of computers.
     */
    record Cell(List<ImpactUniverse.Place> places, BitSet accounts, BitSet computers) {}

    /** Addresses that move alike in a cell for a stretch of time that is as long as it can be. */
    record Piece(Move move, Instant from, Instant until, AddressSet addresses, Cell cell) {}

    private record Sides(BitSet before, BitSet after) {}

    private static final List<Tier> GRANTED = List.of(Tier.TRUSTED, Tier.RELAY, Tier.INTERNAL);

    private final ImpactUniverse universe;
    private final ImpactShapes shapes;
    private final Instant start;
    private final Map<Sides, Map<Move, AddressSet>> known = new HashMap<>();
    private final List<Piece> pieces = new ArrayList<>();

    /**
     * Computes all pieces.
     *
     * @param start only the time from here on counts; null = all time
     */
    ImpactPieces(ImpactUniverse universe, ImpactShapes shapes, Instant start) {
        this.universe = universe;
        this.shapes = shapes;
        this.start = start;
        Map<Sides, List<ImpactUniverse.Place>> alike = new LinkedHashMap<>();
        for (ImpactUniverse.Place place : universe.places()) {
            Sides sides = new Sides(shapes.at(place, true), shapes.at(place, false));
            alike.computeIfAbsent(sides, any -> new ArrayList<>()).add(place);
        }
        alike.forEach(this::collect);
    }

    List<Piece> pieces() {
        return pieces;
    }

    private void collect(Sides sides, List<ImpactUniverse.Place> places) {
        BitSet changed = xor(sides.before(), sides.after());
        if (changed.isEmpty()) {
            return;
        }
        // Only entries that reach an address of a changed entry can matter.
        AddressSet touched = addresses(changed);
        Sides near = new Sides(near(sides.before(), touched), near(sides.after(), touched));
        BitSet all = or(near.before(), near.after());
        List<BitSet> accountClasses = classes(all, universe.allAccounts(), true);
        List<BitSet> computerClasses = classes(all, universe.allComputers(), false);
        for (BitSet accounts : accountClasses) {
            BitSet byAccount = asking(all, accounts.nextSetBit(0), true);
            for (BitSet computers : computerClasses) {
                BitSet met = and(byAccount, asking(all, computers.nextSetBit(0), false));
                Sides here = new Sides(and(near.before(), met), and(near.after(), met));
                if (!here.before().equals(here.after())) {
                    collectRuns(here, new Cell(places, accounts, computers));
                }
            }
        }
    }

    private BitSet near(BitSet numbers, AddressSet touched) {
        BitSet found = new BitSet();
        numbers.stream()
                .filter(n -> !shapes.shape(n).addresses().intersect(touched).isEmpty())
                .forEach(found::set);
        return found;
    }

    private AddressSet addresses(BitSet numbers) {
        List<AddressRange> ranges = new ArrayList<>();
        numbers.stream().forEach(n -> ranges.addAll(shapes.shape(n).addresses().ranges()));
        return AddressSet.of(ranges);
    }

    /** Identities that satisfy the same entries; a disjoint cover of the domain. */
    private List<BitSet> classes(BitSet numbers, BitSet domain, boolean ofAccounts) {
        Map<Integer, BitSet> satisfied = new HashMap<>();
        numbers.stream()
                .forEach(
                        n -> {
                            BitSet asked = asked(n, ofAccounts);
                            if (asked != null) {
                                asked.stream()
                                        .forEach(
                                                identity ->
                                                        satisfied
                                                                .computeIfAbsent(
                                                                        identity,
                                                                        any -> new BitSet())
                                                                .set(n));
                            }
                        });
        Map<BitSet, BitSet> bySignature = new LinkedHashMap<>();
        BitSet nothing = new BitSet();
        domain.stream()
                .forEach(
                        identity ->
                                bySignature
                                        .computeIfAbsent(
                                                satisfied.getOrDefault(identity, nothing),
                                                any -> new BitSet())
                                        .set(identity));
        return new ArrayList<>(bySignature.values());
    }

    private BitSet asked(int number, boolean ofAccounts) {
        ImpactShapes.Shape shape = shapes.shape(number);
        return ofAccounts ? shape.accounts() : shape.computers();
    }

    private BitSet asking(BitSet numbers, int identity, boolean ofAccounts) {
        BitSet found = new BitSet();
        numbers.stream()
                .filter(n -> asked(n, ofAccounts) == null || asked(n, ofAccounts).get(identity))
                .forEach(found::set);
        return found;
    }

    /** Walks the time; an address stays in one run for as long as its move stays the same. */
    private void collectRuns(Sides sides, Cell cell) {
        Map<Move, Map<Instant, AddressSet>> open = new LinkedHashMap<>();
        List<Instant> starts = starts(or(sides.before(), sides.after()));
        for (Instant at : starts) {
            Map<Move, AddressSet> now =
                    changes(new Sides(holding(sides.before(), at), holding(sides.after(), at)));
            for (Move move : union(open, now)) {
                AddressSet moving = now.getOrDefault(move, AddressSet.EMPTY);
                Map<Instant, AddressSet> runs =
                        open.computeIfAbsent(move, any -> new LinkedHashMap<>());
                AddressSet fresh = moving;
                for (Map.Entry<Instant, AddressSet> run : new ArrayList<>(runs.entrySet())) {
                    AddressSet lasting = run.getValue().intersect(moving);
                    AddressSet ended = run.getValue().subtract(lasting);
                    fresh = fresh.subtract(lasting);
                    if (!ended.isEmpty()) {
                        pieces.add(new Piece(move, run.getKey(), at, ended, cell));
                    }
                    if (lasting.isEmpty()) {
                        runs.remove(run.getKey());
                    } else {
                        runs.put(run.getKey(), lasting);
                    }
                }
                if (!fresh.isEmpty()) {
                    runs.put(at, fresh);
                }
            }
        }
        open.forEach(
                (move, runs) ->
                        runs.forEach(
                                (from, set) -> pieces.add(new Piece(move, from, null, set, cell))));
    }

    private static List<Move> union(
            Map<Move, Map<Instant, AddressSet>> open, Map<Move, AddressSet> now) {
        List<Move> moves = new ArrayList<>(open.keySet());
        now.keySet().stream().filter(move -> !open.containsKey(move)).forEach(moves::add);
        return moves;
    }

    /** First instants of the stretches within which no entry begins or ends. */
    private List<Instant> starts(BitSet numbers) {
        TreeSet<Instant> times = new TreeSet<>();
        numbers.stream()
                .mapToObj(shapes::shape)
                .forEach(
                        shape -> {
                            if (shape.notBefore() != null) {
                                times.add(shape.notBefore());
                            }
                            if (shape.expires() != null) {
                                times.add(shape.expires());
                            }
                        });
        List<Instant> starts = new ArrayList<>();
        starts.add(start);
        for (Instant time : times) {
            if (start == null || time.isAfter(start)) {
                starts.add(time);
            }
        }
        return starts;
    }

    private BitSet holding(BitSet numbers, Instant at) {
        BitSet found = new BitSet();
        numbers.stream().filter(n -> shapes.shape(n).holdsAt(at)).forEach(found::set);
        return found;
    }

    private Map<Move, AddressSet> changes(Sides active) {
        Map<Move, AddressSet> found = known.get(active);
        if (found == null) {
            found = changesNow(active);
            known.put(active, found);
        }
        return found;
    }

    private Map<Move, AddressSet> changesNow(Sides active) {
        Map<Move, AddressSet> changes = new LinkedHashMap<>();
        AddressSet touched = addresses(xor(active.before(), active.after()));
        if (touched.isEmpty()) {
            return changes;
        }
        Map<Tier, AddressSet> before = tiers(active.before(), touched);
        Map<Tier, AddressSet> after = tiers(active.after(), touched);
        for (Tier was : Tier.values()) {
            for (Tier is : Tier.values()) {
                AddressSet moved =
                        was == is ? AddressSet.EMPTY : before.get(was).intersect(after.get(is));
                if (!moved.isEmpty()) {
                    changes.put(new Move(was, is), moved);
                }
            }
        }
        return changes;
    }

    /** The partition of some addresses by tier when exactly these entries match. */
    private Map<Tier, AddressSet> tiers(BitSet numbers, AddressSet within) {
        BitSet blocks = new BitSet();
        Map<Tier, BitSet> grants = new HashMap<>();
        numbers.stream()
                .forEach(
                        n -> {
                            Tier tier = shapes.shape(n).tier();
                            (tier == null
                                            ? blocks
                                            : grants.computeIfAbsent(tier, any -> new BitSet()))
                                    .set(n);
                        });
        Map<Tier, AddressSet> byTier = new HashMap<>();
        AddressSet left = within.subtract(addresses(blocks));
        for (Tier tier : GRANTED) {
            AddressSet granted =
                    grants.containsKey(tier)
                            ? addresses(grants.get(tier)).intersect(left)
                            : AddressSet.EMPTY;
            byTier.put(tier, granted);
            left = left.subtract(granted);
        }
        AddressSet open = byTier.values().stream().reduce(AddressSet.EMPTY, AddressSet::union);
        byTier.put(Tier.NONE, within.subtract(open));
        return byTier;
    }

    private static BitSet xor(BitSet a, BitSet b) {
        BitSet result = (BitSet) a.clone();
        result.xor(b);
        return result;
    }

    private static BitSet and(BitSet a, BitSet b) {
        BitSet result = (BitSet) a.clone();
        result.and(b);
        return result;
    }

    private static BitSet or(BitSet a, BitSet b) {
        BitSet result = (BitSet) a.clone();
        result.or(b);
        return result;
    }
}
