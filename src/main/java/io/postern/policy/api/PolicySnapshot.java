package io.postern.policy.api;

import io.postern.policy.Policy;
import io.postern.policy.PolicyEvaluator;
import io.postern.policy.PolicyIndex;
import io.postern.policy.Revision;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * One revision in memory: its policy, the epochs it was asked about last, and the evaluator that
 * explains. Safe for any number of threads; compiling is not for an event loop.
 */
final class PolicySnapshot {
    /** Epochs that are kept besides the present one and the one after it. */
    private static final int KEPT = 4;

    private final Revision revision;
    private final Policy policy;
    private final byte[] numberText;
    private volatile List<Epoch> pinned = List.of();
    private volatile List<Epoch> asked = List.of();
    private volatile PolicyEvaluator evaluator;

    PolicySnapshot(Revision revision, Policy policy) {
        this.revision = revision;
        this.policy = policy;
        numberText = JsonText.utf8(Long.toString(revision.number()));
    }

    Revision revision() {
        return revision;
    }

    /** The revision's number in JSON; not to be changed. */
    byte[] numberText() {
        return numberText;
    }

    Policy policy() {
        return policy;
    }

    /** The epoch that holds the instant, if it is compiled already; else null. Never blocks. */
    Epoch find(Instant at) {
        Epoch found = find(pinned, at);
        return found != null ? found : find(asked, at);
    }

    private static Epoch find(List<Epoch> epochs, Instant at) {
        for (int i = 0; i < epochs.size(); i++) {
            if (epochs.get(i).index().covers(at)) {
                return epochs.get(i);
            }
        }
        return null;
    }

    /** The epoch that holds the instant, compiled if need be. One thread compiles at a time. */
    synchronized Epoch epoch(Instant at) {
        Epoch epoch = find(at);
        if (epoch == null) {
            epoch = compile(at);
            List<Epoch> kept = new ArrayList<>(asked);
            if (kept.size() == KEPT) {
                kept.remove(0);
            }
            kept.add(epoch);
            asked = List.copyOf(kept);
        }
        return epoch;
    }

    private Epoch compile(Instant at) {
        return new Epoch(PolicyIndex.of(policy, at));
    }

    /**
     * Keeps the epoch of the present compiled, and the following one once it begins within {@code
     * ahead}, so that no decision waits at a boundary.
     */
    synchronized void keepPresent(Instant now, Duration ahead) {
        Epoch present = found(now);
        Instant until = present.index().until();
        pinned =
                until == null || until.isAfter(now.plus(ahead))
                        ? List.of(present)
                        : List.of(present, found(until));
    }

    private Epoch found(Instant at) {
        Epoch epoch = find(at);
        return epoch == null ? compile(at) : epoch;
    }

    /** Made on first use: it reads every entry. */
    PolicyEvaluator evaluator() {
        PolicyEvaluator made = evaluator;
        if (made == null) {
            made = new PolicyEvaluator(policy);
            evaluator = made;
        }
        return made;
    }
}
