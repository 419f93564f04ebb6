package io.postern.policy.api;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What one request is answered from: one revision, and the epochs of the instants it asks about.
 * For one thread.
 */
final class Epochs {
    /** Most epochs besides the common one: each of them is a policy to compile. */
    static final int LIMIT = 64;

    static final String OVER_LIMIT =
            "one request reaches at most "
                    + LIMIT
                    + " stretches between the beginnings and ends of grants, and this is one more;"
                    + " send several requests";

    private final PolicySnapshot snapshot;
    private final Instant at;
    private final Epoch common;
    private List<Epoch> others = List.of();

    /**
     * @param at the instant of questions without one of their own
     * @param common the epoch that holds it
     */
    Epochs(PolicySnapshot snapshot, Instant at, Epoch common) {
        this.snapshot = snapshot;
        this.at = at;
        this.common = common;
    }

    PolicySnapshot snapshot() {
        return snapshot;
    }

    Instant at() {
        return at;
    }

    /** Whether the request may be answered without compiling anything. */
    boolean cover(List<DecisionQuestion> questions) {
        for (int i = 0; i < questions.size(); i++) {
            Instant own = questions.get(i).at;
            if (own != null && !common.index().covers(own)) {
                return false;
            }
        }
        return true;
    }

    /**
     * The epoch of an instant; compiles what is missing.
     *
     * @param own null = the common instant
     * @return null if the limit is reached
     */
    Epoch of(Instant own) {
        if (own == null || common.index().covers(own)) {
            return common;
        }
        for (int i = 0; i < others.size(); i++) {
            if (others.get(i).index().covers(own)) {
                return others.get(i);
            }
        }
        if (others.size() == LIMIT) {
            return null;
        }
        Epoch epoch = snapshot.epoch(own);
        if (others.isEmpty()) {
            others = new ArrayList<>();
        }
        others.add(epoch);
        return epoch;
    }
}
