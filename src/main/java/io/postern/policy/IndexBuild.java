package io.postern.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Compiles one policy for one epoch: the parts of a {@link PolicyIndex}. Used once. */
final class IndexBuild {
    /** Above so many pairs of units the longer side is taken as one unit. */
    private static final int MOST_PAIRS = 16;

    private static final long IPV4_LAST = 0xFFFF_FFFFL;

    final Principals principals;
    final IndexPlaces places;
    final IndexRanks grants;
    final IndexRanks blocks;
    final IndexIdentities accounts;
    final IndexIdentities computers;
    final IndexPairs pairs;
    final IndexCells cells;
    final IndexIpv4 ipv4;
    final IndexIpv6 ipv6;

    /** The cell of what holds for everyone at every address. */
    final int everywhereCode;

    final long everywhereBound;

    Instant from;
    Instant until;

    private final IndexPlaces.Cover cover;
    private final IndexIdentities.Builder accountUnits;
    private final IndexIdentities.Builder computerUnits;
    private final IndexPairs.Builder tables = new IndexPairs.Builder();
    private final IndexRows anywhereRows = new IndexRows();
    private final IndexRows ipv4Rows = new IndexRows();
    private final IndexRows ipv6Rows = new IndexRows();

    IndexBuild(Policy policy, Instant at) {
        principals = new Principals(policy);
        places = new IndexPlaces(policy);
        cover = places.new Cover();
        accountUnits = new IndexIdentities.Builder(principals);
        computerUnits = new IndexIdentities.Builder(principals);
        grants = addGrants(policy, at);
        blocks = addBlocks(policy);
        accounts = accountUnits.build();
        computers = computerUnits.build();

        int tableCount = tables.count();
        IndexCells.Builder growing = new IndexCells.Builder(places);
        long[] references = new long[tableCount];
        long[] bounds = new long[tableCount];
        sweep(anywhereRows, growing, 0, 0)
                .run(
                        tableCount,
                        (table, high, low, code, bound) -> {
                            references[table] = code & IPV4_LAST;
                            bounds[table] = bound;
                        });
        IndexIpv4.Builder four = new IndexIpv4.Builder(tableCount);
        sweep(ipv4Rows, growing, 0, IPV4_LAST).run(tableCount, four);
        IndexIpv6.Builder six = new IndexIpv6.Builder(tableCount);
        sweep(ipv6Rows, growing, -1, -1).run(tableCount, six);
        mark(ipv4Rows, references);
        mark(ipv6Rows, references);
        everywhereCode = (int) references[0];
        everywhereBound = bounds[0];
        pairs = tables.build(references, bounds, accountUnits.count(), computerUnits.count());
        cells = growing.build();
        ipv4 = four.build();
        ipv6 = six.build();
    }

    private IndexSweep sweep(IndexRows rows, IndexCells.Builder growing, long high, long low) {
        return new IndexSweep(rows, growing, places.subtrees(), high, low);
    }

    private static void mark(IndexRows rows, long[] references) {
        for (int row = 0; row < rows.size(); row++) {
            int table = rows.table(row);
            references[table] = references[table] & IPV4_LAST | (long) table << 32;
        }
    }

    private IndexRanks addGrants(Policy policy, Instant at) {
        List<Grant> valid = new ArrayList<>();
        List<String> keys = new ArrayList<>();
        List<Tier> tiers = new ArrayList<>();
        for (Grant grant : ProtectedSources.withGrants(policy)) {
            boundary(grant.notBefore(), at);
            boundary(grant.expires(), at);
            if (grant.holdsAt(at)) {
                valid.add(grant);
                keys.add(grant.key());
                tiers.add(grant.tier());
            }
        }
        int[] strengths = new int[keys.size()];
        IndexRanks ranks = new IndexRanks(keys, tiers, strengths);
        for (int i = 0; i < valid.size(); i++) {
            add(valid.get(i).from(), valid.get(i).to(), false, strengths[i]);
        }
        return ranks;
    }

    private void boundary(Instant boundary, Instant at) {
        if (boundary == null) {
            return;
        }
        if (boundary.isAfter(at)) {
            until = until == null || boundary.isBefore(until) ? boundary : until;
        } else {
            from = from == null || boundary.isAfter(from) ? boundary : from;
        }
    }

    private IndexRanks addBlocks(Policy policy) {
        List<Block> all = policy.blocks();
        List<String> keys = new ArrayList<>(all.size());
        List<Tier> tiers = new ArrayList<>(all.size());
        for (Block block : all) {
            keys.add(block.key());
            tiers.add(Tier.NONE);
        }
        int[] strengths = new int[keys.size()];
        IndexRanks ranks = new IndexRanks(keys, tiers, strengths);
        for (int i = 0; i < all.size(); i++) {
            add(all.get(i).from(), all.get(i).to(), true, strengths[i]);
        }
        return ranks;
    }

    private void add(From from, To to, boolean isBlock, int strength) {
        int[] subtrees = cover.of(to);
        int[] account = accountUnits.units(from.accounts());
        int[] computer = computerUnits.units(from.computers());
        if ((long) account.length * computer.length > MOST_PAIRS) {
            if (account.length > computer.length) {
                account = accountUnits.joined(from.accounts());
            } else {
                computer = computerUnits.joined(from.computers());
            }
        }
        boolean isAnywhere = from.addresses().isAny() && from.except().set().isEmpty();
        List<AddressRange> ranges = isAnywhere ? List.of() : from.effective().ranges();
        for (int accountUnit : account) {
            for (int computerUnit : computer) {
                int table = tables.pair(accountUnit, computerUnit);
                for (int subtree : subtrees) {
                    if (isAnywhere) {
                        anywhereRows.add(table, subtree, isBlock, strength);
                    }
                    for (AddressRange range : ranges) {
                        boolean isIpv4 = range.family() == AddressFamily.IPV4;
                        (isIpv4 ? ipv4Rows : ipv6Rows)
                                .add(table, subtree, isBlock, strength, range);
                    }
                }
            }
        }
    }
}
