package io.postern.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds the entry that decides a submission on a side, without reading every rule. */
final class ImpactDeciding {
    private final ImpactRules rules;
    private final ImpactStretches stretches;
    private final Map<Integer, List<ImpactRule>> everywhere = new HashMap<>();

    ImpactDeciding(ImpactRules rules, ImpactEdges edges) {
        this.rules = rules;
        stretches = new ImpactStretches(edges);
        for (ImpactRule rule : rules.rules()) {
            if (rule.isEverywhere() && rule.asksIdentity()) {
                everywhere.computeIfAbsent(rule.accounts, any -> new ArrayList<>()).add(rule);
            }
        }
    }

    /**
     * Key of the entry that decides on one side; null = none matches, or the side lacks the place.
     */
    String key(boolean ofBefore, int place, int account, int computer, int position, Instant at) {
        Search search = new Search(ofBefore, place, account, computer, at);
        stretches.forEach(position, position + 1, search::attempt);
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
