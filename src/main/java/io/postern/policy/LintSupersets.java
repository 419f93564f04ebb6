package io.postern.policy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which of some sets hold all of a set; each answer is worked out once. */
final class LintSupersets {
    private final LintSets sets;
    private final boolean hasNotAsked;
    private final Map<Integer, List<Integer>> byElement = new HashMap<>();
    private final Map<Integer, Set<Integer>> known = new HashMap<>();

    /**
     * Prepares the answers.
     *
     * @param numbers of the sets to choose from; {@link LintSpace#NOT_ASKED}, which holds all, may
     *     be among them
     */
    LintSupersets(LintSets sets, Collection<Integer> numbers) {
        this.sets = sets;
        hasNotAsked = numbers.contains(LintSpace.NOT_ASKED);
        for (int number : numbers) {
            if (number != LintSpace.NOT_ASKED) {
                for (int element : sets.elements(number)) {
                    byElement.computeIfAbsent(element, any -> new ArrayList<>(1)).add(number);
                }
            }
        }
    }

    /** Numbers of the sets that hold all of it; the set is not empty. */
    Set<Integer> of(int number) {
        return known.computeIfAbsent(number, this::find);
    }

    private Set<Integer> find(int number) {
        Set<Integer> found = new LinkedHashSet<>();
        if (hasNotAsked) {
            found.add(LintSpace.NOT_ASKED);
        }
        if (number != LintSpace.NOT_ASKED) {
            for (int candidate : fewest(number)) {
                if (sets.contains(candidate, number)) {
                    found.add(candidate);
                }
            }
        }
        return found;
    }

    /** The sets with its rarest element: the others cannot hold all of it. */
    private List<Integer> fewest(int number) {
        List<Integer> fewest = null;
        for (int element : sets.elements(number)) {
            List<Integer> having = byElement.getOrDefault(element, List.of());
            if (fewest == null || having.size() < fewest.size()) {
                fewest = having;
            }
        }
        return fewest;
    }
}
