package io.postern.rollout;

import io.postern.probe.Coverage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * One ring of a rollout.
 *
 * @param name the servers' label
 * @param since when it came into its state; null = pending
 * @param batch the probes that judge it; null = none asked
 * @param attempts how often probes were asked
 * @param coverage how much of the change the probes show; null = not planned yet
 * @param confirmedAt when its agents were told to keep it; null = not yet
 */
public record Ring(
        String name,
        RingState state,
        List<ServerTarget> targets,
        Instant since,
        String batch,
        int attempts,
        Coverage coverage,
        Instant confirmedAt) {
    private static final int MAX_SENTENCES = 50;

    public Ring {
        targets = List.copyOf(targets);
    }

    /** One that nothing was published to yet. */
    static Ring pending(String name, List<ServerTarget> targets) {
        return new Ring(name, RingState.PENDING, targets, null, null, 0, null, null);
    }

    /** Those that were not skipped: they alone make it done. */
    public List<ServerTarget> judged() {
        return targets.stream().filter(target -> !target.isSkipped()).toList();
    }

    /** Whether its agents keep it. */
    public boolean isConfirmed() {
        return confirmedAt != null || state == RingState.DONE;
    }

    Ring in(RingState next, Instant now) {
        return new Ring(name, next, targets, now, batch, attempts, coverage, confirmedAt);
    }

    Ring with(List<ServerTarget> changed) {
        return new Ring(name, state, changed, since, batch, attempts, coverage, confirmedAt);
    }

    Ring with(ServerTarget changed) {
        List<ServerTarget> all = new ArrayList<>(targets);
        all.replaceAll(one -> one.server().equals(changed.server()) ? changed : one);
        return with(all);
    }

    Ring asked(String newBatch) {
        return new Ring(name, state, targets, since, newBatch, attempts + 1, coverage, confirmedAt);
    }

    /** The count of attempts begins anew; the batch stays what judged it last. */
    Ring counted(int newAttempts) {
        return new Ring(name, state, targets, since, batch, newAttempts, coverage, confirmedAt);
    }

    /** Nothing judges it yet. */
    Ring unjudged() {
        return new Ring(name, state, targets, since, null, 0, null, confirmedAt);
    }

    /** Published to, for the first time or anew: nothing judges it and nobody has confirmed it. */
    Ring pushed(Instant now) {
        return new Ring(name, RingState.PUSHING, targets, now, null, 0, coverage, null);
    }

    Ring confirmed(Instant now) {
        return new Ring(name, state, targets, since, batch, attempts, coverage, now);
    }

    Ring showing(Coverage planned) {
        return new Ring(
                name, state, targets, since, batch, attempts, bounded(planned), confirmedAt);
    }

    /** It is written at each step, so what is uncovered is not told without end. */
    private static Coverage bounded(Coverage planned) {
        List<String> all = planned.uncovered();
        if (all.size() <= MAX_SENTENCES) {
            return planned;
        }
        List<String> some = new ArrayList<>(all.subList(0, MAX_SENTENCES));
        some.add("and " + (all.size() - MAX_SENTENCES) + " more");
        return new Coverage(
                planned.regions(),
                planned.coveredRegions(),
                planned.equivalentRegions(),
                planned.addresses(),
                planned.coveredAddresses(),
                planned.equivalentAddresses(),
                some);
    }
}
