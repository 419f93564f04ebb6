package io.postern.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What changes where a key applies: for each move of the tier and stretch of time, the accounts and
 * computers it happens to.
 */
final class ImpactCells {
    /** How a tier moves, and when; the tiers differ. Null times = open ends. */
    record Span(Tier before, Tier after, Instant from, Instant until) {}

    /** Some accounts times some computers. */
    record Who(BitSet accounts, BitSet computers) {}

    /** The same with numbers of classes. */
    private record Block(BitSet accounts, BitSet computers) {}

    /** The rules a key takes from everywhere and from its own lists, by account set. */
    private record Sources(
            List<Integer> everywhereBefore,
            List<Integer> everywhereAfter,
            List<ImpactRule> boundBefore,
            List<ImpactRule> boundAfter) {}

    /**
     * What the rules met by one class of accounts ask of computers, on one side.
     *
     * @param undated classes of computers by level; null = no rule of that level
     * @param isShared whether the other side has all these rules too
     */
    private record Met(BitSet[] undated, List<ImpactRule> dated, boolean isShared) {
        private static final Met NOTHING = new Met(new BitSet[TIERS.length], List.of(), true);
    }

    /** Identities sorted for some sources, and what each class of accounts meets. */
    private record Layout(
            ImpactClasses accounts, ImpactClasses computers, List<Met> before, List<Met> after) {}

    private static final Tier[] TIERS = Tier.values();

    /** Above so many cells the rows alone are joined. */
    private static final long TRANSPOSED_LIMIT = 1_000_000;

    private final ImpactUniverse universe;
    private final ImpactRules rules;
    private final ImpactSweep sweep;
    private final Instant start;
    private final Map<Sources, Layout> layouts = new HashMap<>();
    private final Who everybody;

    /**
     * Ready to be asked.
     *
     * @param start only the time from here on counts; null = all time
     */
    ImpactCells(ImpactUniverse universe, ImpactRules rules, ImpactSweep sweep, Instant start) {
        this.universe = universe;
        this.rules = rules;
        this.sweep = sweep;
        this.start = start;
        everybody = new Who(universe.accountDomain(), universe.computerDomain());
    }

    /** Disjoint products for each move and stretch of time; empty if nothing changes. */
    Map<Span, List<Who>> changes(ImpactKey key) {
        Map<Span, List<Who>> changes = new LinkedHashMap<>();
        if (!key.asksIdentity()) {
            new Row(key, Met.NOTHING, Met.NOTHING, single(0), null)
                    .spans()
                    .forEach((span, any) -> changes.put(span, List.of(everybody)));
            return changes;
        }
        Layout layout =
                layouts.computeIfAbsent(
                        new Sources(
                                key.everywhereBefore(),
                                key.everywhereAfter(),
                                key.boundBefore(),
                                key.boundAfter()),
                        this::layout);
        boolean identityOnly = key.before().equals(key.after());
        Map<Span, List<Block>> rows = new LinkedHashMap<>();
        for (int account = 0; account < layout.accounts().size(); account++) {
            Met before = layout.before().get(account);
            Met after = layout.after().get(account);
            if (identityOnly && before.isShared() && after.isShared()) {
                continue;
            }
            BitSet accounts = single(account);
            new Row(key, before, after, layout.computers().all(), layout.computers())
                    .spans()
                    .forEach(
                            (span, computers) ->
                                    rows.computeIfAbsent(span, any -> new ArrayList<>())
                                            .add(new Block(accounts, computers)));
        }
        rows.forEach((span, blocks) -> changes.put(span, joined(blocks, layout)));
        return changes;
    }

    private static BitSet single(int number) {
        BitSet bits = new BitSet();
        bits.set(number);
        return bits;
    }

