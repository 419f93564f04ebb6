package io.postern.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What the rules met by one class of accounts give each class of computers, over time and on both
 * sides; worked out once, then asked for every key of a layout. Immutable.
 */
final class ImpactRow {
    /** The row of everybody where no rule asks for an identity. */
    static final ImpactRow NOTHING = new ImpactRow(allAlike());

    private static final Tier[] TIERS = Tier.values();
    private static final int BLOCKED = TIERS.length;

    /** Computers that get the same from identities, before and after; a tier or BLOCKED. */
    private record Alike(int before, int after, BitSet computers) {}

    private final List<Instant> times = new ArrayList<>();
    private final List<List<Alike>> steps = new ArrayList<>();
    private final boolean isShared;

    private ImpactRow(List<Alike> always) {
        steps.add(always);
        isShared = true;
    }

    private static List<Alike> allAlike() {
        BitSet all = new BitSet();
        all.set(0);
        return List.of(new Alike(0, 0, all));
    }

    /**
     * Works out the row.
     *
     * @param before rules that apply to the accounts on the before side
     * @param start only the time from here on counts; null = all time
     */
    ImpactRow(
            List<ImpactRule> before,
            List<ImpactRule> after,
            ImpactClasses computers,
            Instant start) {
        Side was = new Side(before, computers);
        Side is = before.equals(after) ? was : new Side(after, computers);
        TreeSet<Instant> bounds = new TreeSet<>();
        was.dated.forEach(rule -> ImpactSteps.addBounds(rule, start, bounds));
        is.dated.forEach(rule -> ImpactSteps.addBounds(rule, start, bounds));
        steps.add(alike(was.levelsAt(start), is.levelsAt(start)));
        for (Instant bound : bounds) {
            List<Alike> step = alike(was.levelsAt(bound), is.levelsAt(bound));
            if (!step.equals(steps.get(steps.size() - 1))) {
                times.add(bound);
                steps.add(step);
            }
        }
        isShared =
                steps.stream()
                        .flatMap(Collection::stream)
                        .allMatch(alike -> alike.before() == alike.after());
    }

    private static List<Alike> alike(BitSet[] was, BitSet[] is) {
        List<Alike> alike = new ArrayList<>();
        for (int before = 0; before <= BLOCKED; before++) {
            for (int after = 0; after <= BLOCKED; after++) {
                if (was[before].intersects(is[after])) {
                    BitSet both = (BitSet) was[before].clone();
                    both.and(is[after]);
                    alike.add(new Alike(before, after, both));
                }
            }
        }
        return alike;
    }

    /** The rules of one side. */
    private static final class Side {
        private final ImpactClasses computers;
        private final BitSet[] undated;
        private final List<ImpactRule> dated = new ArrayList<>();

        Side(List<ImpactRule> rules, ImpactClasses computers) {
            this.computers = computers;
            BitSet[] asked = new BitSet[BLOCKED + 1];
            for (ImpactRule rule : rules) {
                if (!rule.isDated()) {
                    ask(asked, rule);
                }
            }
            undated = disjoint(asked);
            for (ImpactRule rule : rules) {
                if (rule.isDated() && canMatter(rule)) {
                    dated.add(rule);
                }
            }
        }

        private void ask(BitSet[] asked, ImpactRule rule) {
            int level = rule.level == ImpactRule.BLOCK ? BLOCKED : rule.level;
            if (asked[level] == null) {
                asked[level] = new BitSet();
            }
            asked[level].or(computers.classesOf(rule.computers));
        }

        /** Each class of computers at its strongest level only. */
        private BitSet[] disjoint(BitSet[] asked) {
            BitSet left = (BitSet) computers.all().clone();
            BitSet[] levels = new BitSet[BLOCKED + 1];
            for (int level = BLOCKED; level > 0; level--) {
                levels[level] = asked[level] == null ? new BitSet() : asked[level];
                levels[level].and(left);
                left.andNot(levels[level]);
            }
            levels[0] = left;
            return levels;
        }

        /** Whether it gives some computer more than the undated rules do. */
        private boolean canMatter(ImpactRule rule) {
            BitSet asked = computers.classesOf(rule.computers);
            for (int level = 0; level < rule.level; level++) {
                if (undated[level].intersects(asked)) {
                    return true;
                }
            }
            return false;
        }

