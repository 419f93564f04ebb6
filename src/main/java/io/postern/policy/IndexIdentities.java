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

    /** The record of who has no units: strangers, nobody, and whom no entry asks for. */
    private static final int EMPTY = 1;

    /** From so many units on a record is a crowd. */
    private static final int CROWD = 16;

    private final int[] records;
    // The units of each identity that has any and a 0 (ANY is nobody's unit), so that to walk them
    // takes no count. Before those of a crowd stands how many they are, before others a 0. All are
    // in the narrow array, half as many lines of the cache, unless there are too many units.
    private final char[] narrow;
    private final int[] wide;

    private IndexIdentities(Builder builder) {
        int[] counts = new int[builder.leafCount];
        for (int[] leaves : builder.members) {
            for (int leaf : leaves) {
                counts[leaf]++;
            }
        }
        records = new int[builder.leafCount];
        int size = EMPTY + 1;
        for (int leaf = 0; leaf < builder.leafCount; leaf++) {
            size += counts[leaf] < CROWD ? 0 : 1;
            records[leaf] = counts[leaf] == 0 ? EMPTY : size;
            size += counts[leaf] == 0 ? 0 : counts[leaf] + 1;
        }
        int[] units = new int[size];
        int[] next = records.clone();
        for (int i = 0; i < builder.members.size(); i++) {
            for (int leaf : builder.members.get(i)) {
                units[next[leaf]++] = i + 1;
            }
        }
        for (int leaf = 0; leaf < builder.leafCount; leaf++) {
            if (counts[leaf] >= CROWD) {
                units[records[leaf] - 1] = counts[leaf];
            }
        }
        boolean isNarrow = builder.count() <= Character.MAX_VALUE;
        narrow = new char[isNarrow ? size : 0];
        wide = isNarrow ? new int[0] : units;
        for (int i = 0; i < narrow.length; i++) {
            narrow[i] = (char) units[i];
        }
    }

    /** The number for decisions of an identity; of a stranger and of nobody what is handed in. */
    int number(int leaf) {
        return leaf < 0 ? leaf : records[leaf];
    }

    /** Where the units of that number begin. */
    int from(int number) {
        return number < 0 ? EMPTY : number;
    }

    /** The unit there; those of one identity rise, and 0 ends them. */
    int unit(int index) {
        return narrow.length > 0 ? narrow[index] : wide[index];
    }

    /** How many units begin there if they are a crowd, else 0. */
    int crowd(int from) {
        return unit(from - 1);
    }

    /** Whether the crowd of units that begins there has this one. */
    boolean has(int unit, int from) {
        int to = from + unit(from - 1);
        return narrow.length > 0
                ? Arrays.binarySearch(narrow, from, to, (char) unit) >= 0
                : Arrays.binarySearch(wide, from, to, unit) >= 0;
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