    private Layout layout(Sources sources) {
        Map<Integer, List<ImpactRule>> before =
                byAccounts(sources.everywhereBefore(), sources.boundBefore(), true);
        Map<Integer, List<ImpactRule>> after =
                byAccounts(sources.everywhereAfter(), sources.boundAfter(), false);
        Set<Integer> accountSets = new TreeSet<>();
        Set<Integer> computerSets = new TreeSet<>();
        for (Map<Integer, List<ImpactRule>> side : List.of(before, after)) {
            side.forEach(
                    (set, found) -> {
                        accountSets.add(set);
                        found.forEach(rule -> computerSets.add(rule.computers));
                    });
        }
        accountSets.remove(ImpactRule.ANY);
        computerSets.remove(ImpactRule.ANY);
        ImpactClasses accounts = new ImpactClasses(accountSets, rules, universe.accountDomain());
        ImpactClasses computers = new ImpactClasses(computerSets, rules, universe.computerDomain());
        List<Met> metBefore = new ArrayList<>();
        List<Met> metAfter = new ArrayList<>();
        for (int account = 0; account < accounts.size(); account++) {
            List<ImpactRule> ones = met(before, accounts, account);
            List<ImpactRule> others = met(after, accounts, account);
            metBefore.add(summed(ones, others, computers));
            metAfter.add(summed(others, ones, computers));
        }
        return new Layout(accounts, computers, metBefore, metAfter);
    }

    private Met summed(List<ImpactRule> met, List<ImpactRule> otherSide, ImpactClasses computers) {
        BitSet[] undated = new BitSet[TIERS.length];
        List<ImpactRule> dated = new ArrayList<>();
        for (ImpactRule rule : met) {
            if (rule.isDated()) {
                dated.add(rule);
            } else {
                ask(undated, rule, computers);
            }
        }
        boolean isShared = met.equals(otherSide) || new HashSet<>(otherSide).containsAll(met);
        return new Met(undated, dated, isShared);
    }

    private static void ask(BitSet[] asked, ImpactRule rule, ImpactClasses computers) {
        if (asked[rule.level] == null) {
            asked[rule.level] = new BitSet();
        }
        asked[rule.level].or(computers.classesOf(rule.computers));
    }

    private Map<Integer, List<ImpactRule>> byAccounts(
            List<Integer> everywhere, List<ImpactRule> bound, boolean ofBefore) {
        Map<Integer, List<ImpactRule>> found = new HashMap<>();
        for (int destination : everywhere) {
            for (ImpactRule rule : sweep.everywhere(destination)) {
                if (rule.isOn(ofBefore)) {
                    found.computeIfAbsent(rule.accounts, any -> new ArrayList<>()).add(rule);
                }
            }
        }
        for (ImpactRule rule : bound) {
            found.computeIfAbsent(rule.accounts, any -> new ArrayList<>()).add(rule);
        }
        return found;
    }

    private static List<ImpactRule> met(
            Map<Integer, List<ImpactRule>> side, ImpactClasses accounts, int account) {
        List<ImpactRule> met = new ArrayList<>(side.getOrDefault(ImpactRule.ANY, List.of()));
        for (int set : accounts.setsOf(account)) {
            met.addAll(side.getOrDefault(set, List.of()));
        }
        return met;
    }

    /** What happens to the computers of one class of accounts. */
    private final class Row {
        private final ImpactKey key;
        private final Met before;
        private final Met after;
        private final BitSet all;
        private final ImpactClasses computers;
        private final Map<Span, BitSet> spans = new LinkedHashMap<>();

        Row(ImpactKey key, Met before, Met after, BitSet all, ImpactClasses computers) {
            this.key = key;
            this.before = before;
            this.after = after;
            this.all = all;
            this.computers = computers;
        }

        Map<Span, BitSet> spans() {
            Runs runs = new Runs(spans);
            runs.step(start, sets(before, key.before(), start), sets(after, key.after(), start));
            for (Instant at : bounds()) {
                runs.step(at, sets(before, key.before(), at), sets(after, key.after(), at));
            }
            runs.end();
            return spans;
        }

        private TreeSet<Instant> bounds() {
            TreeSet<Instant> bounds = new TreeSet<>(key.before().times());
            bounds.addAll(key.after().times());
            before.dated().forEach(rule -> ImpactSteps.addBounds(rule, start, bounds));
            after.dated().forEach(rule -> ImpactSteps.addBounds(rule, start, bounds));
            return bounds;
        }

        /** The classes of computers by the tier they get at an instant. */
        private BitSet[] sets(Met met, ImpactSteps steps, Instant at) {
            int floor = steps.at(at);
            BitSet[] asked = new BitSet[TIERS.length];
            for (int level = 0; level < TIERS.length; level++) {
                if (met.undated()[level] != null) {
                    asked[level] = (BitSet) met.undated()[level].clone();
                }
            }
            for (ImpactRule rule : met.dated()) {
                if (rule.level > floor && rule.holdsAt(at)) {
                    ask(asked, rule, computers);
                }
            }
            BitSet left = (BitSet) all.clone();
            BitSet blocked = asked[ImpactRule.BLOCK];
            if (blocked != null) {
                left.andNot(blocked);
            }
            BitSet[] sets = new BitSet[TIERS.length];
            for (int level = TIERS.length - 1; level > floor; level--) {
                sets[level] = asked[level] == null ? new BitSet() : asked[level];
                sets[level].and(left);
                left.andNot(sets[level]);
            }
            for (int level = floor - 1; level >= 0; level--) {
                sets[level] = new BitSet();
            }
            sets[floor] = left;
            if (blocked != null) {
                sets[0].or(blocked);
            }
            return sets;
        }
    }

