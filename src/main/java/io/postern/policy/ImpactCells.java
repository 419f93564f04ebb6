package io.postern.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * What changes at one address, given the entries that cover it on both sides: for each class of
 * accounts and computers that these entries cannot tell apart, the stretches of time in which the
 * tier moves. Few entries cover one address, so this stays small however large the policies are.
 */
final class ImpactCells {
    /** How a tier moves, and when; the tiers differ. Null times = open ends. */
    record Span(Tier before, Tier after, Instant from, Instant until) {}

    /** A class of accounts times one of computers. */
    record Who(BitSet accounts, BitSet computers) {}

    private record Sides(BitSet before, BitSet after) {}

    private final ImpactUniverse universe;
    private final ImpactShapes shapes;
    private final Instant start;
    private final Map<Sides, Map<Span, List<Who>>> known = new HashMap<>();

    /**
     * Ready to be asked.
     *
     * @param start only the time from here on counts; null = all time
     */
    ImpactCells(ImpactUniverse universe, ImpactShapes shapes, Instant start) {
        this.universe = universe;
        this.shapes = shapes;
        this.start = start;
    }

    /** Disjoint classes for each move and stretch of time; empty if nothing changes. */
    Map<Span, List<Who>> changes(BitSet before, BitSet after) {
        Sides sides = new Sides(before, after);
        Map<Span, List<Who>> found = known.get(sides);
        if (found == null) {
            found = changesNow(sides);
            known.put(sides, found);
        }
        return found;
    }

    private Map<Span, List<Who>> changesNow(Sides sides) {
        BitSet all = (BitSet) sides.before().clone();
        all.or(sides.after());
        Map<Span, List<Who>> changes = new LinkedHashMap<>();
        List<BitSet> computerClasses = classes(all, universe.allComputers(), false);
        for (BitSet accounts : classes(all, universe.allAccounts(), true)) {
            BitSet met = asking(all, accounts.nextSetBit(0), true);
            for (BitSet computers : computerClasses) {
                BitSet here = asking(met, computers.nextSetBit(0), false);
                Who who = new Who(accounts, computers);
                for (Span span : spans(and(sides.before(), here), and(sides.after(), here))) {
                    changes.computeIfAbsent(span, any -> new ArrayList<>()).add(who);
                }
            }
        }
        changes.replaceAll((span, classes) -> joined(classes));
        return changes;
    }

    /** Identities that satisfy the same entries; a disjoint cover of the domain. */
    private List<BitSet> classes(BitSet numbers, BitSet domain, boolean ofAccounts) {
        List<BitSet> classes = new ArrayList<>();
        classes.add(domain);
        numbers.stream()
                .mapToObj(n -> asked(n, ofAccounts))
                .filter(asked -> asked != null)
                .distinct()
                .forEach(asked -> split(classes, asked));
        return classes;
    }

    private static void split(List<BitSet> classes, BitSet by) {
        int size = classes.size();
        for (int i = 0; i < size; i++) {
            BitSet inside = and(classes.get(i), by);
            if (!inside.isEmpty() && !inside.equals(classes.get(i))) {
                BitSet outside = (BitSet) classes.get(i).clone();
                outside.andNot(by);
                classes.set(i, outside);
                classes.add(inside);
            }
        }
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

    /** Each as long as the move stays the same. */
    private List<Span> spans(BitSet before, BitSet after) {
        List<Span> spans = new ArrayList<>();
        if (before.equals(after)) {
            return spans;
        }
        Span open = null;
        for (Instant at : starts(before, after)) {
            Tier was = tier(before, at);
            Tier is = tier(after, at);
            if (open != null && (open.before() != was || open.after() != is)) {
                spans.add(new Span(open.before(), open.after(), open.from(), at));
                open = null;
            }
            if (open == null && was != is) {
                open = new Span(was, is, at, null);
            }
        }
        if (open != null) {
            spans.add(open);
        }
        return spans;
    }

    /** First instants of the stretches within which no entry begins or ends. */
    private List<Instant> starts(BitSet before, BitSet after) {
        TreeSet<Instant> times = new TreeSet<>();
        addTimes(before, times);
        addTimes(after, times);
        List<Instant> starts = new ArrayList<>();
        starts.add(start);
        starts.addAll(start == null ? times : times.tailSet(start, false));
        return starts;
    }

    private void addTimes(BitSet numbers, Collection<Instant> times) {
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
    }

    private Tier tier(BitSet numbers, Instant at) {
        Tier highest = Tier.NONE;
        for (int n = numbers.nextSetBit(0); n >= 0; n = numbers.nextSetBit(n + 1)) {
            ImpactShapes.Shape shape = shapes.shape(n);
            if (shape.holdsAt(at)) {
                if (shape.tier() == null) {
                    return Tier.NONE;
                }
                highest = Tier.highest(highest, shape.tier());
            }
        }
        return highest;
    }

    /** Joins classes over accounts and computers, in the order that gives fewer. */
    private static List<Who> joined(List<Who> classes) {
        List<Who> one = joinComputers(joinAccounts(classes));
        List<Who> two = joinAccounts(joinComputers(classes));
        return one.size() <= two.size() ? one : two;
    }

    private static List<Who> joinAccounts(List<Who> classes) {
        List<Who> joined = new ArrayList<>();
        union(classes, Who::computers, Who::accounts)
                .forEach((computers, accounts) -> joined.add(new Who(accounts, computers)));
        return joined;
    }

    private static List<Who> joinComputers(List<Who> classes) {
        List<Who> joined = new ArrayList<>();
        union(classes, Who::accounts, Who::computers)
                .forEach((accounts, computers) -> joined.add(new Who(accounts, computers)));
        return joined;
    }

    private static Map<BitSet, BitSet> union(
            List<Who> classes, Function<Who, BitSet> same, Function<Who, BitSet> joined) {
        Map<BitSet, BitSet> unions = new LinkedHashMap<>();
        classes.forEach(
                who ->
                        unions.computeIfAbsent(same.apply(who), any -> new BitSet())
                                .or(joined.apply(who)));
        return unions;
    }

    private static BitSet and(BitSet a, BitSet b) {
        BitSet result = (BitSet) a.clone();
        result.and(b);
        return result;
    }
}
