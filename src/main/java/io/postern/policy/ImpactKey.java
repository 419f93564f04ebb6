package io.postern.policy;

import java.util.List;

/**
 * All that decides what happens at an address of a place: where two are equal, the same changes.
 *
 * @param before what the rules that ask for no identity give on the before side; where a block of
 *     theirs stops everybody, always 0 and no other rule
 * @param sources by number: destinations whose identity rules without addresses apply there, and
 *     identity rules with addresses that apply there and could matter
 */
record ImpactKey(ImpactSteps before, ImpactSteps after, Sources sources) {
    /** The identity rules that apply; keys that share them differ only in what all get. */
    record Sources(
            List<Integer> everywhereBefore,
            List<Integer> everywhereAfter,
            List<ImpactRule> boundBefore,
            List<ImpactRule> boundAfter) {
        boolean isEmpty() {
            return everywhereBefore.isEmpty()
                    && everywhereAfter.isEmpty()
                    && boundBefore.isEmpty()
                    && boundAfter.isEmpty();
        }
    }

    boolean asksIdentity() {
        return !sources.isEmpty();
    }
}