    /** Follows each move through time, so that one that goes on is one span. */
    private static final class Runs {
        private record Open(Instant from, BitSet classes) {}

        private final Map<Span, BitSet> into;
        private final List<List<Open>> open = new ArrayList<>();

        Runs(Map<Span, BitSet> into) {
            this.into = into;
            for (int move = 0; move < TIERS.length * TIERS.length; move++) {
                open.add(new ArrayList<>());
            }
        }

        void step(Instant at, BitSet[] before, BitSet[] after) {
            for (int was = 0; was < TIERS.length; was++) {
                for (int is = 0; is < TIERS.length; is++) {
                    if (was != is) {
                        BitSet moving = (BitSet) before[was].clone();
                        moving.and(after[is]);
                        follow(was * TIERS.length + is, at, moving);
                    }
                }
            }
        }

        private void follow(int move, Instant at, BitSet moving) {
            List<Open> known = open.get(move);
            List<Open> next = new ArrayList<>();
            for (Open run : known) {
                BitSet ended = (BitSet) run.classes().clone();
                ended.andNot(moving);
                emit(move, run.from(), at, ended);
                run.classes().and(moving);
                if (!run.classes().isEmpty()) {
                    next.add(run);
                    moving.andNot(run.classes());
                }
            }
            if (!moving.isEmpty()) {
                next.add(new Open(at, moving));
            }
            open.set(move, next);
        }

        void end() {
            for (int move = 0; move < open.size(); move++) {
                for (Open run : open.get(move)) {
                    emit(move, run.from(), null, run.classes());
                }
            }
        }

        private void emit(int move, Instant from, Instant until, BitSet classes) {
            if (!classes.isEmpty()) {
                Span span =
                        new Span(
                                TIERS[move / TIERS.length],
                                TIERS[move % TIERS.length],
                                from,
                                until);
                into.computeIfAbsent(span, any -> new BitSet()).or(classes);
            }
        }
    }

    /** Joins rows in the order that gives fewer products. */
    private static List<Who> joined(List<Block> rows, Layout layout) {
        List<Block> best = joinAccounts(rows);
        if ((long) rows.size() * layout.computers().size() <= TRANSPOSED_LIMIT) {
            List<Block> other = joinComputers(rows);
            best = other.size() <= best.size() ? other : best;
        }
        List<Who> who = new ArrayList<>(best.size());
        for (Block block : best) {
            who.add(
                    new Who(
                            layout.accounts().identities(block.accounts()),
                            layout.computers().identities(block.computers())));
        }
        return who;
    }

    private static List<Block> joinAccounts(List<Block> rows) {
        Map<BitSet, BitSet> joined = new LinkedHashMap<>();
        rows.forEach(
                row ->
                        joined.computeIfAbsent(row.computers(), any -> new BitSet())
                                .or(row.accounts()));
        List<Block> blocks = new ArrayList<>();
        joined.forEach((computers, accounts) -> blocks.add(new Block(accounts, computers)));
        return blocks;
    }

    /** Columns first: the accounts of each class of computers, then columns that are alike. */
    private static List<Block> joinComputers(List<Block> rows) {
        Map<Integer, BitSet> columns = new LinkedHashMap<>();
        for (Block row : rows) {
            row.computers().stream()
                    .forEach(
                            computer ->
                                    columns.computeIfAbsent(computer, any -> new BitSet())
                                            .or(row.accounts()));
        }
        Map<BitSet, BitSet> joined = new LinkedHashMap<>();
        columns.forEach(
                (computer, accounts) ->
                        joined.computeIfAbsent(accounts, any -> new BitSet()).set(computer));
        List<Block> blocks = new ArrayList<>();
        joined.forEach((accounts, computers) -> blocks.add(new Block(accounts, computers)));
        return blocks;
    }
}
