package io.postern.rollout;

import io.postern.probe.BatchSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The rollout law: no evidence is never success. Plain Java; the same state, views and instant give
 * the same step.
 *
 * @param activationPatience how long an agent may take to report a publication active
 * @param probePatience how long answers to probes may take
 * @param probeAttempts how often inconclusive probes are asked before it brakes
 */
public record RolloutLaw(Duration activationPatience, Duration probePatience, int probeAttempts) {
    /** What the law may look at. */
    public record World(
            Function<String, ServerView> servers, Function<String, BatchSummary> batches) {}

    /** The next step; empty = wait. */
    public Optional<RolloutStep> next(Rollout rollout, World world, Instant now) {
        return switch (rollout.state()) {
            case RUNNING -> running(rollout, world, now);
            case PAUSED -> undoneByItself(rollout, world);
            case ROLLING_BACK -> rollingBack(rollout, world, now);
            case VERIFIED, ROLLED_BACK, FAILED -> Optional.empty();
        };
    }

    private Optional<RolloutStep> running(Rollout rollout, World world, Instant now) {
        Optional<RolloutStep> undone = undoneByItself(rollout, world);
        if (undone.isPresent()) {
            return undone;
        }
        Optional<Ring> current = rollout.current();
        if (current.isEmpty()) {
            return Optional.of(new RolloutStep.Finish(RolloutState.VERIFIED, null, proof(rollout)));
        }
        Ring ring = current.get();
        return switch (ring.state()) {
            case PENDING -> Optional.of(new RolloutStep.PublishRing(ring.name()));
            case PUSHING -> pushing(ring, world, now);
            case PROBING -> probing(ring, world, now);
            case AWAITING_PROMOTION, DONE, ROLLED_BACK -> Optional.empty();
        };
    }

    private static String proof(Rollout rollout) {
        if (rollout.rings().isEmpty()) {
            return "none: no server is enforced";
        }
        return rollout.rings().stream().allMatch(ring -> ring.batch() != null)
                ? "probed"
                : "read-back";
    }

    /**
     * An agent whose confirm window ended, or that could not apply, is evidence against the
     * revision.
     */
    private static Optional<RolloutStep> undoneByItself(Rollout rollout, World world) {
        for (ServerTarget target : rollout.touched()) {
            ServerView view = world.servers().apply(target.server());
            if (view.undoneSerial() >= target.serial()) {
                return brake(
                        target.server()
                                + ": its agent undid the publication, nobody confirmed it in time");
            }
            if (view.failedSerial() >= target.serial()) {
                return brake(target.server() + ": its agent could not apply it: " + view.error());
            }
        }
        return Optional.empty();
    }

    private static Optional<RolloutStep> brake(String reason) {
        return Optional.of(new RolloutStep.Brake(reason));
    }

    private Optional<RolloutStep> pushing(Ring ring, World world, Instant now) {
        List<String> waiting = new ArrayList<>();
        for (ServerTarget target : ring.targets()) {
            ServerView view = world.servers().apply(target.server());
            if (view.activeSerial() == target.serial()
                    && !target.digest().equals(view.activeDigest())) {
                return brake(
                        target.server() + ": read-back shows another state than was published");
            }
            if (!view.holds(target.serial(), target.digest())) {
                waiting.add(target.server());
            }
        }
        if (waiting.isEmpty()) {
            return Optional.of(new RolloutStep.AskProbes(ring.name()));
        }
        return isOver(ring.since(), activationPatience, now)
                ? brake(
                        "inconclusive: no report of the revision active from "
                                + String.join(", ", waiting))
                : Optional.empty();
    }

    private Optional<RolloutStep> probing(Ring ring, World world, Instant now) {
        BatchSummary summary = world.batches().apply(ring.batch());
        if (summary.failed() > 0) {
            return brake("a probe failed: " + summary.firstFailure());
        }
        if (summary.open() > 0) {
            return isOver(ring.since(), probePatience, now)
                    ? brake(
                            "inconclusive: "
                                    + summary.open()
                                    + " probe(s) without answer in ring "
                                    + ring.name())
                    : Optional.empty();
        }
        if (summary.inconclusive() > 0) {
            return ring.attempts() < probeAttempts
                    ? Optional.of(new RolloutStep.AskProbes(ring.name()))
                    : brake("inconclusive: " + summary.firstFailure());
        }
        if (summary.passed() == 0) {
            return brake("inconclusive: the probes of ring " + ring.name() + " are gone");
        }
        return stillActive(ring, world);
    }

    /** Probes passed on a state that is no longer there prove nothing. */
    private static Optional<RolloutStep> stillActive(Ring ring, World world) {
        for (ServerTarget target : ring.targets()) {
            if (!world.servers().apply(target.server()).holds(target.serial(), target.digest())) {
                return brake(target.server() + ": read-back no longer shows what was published");
            }
        }
        return Optional.of(new RolloutStep.ConfirmRing(ring.name()));
    }

    private Optional<RolloutStep> rollingBack(Rollout rollout, World world, Instant now) {
        List<String> restored = new ArrayList<>();
        List<String> waiting = new ArrayList<>();
        for (ServerTarget target : rollout.touched()) {
            boolean back =
                    world.servers()
                            .apply(target.server())
                            .holds(target.rollbackSerial(), target.rollbackDigest());
            (back ? restored : waiting).add(target.server());
        }
        boolean late = isOver(rollout.since(), activationPatience, now);
        if (!waiting.isEmpty() && !late) {
            return Optional.empty();
        }
        if (rollout.rollbackBatch() == null && !restored.isEmpty()) {
            return Optional.of(new RolloutStep.AskRollbackProbes(restored));
        }
        return rolledBack(rollout, world, waiting, now);
    }

    private Optional<RolloutStep> rolledBack(
            Rollout rollout, World world, List<String> missing, Instant now) {
        BatchSummary summary =
                rollout.rollbackBatch() == null
                        ? new BatchSummary(0, 0, 0, 0, 0, null)
                        : world.batches().apply(rollout.rollbackBatch());
        boolean late = isOver(rollout.since(), activationPatience.plus(probePatience), now);
        if (summary.open() > 0 && !late) {
            return Optional.empty();
        }
        String proof = summary.passed() > 0 ? "probed" : "read-back";
        if (!missing.isEmpty()) {
            return failed(
                    rollout, "not undone yet, no report from " + String.join(", ", missing), proof);
        }
        if (summary.failed() > 0 || summary.inconclusive() > 0 || summary.open() > 0) {
            String what =
                    summary.firstFailure() == null
                            ? "probes without answer"
                            : summary.firstFailure();
            return failed(rollout, "undone by read-back, but not proven: " + what, proof);
        }
        return Optional.of(
                new RolloutStep.Finish(RolloutState.ROLLED_BACK, rollout.reason(), proof));
    }

    private static Optional<RolloutStep> failed(Rollout rollout, String what, String proof) {
        return Optional.of(
                new RolloutStep.Finish(RolloutState.FAILED, rollout.reason() + "; " + what, proof));
    }

    private static boolean isOver(Instant since, Duration patience, Instant now) {
        return !now.isBefore(since.plus(patience));
    }
}
