package io.postern.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Sets of small numbers, each kept once and known by its own number, so that equal is cheap. */
final class LintSets {
    private record Key(int[] sorted, int hash) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Key that && Arrays.equals(sorted, that.sorted);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    private final Map<Key, Integer> numbers = new HashMap<>();
    private final List<int[]> sets = new ArrayList<>();

    /**
     * The set's number, from 0.
     *
     * @param sorted its elements, rising; kept, not copied
     */
    int number(int[] sorted) {
        Integer number = numbers.putIfAbsent(new Key(sorted, Arrays.hashCode(sorted)), sets.size());
        if (number != null) {
            return number;
        }
        sets.add(sorted);
        return sets.size() - 1;
    }

    int size() {
        return sets.size();
    }

    /** Its elements, rising; not to be changed. */
    int[] elements(int number) {
        return sets.get(number);
    }

    boolean contains(int wide, int narrow) {
        if (wide == narrow) {
            return true;
        }
        int[] all = sets.get(wide);
        int[] some = sets.get(narrow);
        if (some.length > all.length) {
            return false;
        }
        for (int element : some) {
            if (Arrays.binarySearch(all, element) < 0) {
                return false;
            }
        }
        return true;
    }
}