        BitSet[] levelsAt(Instant at) {
            BitSet[] asked = new BitSet[BLOCKED + 1];
            for (ImpactRule rule : dated) {
                if (rule.holdsAt(at)) {
                    ask(asked, rule);
                }
            }
            for (int level = 1; level <= BLOCKED; level++) {
                if (asked[level] == null) {
                    asked[level] = new BitSet();
                }
                asked[level].or(undated[level]);
            }
            return disjoint(asked);
        }
    }

    /**
     * The classes of computers for which the tier moves, by move and stretch of time.
     *
     * @param before what rules that ask for no identity give at the least
     */
    Map<ImpactCells.Span, BitSet> spans(ImpactSteps before, ImpactSteps after, Instant start) {
        if (isShared && before.equals(after)) {
            return Map.of();
        }
        Runs runs = new Runs();
        Instant at = start;
        int own = 0;
        int ofBefore = 0;
        int ofAfter = 0;
        while (true) {
            runs.step(
                    at, steps.get(own), before.levels().get(ofBefore), after.levels().get(ofAfter));
            Instant next =
                    earlier(
                            time(times, own),
                            earlier(time(before.times(), ofBefore), time(after.times(), ofAfter)));
            if (next == null) {
                return runs.ended();
            }
            own += next.equals(time(times, own)) ? 1 : 0;
            ofBefore += next.equals(time(before.times(), ofBefore)) ? 1 : 0;
            ofAfter += next.equals(time(after.times(), ofAfter)) ? 1 : 0;
            at = next;
        }
    }

    private static Instant time(List<Instant> times, int number) {
        return number < times.size() ? times.get(number) : null;
    }

    private static Instant earlier(Instant one, Instant other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.isAfter(other) ? other : one;
    }

    /** Follows each move through time, so that one that goes on is one span. */
    private static final class Runs {
        private record Open(Instant from, BitSet classes) {}

        private final Map<ImpactCells.Span, BitSet> spans = new LinkedHashMap<>();
        private final BitSet[] moving = new BitSet[TIERS.length * TIERS.length];

        /** What goes on of each move; null = nothing yet. */
        private final List<List<Open>> open = new ArrayList<>(moving.length);

        Runs() {
            for (int move = 0; move < moving.length; move++) {
                open.add(List.of());
            }
        }

        void step(Instant at, List<Alike> step, int before, int after) {
            for (Alike alike : step) {
                int was = alike.before() == BLOCKED ? 0 : Math.max(alike.before(), before);
                int is = alike.after() == BLOCKED ? 0 : Math.max(alike.after(), after);
                if (was != is) {
                    int move = was * TIERS.length + is;
                    if (moving[move] == null) {
                        moving[move] = new BitSet();
                    }
                    moving[move].or(alike.computers());
                }
            }
            for (int move = 0; move < moving.length; move++) {
                if (moving[move] != null || !open.get(move).isEmpty()) {
                    follow(move, at, moving[move] == null ? new BitSet() : moving[move]);
                    moving[move] = null;
                }
            }
        }

        private void follow(int move, Instant at, BitSet goesOn) {
            List<Open> next = new ArrayList<>(2);
            for (Open run : open.get(move)) {
                BitSet ended = (BitSet) run.classes().clone();
                ended.andNot(goesOn);
                emit(move, run.from(), at, ended);
                run.classes().and(goesOn);
                if (!run.classes().isEmpty()) {
                    next.add(run);
                    goesOn.andNot(run.classes());
                }
            }
            if (!goesOn.isEmpty()) {
                next.add(new Open(at, goesOn));
            }
            open.set(move, next);
        }

        Map<ImpactCells.Span, BitSet> ended() {
            for (int move = 0; move < moving.length; move++) {
                for (Open run : open.get(move)) {
                    emit(move, run.from(), null, run.classes());
                }
            }
            return spans;
        }

        private void emit(int move, Instant from, Instant until, BitSet classes) {
            if (!classes.isEmpty()) {
                ImpactCells.Span span =
                        new ImpactCells.Span(
                                TIERS[move / TIERS.length],
                                TIERS[move % TIERS.length],
                                from,
                                until);
                spans.computeIfAbsent(span, any -> new BitSet()).or(classes);
            }
        }
    }
}
