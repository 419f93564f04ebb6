package io.postern.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The units of proven identity that entries ask for, accounts or computers: a group, an identity,
 * or a long list of identities. An entry that asks for several asks for any of its units. Immutable
 * once built.
 */
final class IndexIdentities {
    /** The unit that also an unproven identity has: nothing is asked. */
    static final int ANY = 0;

    private final int[] records;
    // How many units, then these, for each identity that has any; the record of the others is 0.
    private final int[] units;

    private IndexIdentities(Builder builder) {
        int[] counts = new int[builder.leafCount];
        int size = 1;
        for (int[] leaves : builder.members) {
            for (int leaf : leaves) {
                size += counts[leaf]++ == 0 ? 2 : 1;
            }
        }
        records = new int[builder.leafCount];
        units = new int[size];
        int next = 1;
        for (int leaf = 0; leaf < builder.leafCount; leaf++) {
            if (counts[leaf] > 0) {
                records[leaf] = next;
                next += 1 + counts[leaf];
            }
        }
        for (int i = 0; i < builder.members.size(); i++) {
            for (int leaf : builder.members.get(i)) {
                int record = records[leaf];
                units[record + ++units[record]] = i + 1;
            }
        }
    }

    /** Where the units of an identity are noted; of a stranger and of nobody what is handed in. */
    int record(int leaf) {
        return leaf < 0 ? leaf : records[leaf];
    }

    /** How many units a record has; a stranger and nobody have none. */
    int count(int record) {
        return units[Math.max(0, record)];
    }

    /** The unit there; those of a record follow it, rising. */
    int unit(int index) {
        return units[index];
    }

    /** Whether the units of the stretch [from, to) have this one. */
    boolean has(int unit, int from, int to) {
        return Arrays.binarySearch(units, from, to, unit) >= 0;
    }

    /** Gathers the units of one dimension. */
    static final class Builder {
        /** Up to so many identities each is a unit of its own: many lists share one. */
        private static final int SINGLE = 4;

        private static final int[] NOT_ASKED = {ANY};
        private static final int[] NOBODY = {};

        private final Principals principals;
        private final int leafCount;
        private final List<int[]> members = new ArrayList<>();
        private final int[] unitOfLeaf;
        private final Map<String, int[]> named = new HashMap<>();
        private final Map<List<String>, int[]> listed = new HashMap<>();
        private final Map<List<String>, int[]> joined = new HashMap<>();

        Builder(Principals principals) {
            this.principals = principals;
            leafCount = principals.leaves().size();
            unitOfLeaf = new int[leafCount];
        }

        /** How many units there are, ANY included. */
        int count() {
            return members.size() + 1;
        }

        /** The units that a list of names asks for; empty = it asks for nobody there is. */
        int[] units(List<String> names) {
            return switch (names.size()) {
                case 0 -> NOT_ASKED;
                case 1 -> named.computeIfAbsent(names.get(0), this::ofName);
                default -> listed.computeIfAbsent(names, this::ofList);
            };
        }

        /** The same as a single unit. */
        int[] joined(List<String> names) {
            return joined.computeIfAbsent(names, list -> unit(principals.expandNow(list)));
        }

        private int[] ofName(String name) {
            if (principals.isGroupWithMembers(name)) {
                return unit(principals.expandNow(List.of(name)));
            }
            int leaf = principals.leaf(name);
            if (leaf < 0) {
                return NOBODY;
            }
            if (unitOfLeaf[leaf] == 0) {
                members.add(new int[] {leaf});
                unitOfLeaf[leaf] = members.size();
            }
            return new int[] {unitOfLeaf[leaf]};
        }

        private int[] ofList(List<String> names) {
            List<String> single = names;
            BitSet together = new BitSet();
            if (names.size() > SINGLE) {
                single = names.stream().filter(principals::isGroupWithMembers).toList();
                names.stream()
                        .filter(name -> !principals.isGroupWithMembers(name))
                        .map(principals::leaf)
                        .filter(leaf -> leaf >= 0)
                        .forEach(together::set);
            }
            List<int[]> parts = new ArrayList<>();
            parts.add(unit(together));
            single.forEach(name -> parts.add(named.computeIfAbsent(name, this::ofName)));
            return parts.stream().flatMapToInt(Arrays::stream).distinct().toArray();
        }

        private int[] unit(BitSet leaves) {
            if (leaves.isEmpty()) {
                return NOBODY;
            }
            members.add(leaves.stream().toArray());
            return new int[] {members.size()};
        }

        IndexIdentities build() {
            return new IndexIdentities(this);
        }
    }
}
