package io.postern.rollout;

import io.postern.probe.Coverage;
import java.time.Instant;
import java.util.List;

/**
 * One ring of a rollout.
 *
 * @param name the servers' label
 * @param since when it came into its state; null = pending
 * @param batch the probes that judge it; null = none asked
 * @param attempts how often probes were asked
 * @param coverage how much of the change the probes show; null = not planned yet
 */
public record Ring(
        String name,
        RingState state,
        List<ServerTarget> targets,
        Instant since,
        String batch,
        int attempts,
        Coverage coverage) {
    public Ring {
        targets = List.copyOf(targets);
    }

    Ring in(RingState next, Instant now) {
        return new Ring(name, next, targets, now, batch, attempts, coverage);
    }

    Ring with(List<ServerTarget> changed) {
        return new Ring(name, state, changed, since, batch, attempts, coverage);
    }

    Ring asked(String newBatch) {
        return new Ring(name, state, targets, since, newBatch, attempts + 1, coverage);
    }

    Ring showing(Coverage planned) {
        return new Ring(name, state, targets, since, batch, attempts, planned);
    }
}
