package io.postern.rollout;

import io.postern.probe.BatchSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The part of the {@link RolloutLaw} that is about putting back, and about who is not back yet. */
record UndoLaw(Duration activationPatience, Duration probePatience) {
    Optional<RolloutStep> rollingBack(Rollout rollout, RolloutLaw.World world, Instant now) {
        List<String> restored = new ArrayList<>();
        List<String> waiting = new ArrayList<>();
        for (ServerTarget target : rollout.touched()) {
            (target.isBack(world.view(target)) ? restored : waiting).add(target.server());
        }
        boolean late = RolloutLaw.isOver(rollout.since(), activationPatience, now);
        if (!waiting.isEmpty() && !late) {
            return Optional.empty();
        }
        if (rollout.rollbackBatch() == null && !restored.isEmpty()) {
            return Optional.of(new RolloutStep.AskRollbackProbes(restored));
        }
        return rolledBack(rollout, world, waiting, now);
    }

    private Optional<RolloutStep> rolledBack(
            Rollout rollout, RolloutLaw.World world, List<String> missing, Instant now) {
        BatchSummary summary =
                rollout.rollbackBatch() == null
                        ? new BatchSummary(0, 0, 0, 0, 0, null)
                        : world.batches().apply(rollout.rollbackBatch());
        boolean late =
                RolloutLaw.isOver(rollout.since(), activationPatience.plus(probePatience), now);
        if (summary.open() > 0 && !late) {
            return Optional.empty();
        }
        String proof = summary.passed() > 0 ? "probed" : "read-back";
        if (!missing.isEmpty()) {
            return failed(rollout, notUndone(missing), proof, missing);
        }
        if (summary.failed() > 0 || summary.inconclusive() > 0 || summary.open() > 0) {
            String what =
                    summary.firstFailure() == null
                            ? "probes without answer"
                            : summary.firstFailure();
            return failed(
                    rollout, "undone by read-back, but not proven: " + what, proof, List.of());
        }
        return Optional.of(
                new RolloutStep.Finish(
                        RolloutState.ROLLED_BACK, rollout.brakeReason(), proof, List.of()));
    }

    private static Optional<RolloutStep> failed(
            Rollout rollout, String what, String proof, List<String> outstanding) {
        return Optional.of(
                new RolloutStep.Finish(
                        RolloutState.FAILED,
                        rollout.brakeReason() + "; " + what,
                        proof,
                        outstanding));
    }

    static String notUndone(List<String> missing) {
        return "not undone yet, no report from " + String.join(", ", missing);
    }

    /** Servers that were put back while the others went on, and do not say yet that they are. */
    static List<String> notBack(Rollout rollout, RolloutLaw.World world) {
        return rollout.touched().stream()
                .filter(ServerTarget::isSkipped)
                .filter(target -> !target.isBack(world.view(target)))
                .map(ServerTarget::server)
                .toList();
    }

    /** After the end: whoever was gone is waited for, without end. */
    Optional<RolloutStep> watching(Rollout rollout, RolloutLaw.World world) {
        List<String> restored = new ArrayList<>();
        List<String> replaced = new ArrayList<>();
        for (ServerTarget target : rollout.touched()) {
            if (rollout.outstanding().contains(target.server())) {
                if (world.published().applyAsLong(target.server()) > target.rollbackSerial()) {
                    replaced.add(target.server());
                } else if (target.isBack(world.view(target))) {
                    restored.add(target.server());
                }
            }
        }
        return restored.isEmpty() && replaced.isEmpty()
                ? Optional.empty()
                : Optional.of(new RolloutStep.Returned(restored, replaced));
    }
}
