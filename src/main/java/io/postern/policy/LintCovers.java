package io.postern.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Finds the entries that hold an address and leave out nobody whom another entry takes. Entries
 * stand in buckets by the identities they ask for, in each an index of addresses, so that finding
 * costs what is found and not the size of the policy.
 */
final class LintCovers {
    /** One bucket: entries that ask for the same identities, by number of their address set. */
    private static final class Bucket {
        private final Map<Integer, List<LintEntry>> bySet = new HashMap<>();
        private final List<Integer> numbers = new ArrayList<>();
        private AddressIndex index;
        private List<Bucket> covering;
    }

    private record Identities(int accounts, int computers) {}

    /** An entry and the range of its addresses that was asked for. */
    record Cover(LintEntry entry, AddressRange range) {}

    private final LintSpace space;
    private final Map<Identities, Bucket> buckets = new HashMap<>();
    private final Map<Integer, List<Integer>> accountsByLeaf = new HashMap<>();
    private final Map<Integer, List<Integer>> computersByLeaf = new HashMap<>();

    LintCovers(LintSpace space, List<LintEntry> entries) {
        this.space = space;
        for (LintEntry entry : entries) {
            Bucket bucket =
                    buckets.computeIfAbsent(
                            new Identities(entry.accounts(), entry.computers()),
                            any -> new Bucket());
            bucket.bySet
                    .computeIfAbsent(
                            entry.addresses(),
                            number -> {
                                bucket.numbers.add(number);
                                return new ArrayList<>(1);
                            })
                    .add(entry);
        }
        register(true, accountsByLeaf);
        register(false, computersByLeaf);
    }

    private void register(boolean accounts, Map<Integer, List<Integer>> byLeaf) {
        buckets.keySet().stream()
                .map(pair -> accounts ? pair.accounts() : pair.computers())
                .filter(number -> number != LintSpace.NOT_ASKED)
                .distinct()
                .forEach(
                        number -> {
                            for (int leaf : space.identities().elements(number)) {
                                byLeaf.computeIfAbsent(leaf, any -> new ArrayList<>(1)).add(number);
                            }
                        });
    }

    /**
     * The entries whose addresses hold the address, whose identities cover those of the narrow
     * entry, and that pass the test.
     */
    List<Cover> of(LintEntry narrow, Address address, Predicate<LintEntry> test) {
        List<Cover> found = new ArrayList<>();
        for (Bucket bucket : covering(narrow)) {
            index(bucket)
                    .visit(
                            address,
                            (owner, range) -> {
                                for (LintEntry entry :
                                        bucket.bySet.get(bucket.numbers.get(owner))) {
                                    if (test.test(entry)) {
                                        found.add(new Cover(entry, range));
                                    }
                                }
                                return true;
                            });
        }
        return found;
    }

    private AddressIndex index(Bucket bucket) {
        if (bucket.index == null) {
            bucket.index =
                    new AddressIndex(bucket.numbers.stream().map(space::addressSet).toList());
        }
        return bucket.index;
    }

    private List<Bucket> covering(LintEntry narrow) {
        Bucket own = buckets.get(new Identities(narrow.accounts(), narrow.computers()));
        if (own != null && own.covering != null) {
            return own.covering;
        }
        List<Bucket> covering = new ArrayList<>();
        List<Integer> computers = supersets(narrow.computers(), computersByLeaf);
        for (int accounts : supersets(narrow.accounts(), accountsByLeaf)) {
            for (int computer : computers) {
                Bucket bucket = buckets.get(new Identities(accounts, computer));
                if (bucket != null) {
                    covering.add(bucket);
                }
            }
        }
        if (own != null) {
            own.covering = covering;
        }
        return covering;
    }

    private List<Integer> supersets(int number, Map<Integer, List<Integer>> byLeaf) {
        List<Integer> supersets = new ArrayList<>();
        supersets.add(LintSpace.NOT_ASKED);
        if (number != LintSpace.NOT_ASKED) {
            int first = space.identities().elements(number)[0];
            for (int candidate : byLeaf.getOrDefault(first, List.of())) {
                if (space.identities().contains(candidate, number)) {
                    supersets.add(candidate);
                }
            }
        }
        return supersets;
    }
}
