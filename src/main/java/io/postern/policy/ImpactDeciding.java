package io.postern.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds the entry that decides a submission on a side, without reading every rule. */
final class ImpactDeciding {
    private final ImpactRules rules;
    private final ImpactEdges.Stretch[] stretches;

    /** Of the stretches between two, halved again and again, the farthest end; by the middle. */
    private final int[] farthest;

    private final Map<Integer, List<ImpactRule>> everywhere = new HashMap<>();

    ImpactDeciding(ImpactRules rules, ImpactEdges edges) {
        this.rules = rules;
        stretches = new ImpactEdges.Stretch[edges.stretches().size()];
        int count = 0;
        for (int position = 0; position < edges.size(); position++) {
            for (ImpactEdges.Stretch stretch : edges.opening(position)) {
                stretches[count++] = stretch;
            }
        }
        farthest = new int[stretches.length];
        measure(0, stretches.length);
        for (ImpactRule rule : rules.rules()) {
            if (rule.isEverywhere() && rule.asksIdentity()) {
                everywhere.computeIfAbsent(rule.accounts, any -> new ArrayList<>()).add(rule);
            }
        }
    }

    private int measure(int low, int high) {
        if (low >= high) {
            return 0;
        }
        int middle = (low + high) >>> 1;
        farthest[middle] =
                Math.max(
                        stretches[middle].to,
                        Math.max(measure(low, middle), measure(middle + 1, high)));
        return farthest[middle];
    }

    /**
     * Key of the entry that decides on one side; null = none matches, or the side lacks the place.
     */
    String key(boolean ofBefore, int place, int account, int computer, int position, Instant at) {
        Search search = new Search(ofBefore, place, account, computer, at);
        search.stab(0, stretches.length, position);
        everywhere.forEach(
                (set, some) -> {
                    if (search.holds(set, account)) {
                        some.forEach(search::attempt);
                    }
                });
        return search.best == null ? null : search.best.key(ofBefore);
    }

    private final class Search {
        private final boolean ofBefore;
        private final int place;
        private final int account;
        private final int computer;
        private final Instant at;
        private ImpactRule best;

        Search(boolean ofBefore, int place, int account, int computer, Instant at) {
            this.ofBefore = ofBefore;
            this.place = place;
            this.account = account;
            this.computer = computer;
            this.at = at;
        }

        /** Tries the rules whose stretches hold the position. */
        private void stab(int low, int high, int position) {
            if (low >= high) {
                return;
            }
            int middle = (low + high) >>> 1;
            if (farthest[middle] <= position) {
                return;
            }
            stab(low, middle, position);
            if (stretches[middle].from <= position) {
                if (position < stretches[middle].to) {
                    attempt(stretches[middle].rule);
                }
                stab(middle + 1, high, position);
            }
        }

        private void attempt(ImpactRule rule) {
            if (rule.isOn(ofBefore)
                    && holds(rule.accounts, account)
                    && holds(rule.computers, computer)
                    && rule.holdsAt(at)
                    && rules.places(rule.to, ofBefore).get(place)
                    && (best == null || beats(rule))) {
                best = rule;
            }
        }

        private boolean holds(int set, int identity) {
            return set == ImpactRule.ANY || rules.identities(set).get(identity);
        }

        /** A block beats every grant, a higher tier a lower one, then the smaller key. */
        private boolean beats(ImpactRule rule) {
            int byLevel = Integer.compare(rank(rule), rank(best));
            return byLevel != 0
                    ? byLevel > 0
                    : KeyOrder.CODE_POINT.compare(rule.key(ofBefore), best.key(ofBefore)) < 0;
        }

        private static int rank(ImpactRule rule) {
            return rule.level == ImpactRule.BLOCK ? Integer.MAX_VALUE : rule.level;
        }
    }
}
