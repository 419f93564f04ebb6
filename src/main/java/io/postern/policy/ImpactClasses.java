package io.postern.policy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The identities of one dimension sorted by which of some sets they lie in: those of one class are
 * alike to every rule that asks for these sets. Classes are numbered from 0, that of identities in
 * no set first.
 */
final class ImpactClasses {
    private final List<BitSet> members = new ArrayList<>();
    private final List<List<Integer>> setsOf = new ArrayList<>();
    private final Map<Integer, BitSet> classesOfSet = new HashMap<>();
    private final BitSet all = new BitSet();
    private final Map<BitSet, BitSet> expanded = new HashMap<>();

    /**
     * Sorts.
     *
     * @param sets numbers of the sets that count
     * @param domain every identity of the dimension
     */
    ImpactClasses(Collection<Integer> sets, ImpactRules rules, BitSet domain) {
        Map<Integer, List<Integer>> setsOfIdentity = new HashMap<>();
        BitSet asked = new BitSet();
        for (int set : new TreeSet<>(sets)) {
            classesOfSet.put(set, new BitSet());
            BitSet identities = rules.identities(set);
            asked.or(identities);
            for (int i = identities.nextSetBit(0); i >= 0; i = identities.nextSetBit(i + 1)) {
                setsOfIdentity.computeIfAbsent(i, any -> new ArrayList<>(2)).add(set);
            }
        }
        Map<List<Integer>, Integer> numbers = new HashMap<>();
        number(numbers, List.of());
        // Most identities are in none of the sets; one by one they would cost more than all else.
        members.get(0).or(domain);
        members.get(0).andNot(asked);
        asked.and(domain);
        for (int i = asked.nextSetBit(0); i >= 0; i = asked.nextSetBit(i + 1)) {
            members.get(number(numbers, setsOfIdentity.get(i))).set(i);
        }
        all.set(0, members.size());
    }

    private int number(Map<List<Integer>, Integer> numbers, List<Integer> sets) {
        return numbers.computeIfAbsent(
                sets,
                fresh -> {
                    int number = members.size();
                    members.add(new BitSet());
                    setsOf.add(fresh);
                    fresh.forEach(set -> classesOfSet.get(set).set(number));
                    return number;
                });
    }

    int size() {
        return members.size();
    }

    /** Every class; not to be changed. */
    BitSet all() {
        return all;
    }

    /** The sets that the identities of a class lie in. */
    List<Integer> setsOf(int number) {
        return setsOf.get(number);
    }

    /** The classes within a set, or every class for any; not to be changed. */
    BitSet classesOf(int set) {
        return set == ImpactRule.ANY ? all : classesOfSet.get(set);
    }

    /** The identities of some classes; one object for equal classes. */
    BitSet identities(BitSet classes) {
        return expanded.computeIfAbsent(
                classes,
                any -> {
                    BitSet found = new BitSet();
                    classes.stream().forEach(number -> found.or(members.get(number)));
                    return found;
                });
    }
}
