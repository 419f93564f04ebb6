package io.postern.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What both hand-written baselines share, made for exactly the shape of {@link BenchmarkPolicy}:
 * lists of candidate rules, strongest first, that are walked until one holds on the server, and a
 * hash table from pairs of groups to such lists. An outcome is the ranks of grant and block in one
 * long.
 */
final class BaselineRules {
    private static final int NO_RANK = Integer.MAX_VALUE;
    private static final int RANK_BITS = 24;

    /** A grant or block in the order of its strength. */
    record Rule(String key, From from, To to, boolean isBlock, int rank) {
        int packed() {
            int server =
                    to.servers().isEmpty()
                            ? 0
                            : 1 + Integer.parseInt(to.servers().get(0).substring(6));
            return server << RANK_BITS | rank;
        }
    }

    private final List<Rule> rules = new ArrayList<>();
    private final List<String> grantKeys = new ArrayList<>();
    private final List<String> blockKeys = new ArrayList<>();
    private int[] pool = new int[1 << 16];
    private int poolSize;
    private final Map<List<Integer>, Integer> interned = new HashMap<>();
    private final int[][] accountGroups;
    private final int[][] computerGroups;
    // Key and list side by side.
    private long[] pairs;

    BaselineRules(BenchmarkPolicy benchmark) {
        List<Grant> grants = new ArrayList<>(ProtectedSources.withGrants(benchmark.policy));
        grants.sort(
                Comparator.comparing(Grant::tier, Comparator.reverseOrder())
                        .thenComparing(Grant::key));
        for (Grant grant : grants) {
            rules.add(new Rule(grant.key(), grant.from(), grant.to(), false, grantKeys.size()));
            grantKeys.add(grant.key());
        }
        List<Block> blocks = new ArrayList<>(benchmark.policy.blocks());
        blocks.sort(Comparator.comparing(Block::key));
        for (Block block : blocks) {
            rules.add(new Rule(block.key(), block.from(), block.to(), true, blockKeys.size()));
            blockKeys.add(block.key());
        }
        accountGroups = named(benchmark.accountGroups, "accounts", From::accounts);
        computerGroups = named(benchmark.computerGroups, "computers", From::computers);
        // List 0 is the empty one.
        list(List.of());
        addPairs();
    }

    /** Of the groups of each identity those that a rule names: others need not be asked for. */
    private int[][] named(int[][] groups, String prefix, Function<From, List<String>> names) {
        Set<Integer> named =
                rules.stream()
                        .flatMap(rule -> names.apply(rule.from()).stream())
                        .map(name -> number(name, prefix))
                        .collect(Collectors.toSet());
        return Arrays.stream(groups)
                .map(held -> Arrays.stream(held).filter(named::contains).toArray())
                .toArray(int[][]::new);
    }

    private void addPairs() {
        Map<Long, List<Rule>> found = new HashMap<>();
        for (Rule rule : rules) {
            if (rule.from().needsIdentity()) {
                long account = number(rule.from().accounts().get(0), "accounts");
                long computer = number(rule.from().computers().get(0), "computers");
                found.computeIfAbsent(key(account, computer), any -> new ArrayList<>()).add(rule);
            }
        }
        pairs = new long[Integer.highestOneBit(Math.max(1, found.size())) * 8];
        found.forEach(
                (key, rules) -> {
                    int slot = slot(key);
                    pairs[slot] = key;
                    pairs[slot + 1] = list(rules);
                });
    }

    private static int number(String name, String prefix) {
        return Integer.parseInt(name.substring(prefix.length()));
    }

    private static long key(long account, long computer) {
        return (account << 32 | computer) + 1;
    }

    private int slot(long key) {
        int mask = pairs.length - 2;
        int slot = (int) (key * 0x9E3779B97F4A7C15L >>> 32) & mask;
        while (pairs[slot] != 0 && pairs[slot] != key) {
            slot = slot + 2 & mask;
        }
        return slot;
    }

    /** The rules that ask for addresses. */
    List<Rule> byAddress() {
        return rules.stream().filter(rule -> !rule.from().needsIdentity()).toList();
    }

    /** An order of the rules of one list. */
    static TreeSet<Rule> strongestFirst() {
        return new TreeSet<>(
                Comparator.comparing((Rule rule) -> !rule.isBlock()).thenComparing(Rule::rank));
    }

    /** The number of a list of rules; the same for the same rules. */
    int list(Collection<Rule> candidates) {
        List<Integer> blocks = new ArrayList<>();
        List<Integer> grants = new ArrayList<>();
        for (Rule rule : candidates) {
            List<Integer> side = rule.isBlock() ? blocks : grants;
            boolean isCut = !side.isEmpty() && side.get(side.size() - 1) >>> RANK_BITS == 0;
            if (!isCut) {
                // What follows one that holds on every server is never reached.
                side.add(rule.packed());
            }
        }
        List<Integer> content = new ArrayList<>();
        content.add(blocks.size());
        content.add(grants.size());
        content.addAll(blocks);
        content.addAll(grants);
        return interned.computeIfAbsent(
                content,
                all -> {
                    if (poolSize + all.size() > pool.length) {
                        pool = Arrays.copyOf(pool, pool.length * 2 + all.size());
                    }
                    int start = poolSize;
                    for (int value : all) {
                        pool[poolSize++] = value;
                    }
                    return start;
                });
    }

    /** Outcome of a list, and of the lists of the pairs of groups, on a server. */
    long decide(int list, int account, int computer, int server) {
        long best = scan(list, server);
        for (int accountGroup : accountGroups[account]) {
            for (int computerGroup : computerGroups[computer]) {
                int slot = slot(key(accountGroup, computerGroup));
                if (pairs[slot] != 0) {
                    long found = scan((int) pairs[slot + 1], server);
                    best =
                            Math.min(best >>> 32, found >>> 32) << 32
                                    | Math.min((int) best, (int) found);
                }
            }
        }
        return best;
    }

    private long scan(int list, int server) {
        int blocks = pool[list];
        int end = list + 2 + blocks + pool[list + 1];
        int block = first(list + 2, list + 2 + blocks, server + 1);
        int grant = first(list + 2 + blocks, end, server + 1);
        return (long) grant << 32 | block;
    }

    private int first(int from, int to, int server) {
        for (int i = from; i < to; i++) {
            int bound = pool[i] >>> RANK_BITS;
            if (bound == 0 || bound == server) {
                return pool[i] & (1 << RANK_BITS) - 1;
            }
        }
        return NO_RANK;
    }

    /** Frees what only building needs. */
    void seal() {
        interned.clear();
    }

    String grant(long outcome) {
        int rank = (int) (outcome >>> 32);
        return rank == NO_RANK ? null : grantKeys.get(rank);
    }

    String block(long outcome) {
        return (int) outcome == NO_RANK ? null : blockKeys.get((int) outcome);
    }
}
