package io.postern.rollout;

import io.postern.probe.BatchSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * The rollout law: no evidence is never success. Plain Java; the same state, views and instant give
 * the same step.
 *
 * @param activationPatience how long an agent may take to report a publication active
 * @param probePatience how long answers to probes may take
 * @param probeAttempts how often inconclusive probes are asked before it brakes
 * @param probePause how long after they were asked they are asked again at the earliest: what
 *     passes by itself needs time, not haste
 */
public record RolloutLaw(
        Duration activationPatience,
        Duration probePatience,
        int probeAttempts,
        Duration probePause) {
    /**
     * What the law may look at.
     *
     * @param published serial of the newest publication to a server; 0 = none
     */
    public record World(
            Function<String, ServerView> servers,
            Function<String, BatchSummary> batches,
            ToLongFunction<String> published) {
        ServerView view(ServerTarget target) {
            return servers.apply(target.server());
        }
    }

    /** The next step; empty = wait. */
    public Optional<RolloutStep> next(Rollout rollout, World world, Instant now) {
        UndoLaw undo = new UndoLaw(activationPatience, probePatience);
        return switch (rollout.state()) {
            case RUNNING -> running(rollout, world, now);
            case PAUSED -> against(rollout, world);
            case ROLLING_BACK -> undo.rollingBack(rollout, world, now);
            case VERIFIED, FAILED -> undo.watching(rollout, world);
            case ROLLED_BACK -> Optional.empty();
        };
    }

    private Optional<RolloutStep> running(Rollout rollout, World world, Instant now) {
        Optional<RolloutStep> stop =
                against(rollout, world).or(() -> toleratedErrors(rollout, world));
        if (stop.isPresent()) {
            return stop;
        }
        Optional<Ring> current = rollout.current();
        if (current.isEmpty()) {
            return Optional.of(
                    new RolloutStep.Finish(
                            RolloutState.VERIFIED,
                            null,
                            proof(rollout),
                            UndoLaw.notBack(rollout, world)));
        }
        Ring ring = current.get();
        return switch (ring.state()) {
            case PENDING, PUSHING -> pushing(rollout, ring, world, now);
            case PROBING, PROBING_AGAIN -> probing(rollout, ring, world, now);
            case BAKING -> baking(rollout, ring, world, now);
            case AWAITING_PROMOTION, DONE, ROLLED_BACK -> Optional.empty();
        };
    }

    private static String proof(Rollout rollout) {
        if (rollout.rings().isEmpty()) {
            return "none: no server is enforced";
        }
        List<Ring> judged =
                rollout.rings().stream().filter(ring -> !ring.judged().isEmpty()).toList();
        List<String> skipped =
                rollout.targets().stream()
                        .filter(ServerTarget::isSkipped)
                        .map(ServerTarget::server)
                        .toList();
        if (judged.isEmpty()) {
            return "none: every server was skipped";
        }
        String how =
                judged.stream().allMatch(ring -> ring.batch() != null) ? "probed" : "read-back";
        return skipped.isEmpty() ? how : how + ", without " + String.join(", ", skipped);
    }

    /**
     * What brakes at once, halted or not: an agent whose confirm window ended, more agents that
     * could not apply than are tolerated, and a probe that failed.
     */
    private static Optional<RolloutStep> against(Rollout rollout, World world) {
        for (Ring ring : rollout.rings()) {
            for (ServerTarget target : ring.judged()) {
                if (target.isTouched() && world.view(target).undoneSerial() >= target.serial()) {
                    return brake(
                            RolloutCause.UNDONE_BY_AGENT,
                            target.server()
                                    + ": its agent undid the publication, nobody confirmed it in"
                                    + " time");
                }
            }
            List<ServerTarget> errors = errors(ring, world);
            if (errors.size() > rollout.options().maxErrors()) {
                return brake(RolloutCause.SERVER_ERROR, words(errors, world));
            }
        }
        return rollout.current().flatMap(ring -> failedProbe(ring, world));
    }

    private static Optional<RolloutStep> failedProbe(Ring ring, World world) {
        if (ring.state() != RingState.PROBING && ring.state() != RingState.PROBING_AGAIN) {
            return Optional.empty();
        }
        BatchSummary summary = world.batches().apply(ring.batch());
        return summary.failed() > 0
                ? brake(RolloutCause.PROBE_FAILED, "a probe failed: " + summary.firstFailure())
                : Optional.empty();
    }

    private static Optional<RolloutStep> toleratedErrors(Rollout rollout, World world) {
        for (Ring ring : rollout.rings()) {
            List<ServerTarget> errors = errors(ring, world);
            if (!errors.isEmpty()) {
                return Optional.of(
                        new RolloutStep.Pause(
                                RolloutCause.SERVER_ERROR,
                                words(errors, world) + "; skip it or retry it"));
            }
        }
        return Optional.empty();
    }

    private static List<ServerTarget> errors(Ring ring, World world) {
        return ring.judged().stream()
                .filter(target -> target.isInError(world.view(target)))
                .toList();
    }

    private static String words(List<ServerTarget> errors, World world) {
        ServerTarget first = errors.get(0);
        return String.join(", ", errors.stream().map(ServerTarget::server).toList())
                + ": its agent could not apply it: "
                + world.view(first).error();
    }

    private static Optional<RolloutStep> brake(RolloutCause cause, String reason) {
        return Optional.of(new RolloutStep.Brake(cause, reason));
    }

    private Optional<RolloutStep> pushing(Rollout rollout, Ring ring, World world, Instant now) {
        List<String> untouched = new ArrayList<>();
        List<String> inFlight = new ArrayList<>();
        List<String> late = new ArrayList<>();
        for (ServerTarget target : ring.judged()) {
            if (!target.isTouched()) {
                untouched.add(target.server());
                continue;
            }
            ServerView view = world.view(target);
            if (view.activeSerial() == target.serial()
                    && !target.digest().equals(view.activeDigest())) {
                return brake(
                        RolloutCause.READ_BACK_DIFFERS,
                        target.server() + ": read-back shows another state than was published");
            }
            if (!target.isActive(view)) {
                inFlight.add(target.server());
                Instant since = target.publishedAt() == null ? ring.since() : target.publishedAt();
                if (isOver(since, activationPatience, now)) {
                    late.add(target.server());
                }
            }
        }
        if (ring.judged().isEmpty()) {
            return Optional.of(new RolloutStep.AwaitPromotion(ring.name()));
        }
        if (!late.isEmpty()) {
            return brake(
                    RolloutCause.INCONCLUSIVE,
                    "inconclusive: no report of the revision active from "
                            + String.join(", ", late));
        }
        int room = rollout.options().inFlight(ring) - inFlight.size();
        if (!untouched.isEmpty()) {
            return room > 0
                    ? Optional.of(
                            new RolloutStep.Publish(
                                    ring.name(),
                                    List.copyOf(
                                            untouched.subList(
                                                    0, Math.min(room, untouched.size())))))
                    : Optional.empty();
        }
        return inFlight.isEmpty()
                ? Optional.of(new RolloutStep.AskProbes(ring.name()))
                : Optional.empty();
    }

    private Optional<RolloutStep> probing(Rollout rollout, Ring ring, World world, Instant now) {
        BatchSummary summary = world.batches().apply(ring.batch());
        if (summary.open() > 0 && !isOver(ring.since(), probePatience, now)) {
            return Optional.empty();
        }
        if (summary.total() == 0) {
            return brake(
                    RolloutCause.INCONCLUSIVE,
                    "inconclusive: the probes of ring " + ring.name() + " are gone");
        }
        if (isEnough(summary, rollout.options())) {
            return passed(rollout, ring, world);
        }
        if (summary.open() > 0) {
            return brake(
                    RolloutCause.INCONCLUSIVE,
                    "inconclusive: "
                            + summary.open()
                            + " probe(s) without answer in ring "
                            + ring.name());
        }
        if (ring.attempts() < probeAttempts) {
            return isOver(ring.since(), probePause, now)
                    ? Optional.of(new RolloutStep.AskProbes(ring.name()))
                    : Optional.empty();
        }
        return summary.contested() > 0
                ? Optional.of(
                        new RolloutStep.Pause(
                                RolloutCause.CONTESTED,
                                "vantages contradict each other in ring "
                                        + ring.name()
                                        + ", nobody can tell which one is wrong: "
                                        + summary.firstFailure()
                                        + "; retry, skip the server or abort"))
                : brake(RolloutCause.INCONCLUSIVE, "inconclusive: " + summary.firstFailure());
    }

    /** What contradicts itself is never outvoted. */
    private static boolean isEnough(BatchSummary summary, RolloutOptions options) {
        return summary.contested() == 0
                && summary.passed() > 0
                && summary.passed() * 100L >= (long) options.successPercent() * summary.total();
    }

    private static Optional<RolloutStep> passed(Rollout rollout, Ring ring, World world) {
        Optional<RolloutStep> lost = lost(ring, world);
        if (lost.isPresent()) {
            return lost;
        }
        if (ring.state() == RingState.PROBING_AGAIN) {
            return Optional.of(new RolloutStep.FinishRing(ring.name()));
        }
        boolean isTooLittle =
                ring.coverage() != null
                        && ring.coverage().percent() < rollout.options().minimumCoveragePercent();
        return Optional.of(
                isTooLittle
                        ? new RolloutStep.AwaitPromotion(ring.name())
                        : new RolloutStep.ConfirmRing(ring.name()));
    }

    private static Optional<RolloutStep> baking(
            Rollout rollout, Ring ring, World world, Instant now) {
        if (!isOver(ring.since(), Duration.ofSeconds(rollout.options().bakeSeconds()), now)) {
            return Optional.empty();
        }
        // What could not be probed before is held against its read-back alone.
        return lost(ring, world)
                .or(
                        () ->
                                Optional.of(
                                        ring.batch() == null
                                                ? new RolloutStep.FinishRing(ring.name())
                                                : new RolloutStep.AskProbes(ring.name())));
    }

    /** Probes passed on a state that is no longer there prove nothing. */
    private static Optional<RolloutStep> lost(Ring ring, World world) {
        for (ServerTarget target : ring.judged()) {
            if (!target.isActive(world.view(target))) {
                return brake(
                        RolloutCause.READ_BACK_DIFFERS,
                        target.server() + ": read-back no longer shows what was published");
            }
        }
        return Optional.empty();
    }

    static boolean isOver(Instant since, Duration patience, Instant now) {
        return !now.isBefore(since.plus(patience));
    }
}
