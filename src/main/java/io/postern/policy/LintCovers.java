package io.postern.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the entries that hold an address and leave out nobody whom another entry takes. Entries
 * stand in buckets by the identities they ask for, in each an index of addresses, so that finding
 * costs what is found and not the size of the policy.
 */
final class LintCovers {
    /** Takes each entry found. */
    @FunctionalInterface
    interface Visitor {
        /**
         * One entry.
         *
         * @param range of its addresses, the one that holds the address
         * @return whether to go on
         */
        boolean visit(LintEntry entry, AddressRange range);
    }

    /** Entries that ask for the same identities, together where their addresses are the same. */
    private static final class Bucket {
        private final int computers;
        private final Map<Integer, Integer> positionBySet = new HashMap<>();
        private final List<AddressSet> sets = new ArrayList<>();
        private final List<List<LintEntry>> entries = new ArrayList<>();
        private AddressIndex index;
        private List<Bucket> covering;

        Bucket(int computers) {
            this.computers = computers;
        }

        void add(LintEntry entry, AddressSet set) {
            Integer position = positionBySet.putIfAbsent(entry.addresses(), sets.size());
            if (position == null) {
                position = sets.size();
                sets.add(set);
                entries.add(new ArrayList<>(1));
            }
            entries.get(position).add(entry);
        }
    }

    private record Identities(int accounts, int computers) {}

    private final Map<Identities, Bucket> buckets = new LinkedHashMap<>();
    private final Map<Integer, List<Bucket>> bucketsByAccounts = new LinkedHashMap<>();
    private final LintSupersets accountSupersets;
    private final LintSupersets computerSupersets;

    LintCovers(LintSpace space, List<LintEntry> entries) {
        for (LintEntry entry : entries) {
            buckets.computeIfAbsent(
                            new Identities(entry.accounts(), entry.computers()),
                            any -> new Bucket(entry.computers()))
                    .add(entry, space.addressSet(entry.addresses()));
        }
        buckets.forEach(
                (identities, bucket) ->
                        bucketsByAccounts
                                .computeIfAbsent(identities.accounts(), any -> new ArrayList<>(1))
                                .add(bucket));
        accountSupersets = new LintSupersets(space.identities(), bucketsByAccounts.keySet());
        Set<Integer> computers = new LinkedHashSet<>();
        buckets.keySet().forEach(identities -> computers.add(identities.computers()));
        computerSupersets = new LintSupersets(space.identities(), computers);
    }

    /** Takes an entry out: it is not visited any more. */
    void remove(LintEntry entry) {
        Bucket bucket = buckets.get(new Identities(entry.accounts(), entry.computers()));
        bucket.entries
                .get(bucket.positionBySet.get(entry.addresses()))
                .removeIf(other -> other == entry);
    }

    /**
     * Visits the entries whose addresses hold the address and whose identities cover those of the
     * narrow entry, until the visitor has enough.
     */
    void visit(LintEntry narrow, Address address, Visitor visitor) {
        boolean[] more = {true};
        for (Bucket bucket : covering(narrow)) {
            index(bucket)
                    .visit(
                            address,
                            (owner, range) -> {
                                more[0] = visit(bucket, owner, range, visitor);
                                return more[0];
                            });
            if (!more[0]) {
                return;
            }
        }
    }

    private static boolean visit(Bucket bucket, int owner, AddressRange range, Visitor visitor) {
        for (LintEntry entry : bucket.entries.get(owner)) {
            if (!visitor.visit(entry, range)) {
                return false;
            }
        }
        return true;
    }

    private AddressIndex index(Bucket bucket) {
        if (bucket.index == null) {
            bucket.index = new AddressIndex(bucket.sets);
        }
        return bucket.index;
    }

    private List<Bucket> covering(LintEntry narrow) {
        Bucket own = buckets.get(new Identities(narrow.accounts(), narrow.computers()));
        if (own != null && own.covering != null) {
            return own.covering;
        }
        List<Bucket> covering = new ArrayList<>();
        Set<Integer> computers = computerSupersets.of(narrow.computers());
        for (int accounts : accountSupersets.of(narrow.accounts())) {
            for (Bucket bucket : bucketsByAccounts.get(accounts)) {
                if (computers.contains(bucket.computers)) {
                    covering.add(bucket);
                }
            }
        }
        if (own != null) {
            own.covering = covering;
        }
        return covering;
    }
}
