package io.postern.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
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

    /** The classes of computers of one class of accounts. */
    private record Row(int account, BitSet computers) {}

    /** Identities sorted for some sources, and what each class of accounts gets. */
    private record Layout(ImpactClasses accounts, ImpactClasses computers, List<ImpactRow> rows) {}

    /** Above so many cells the rows alone are joined. */
    private static final long TRANSPOSED_LIMIT = 1_000_000;

    private final ImpactUniverse universe;
    private final ImpactRules rules;
    private final ImpactSweep sweep;
    private final Instant start;
    private ImpactKey.Sources sources;
    private Layout layout;
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

    /**
     * Disjoint products for each move and stretch of time; empty if nothing changes. Quick for keys
     * that follow one of the same sources.
     */
    Map<Span, List<Who>> changes(ImpactKey key) {
        Map<Span, List<Who>> changes = new LinkedHashMap<>();
        if (!key.asksIdentity()) {
            ImpactRow.NOTHING
                    .spans(key.before(), key.after(), start)
                    .forEach((span, any) -> changes.put(span, List.of(everybody)));
            return changes;
        }
        if (!key.sources().equals(sources)) {
            // Of many principals a layout is large: only the one in use is kept.
            layout = null;
            layout = layout(key.sources());
            sources = key.sources();
        }
        Map<Span, List<Row>> rows = new LinkedHashMap<>();
        for (int account = 0; account < layout.rows().size(); account++) {
            int number = account;
            layout.rows()
                    .get(account)
                    .spans(key.before(), key.after(), start)
                    .forEach(
                            (span, computers) ->
                                    rows.computeIfAbsent(span, any -> new ArrayList<>())
                                            .add(new Row(number, computers)));
        }
        rows.forEach((span, some) -> changes.put(span, joined(some)));
        return changes;
    }

    private Layout layout(ImpactKey.Sources sources) {
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
        List<ImpactRow> rows = new ArrayList<>();
        for (int account = 0; account < accounts.size(); account++) {
            rows.add(
                    new ImpactRow(
                            met(before, accounts, account),
                            met(after, accounts, account),
                            computers,
                            start));
        }
        return new Layout(accounts, computers, rows);
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

    /** Joins rows in the order that gives fewer products. */
    private List<Who> joined(List<Row> rows) {
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

    private static List<Block> joinAccounts(List<Row> rows) {
        Map<BitSet, BitSet> joined = new LinkedHashMap<>();
        rows.forEach(
                row ->
                        joined.computeIfAbsent(row.computers(), any -> new BitSet())
                                .set(row.account()));
        List<Block> blocks = new ArrayList<>();
        joined.forEach((computers, accounts) -> blocks.add(new Block(accounts, computers)));
        return blocks;
    }

    /** Columns first: the accounts of each class of computers, then columns that are alike. */
    private static List<Block> joinComputers(List<Row> rows) {
        Map<Integer, BitSet> columns = new LinkedHashMap<>();
        for (Row row : rows) {
            row.computers().stream()
                    .forEach(
                            computer ->
                                    columns.computeIfAbsent(computer, any -> new BitSet())
                                            .set(row.account()));
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
