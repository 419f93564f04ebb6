package io.postern.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.probe.BatchSummary;
import io.postern.probe.Coverage;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The rollout law, situation by situation: no evidence is never success. */
class RolloutLawTest {
    private static final Instant START = Instant.parse("2026-07-01T10:00:00Z");
    private static final Instant SOON = START.plusSeconds(10);
    private static final Instant LATE = START.plusSeconds(60);
    private static final Instant VERY_LATE = START.plusSeconds(90);
    private static final RolloutLaw LAW =
            new RolloutLaw(
                    Duration.ofSeconds(60), Duration.ofSeconds(30), 3, Duration.ofSeconds(2));
    private static final BatchSummary NO_PROBES = new BatchSummary(0, 0, 0, 0, 0, null);
    private static final List<String> SERVERS = List.of("ex1", "ex2");

    /** One row; {@code next} null = it waits. */
    private record Case(
            String name,
            Rollout rollout,
            Map<String, ServerView> views,
            BatchSummary batch,
            Instant now,
            RolloutStep next) {}

    private static ServerTarget pushed(String server) {
        return new ServerTarget(server, 5, "new", 0, null, START, null);
    }

    private static ServerTarget putBack(String server) {
        return new ServerTarget(server, 5, "new", 6, "old", START, null);
    }

    private static ServerTarget skipped(ServerTarget target) {
        return target.skipped("skipped by olga: gone");
    }

    private static Ring ring(RingState state, int attempts) {
        List<ServerTarget> targets =
                SERVERS.stream()
                        .map(
                                server ->
                                        switch (state) {
                                            case PENDING -> ServerTarget.of(server);
                                            case ROLLED_BACK -> putBack(server);
                                            case PUSHING,
                                                    PROBING,
                                                    AWAITING_PROMOTION,
                                                    BAKING,
                                                    PROBING_AGAIN,
                                                    DONE ->
                                                    pushed(server);
                                        })
                        .toList();
        return new Ring(
                "lab", state, targets, START, attempts == 0 ? null : "batch", attempts, null, null);
    }

    private static Rollout rollout(RolloutState state, String rollbackBatch, Ring... rings) {
        return rollout(RolloutOptions.PLAIN, state, rollbackBatch, rings);
    }

    private static Rollout rollout(
            RolloutOptions options, RolloutState state, String rollbackBatch, Ring... rings) {
        boolean braked = state == RolloutState.ROLLING_BACK || state == RolloutState.FAILED;
        String reason = braked ? "it broke" : null;
        return new Rollout(
                1,
                1,
                2,
                1,
                state,
                List.of(rings),
                0,
                START,
                reason,
                rollbackBatch,
                null,
                List.of(),
                options,
                braked ? RolloutCause.PROBE_FAILED : null,
                reason,
                List.of());
    }

    private static RolloutOptions options(
            int inFlight, int bakeSeconds, int successPercent, int maxErrors, int coverage) {
        return new RolloutOptions(
                inFlight,
                bakeSeconds,
                successPercent,
                maxErrors,
                List.of(),
                Promotion.AUTOMATIC,
                coverage);
    }

    private static Rollout running(RingState state, int attempts) {
        return rollout(RolloutState.RUNNING, null, ring(state, attempts));
    }

    private static Rollout rollingBack(String rollbackBatch) {
        return rollout(RolloutState.ROLLING_BACK, rollbackBatch, ring(RingState.ROLLED_BACK, 1));
    }

    private static ServerView active(long serial, String digest) {
        return new ServerView("agent", serial, digest, 0, 0, null);
    }

    private static Map<String, ServerView> views(ServerView first, ServerView second) {
        return Map.of("ex1", first, "ex2", second);
    }

    private static Map<String, ServerView> both(long serial, String digest) {
        return views(active(serial, digest), active(serial, digest));
    }

    private static RolloutStep brake(RolloutCause cause, String reason) {
        return new RolloutStep.Brake(cause, reason);
    }

    private static RolloutStep finish(
            RolloutState state, String reason, String proof, String... outstanding) {
        return new RolloutStep.Finish(state, reason, proof, List.of(outstanding));
    }

    private static RolloutStep publish(String... servers) {
        return new RolloutStep.Publish("lab", List.of(servers));
    }

    private static Stream<Case> pushingCases() {
        Rollout pushing = running(RingState.PUSHING, 0);
        ServerView undone = new ServerView("agent", 4, "old", 5, 0, null);
        ServerView failed = new ServerView("agent", 4, "old", 0, 5, "no rights");
        String undoneReason = "ex2: its agent undid the publication, nobody confirmed it in time";
        return Stream.of(
                new Case(
                        "a pending ring is published",
                        running(RingState.PENDING, 0),
                        both(4, "old"),
                        NO_PROBES,
                        SOON,
                        publish("ex1", "ex2")),
                new Case(
                        "inside patience it waits for reports",
                        pushing,
                        views(active(5, "new"), active(4, "old")),
                        NO_PROBES,
                        LATE.minusNanos(1),
                        null),
                new Case(
                        "a late report brakes and names the server",
                        pushing,
                        views(active(5, "new"), active(4, "old")),
                        NO_PROBES,
                        LATE,
                        brake(
                                RolloutCause.INCONCLUSIVE,
                                "inconclusive: no report of the revision active from ex2")),
                new Case(
                        "servers that never reported are late too",
                        pushing,
                        views(ServerView.UNKNOWN, ServerView.UNKNOWN),
                        NO_PROBES,
                        LATE,
                        brake(
                                RolloutCause.INCONCLUSIVE,
                                "inconclusive: no report of the revision active from ex1, ex2")),
                new Case(
                        "active everywhere asks for probes, even late",
                        pushing,
                        both(5, "new"),
                        NO_PROBES,
                        LATE,
                        new RolloutStep.AskProbes("lab")),
                new Case(
                        "another digest under the serial brakes",
                        pushing,
                        views(active(5, "new"), active(5, "other")),
                        NO_PROBES,
                        SOON,
                        brake(
                                RolloutCause.READ_BACK_DIFFERS,
                                "ex2: read-back shows another state than was published")),
                new Case(
                        "an undone publication brakes",
                        pushing,
                        views(active(5, "new"), undone),
                        NO_PROBES,
                        SOON,
                        brake(RolloutCause.UNDONE_BY_AGENT, undoneReason)),
                new Case(
                        "an undone publication brakes while paused",
                        rollout(RolloutState.PAUSED, null, ring(RingState.PUSHING, 0)),
                        views(active(5, "new"), undone),
                        NO_PROBES,
                        SOON,
                        brake(RolloutCause.UNDONE_BY_AGENT, undoneReason)),
                new Case(
                        "an undone publication of a done ring brakes",
                        running(RingState.DONE, 1),
                        views(active(5, "new"), undone),
                        new BatchSummary(0, 4, 0, 0, 0, null),
                        SOON,
                        brake(RolloutCause.UNDONE_BY_AGENT, undoneReason)),
                new Case(
                        "an earlier undone publication is no evidence",
                        pushing,
                        views(
                                active(5, "new"),
                                new ServerView("agent", 5, "new", 4, 4, "long ago")),
                        NO_PROBES,
                        SOON,
                        new RolloutStep.AskProbes("lab")),
                new Case(
                        "a publication that could not be applied brakes",
                        pushing,
                        views(active(5, "new"), failed),
                        NO_PROBES,
                        SOON,
                        brake(
                                RolloutCause.SERVER_ERROR,
                                "ex2: its agent could not apply it: no rights")),
                new Case(
                        "paused, late reports change nothing",
                        rollout(RolloutState.PAUSED, null, ring(RingState.PUSHING, 0)),
                        both(4, "old"),
                        NO_PROBES,
                        VERY_LATE,
                        null),
                new Case(
                        "a ring without probes waits for its promotion",
                        running(RingState.AWAITING_PROMOTION, 0),
                        both(5, "new"),
                        NO_PROBES,
                        VERY_LATE,
                        null));
    }

    private static Stream<Case> probingCases() {
        Rollout probing = running(RingState.PROBING, 1);
        Map<String, ServerView> active = both(5, "new");
        return Stream.of(
                new Case(
                        "a failed probe brakes at once, others still open",
                        probing,
                        active,
                        new BatchSummary(3, 1, 1, 1, 0, "expected none, observed internal"),
                        SOON,
                        brake(
                                RolloutCause.PROBE_FAILED,
                                "a probe failed: expected none, observed internal")),
                new Case(
                        "open probes are waited for",
                        probing,
                        active,
                        new BatchSummary(1, 3, 0, 0, 0, null),
                        START.plusSeconds(30).minusNanos(1),
                        null),
                new Case(
                        "no answers in time brake",
                        probing,
                        active,
                        new BatchSummary(2, 3, 0, 0, 0, null),
                        START.plusSeconds(30),
                        brake(
                                RolloutCause.INCONCLUSIVE,
                                "inconclusive: 2 probe(s) without answer in ring lab")),
                new Case(
                        "inconclusive probes are asked again",
                        running(RingState.PROBING, 2),
                        active,
                        new BatchSummary(0, 3, 0, 1, 0, "timeout"),
                        SOON,
                        new RolloutStep.AskProbes("lab")),
                new Case(
                        "inconclusive probes are not asked again in haste",
                        running(RingState.PROBING, 2),
                        active,
                        new BatchSummary(0, 3, 0, 1, 0, "timeout"),
                        START.plusSeconds(1),
                        null),
                new Case(
                        "inconclusive at the last attempt brakes",
                        running(RingState.PROBING, 3),
                        active,
                        new BatchSummary(0, 3, 0, 1, 0, "timeout"),
                        SOON,
                        brake(RolloutCause.INCONCLUSIVE, "inconclusive: timeout")),
                new Case(
                        "a batch that is gone brakes",
                        probing,
                        active,
                        NO_PROBES,
                        SOON,
                        brake(
                                RolloutCause.INCONCLUSIVE,
                                "inconclusive: the probes of ring lab are gone")),
                new Case(
                        "passed probes confirm the ring",
                        probing,
                        active,
                        new BatchSummary(0, 4, 0, 0, 0, null),
                        SOON,
                        new RolloutStep.ConfirmRing("lab")),
                new Case(
                        "passed probes of a server that lost the revision brake",
                        probing,
                        views(active(5, "new"), active(5, "other")),
                        new BatchSummary(0, 4, 0, 0, 0, null),
                        SOON,
                        brake(
                                RolloutCause.READ_BACK_DIFFERS,
                                "ex2: read-back no longer shows what was published")),
                new Case(
                        "all rings done by probes is verified, probed",
                        running(RingState.DONE, 1),
                        active,
                        new BatchSummary(0, 4, 0, 0, 0, null),
                        SOON,
                        finish(RolloutState.VERIFIED, null, "probed")),
                new Case(
                        "a ring done by promotion is verified by read-back only",
                        running(RingState.DONE, 0),
                        active,
                        NO_PROBES,
                        SOON,
                        finish(RolloutState.VERIFIED, null, "read-back")),
                new Case(
                        "no ring at all proves nothing and says so",
                        rollout(RolloutState.RUNNING, null),
                        active,
                        NO_PROBES,
                        SOON,
                        finish(RolloutState.VERIFIED, null, "none: no server is enforced")));
    }

    private static Stream<Case> inFlightCases() {
        RolloutOptions one = options(1, 0, 100, 0, 0);
        Ring pending = ring(RingState.PENDING, 0);
        Ring half = ring(RingState.PUSHING, 0).with(List.of(pushed("ex1"), ServerTarget.of("ex2")));
        Ring late =
                ring(RingState.PUSHING, 0)
                        .with(
                                List.of(
                                        pushed("ex1"),
                                        pushed("ex2").published(5, "new", START.plusSeconds(40))));
        return Stream.of(
                new Case(
                        "one in flight: the first server alone is published to",
                        rollout(one, RolloutState.RUNNING, null, pending),
                        both(4, "old"),
                        NO_PROBES,
                        SOON,
                        publish("ex1")),
                new Case(
                        "one in flight: the second waits until the first is active",
                        rollout(one, RolloutState.RUNNING, null, half),
                        both(4, "old"),
                        NO_PROBES,
                        SOON,
                        null),
                new Case(
                        "one in flight: the first is active, the second is published to",
                        rollout(one, RolloutState.RUNNING, null, half),
                        views(active(5, "new"), active(4, "old")),
                        NO_PROBES,
                        SOON,
                        publish("ex2")),
                new Case(
                        "one in flight: paused, the second is not published to",
                        rollout(one, RolloutState.PAUSED, null, half),
                        views(active(5, "new"), active(4, "old")),
                        NO_PROBES,
                        SOON,
                        null),
                new Case(
                        "patience counts from each server's own publication",
                        rollout(one, RolloutState.RUNNING, null, late),
                        views(active(5, "new"), active(4, "old")),
                        NO_PROBES,
                        VERY_LATE,
                        null),
                new Case(
                        "a server that is late since its own publication brakes",
                        rollout(one, RolloutState.RUNNING, null, late),
                        views(active(5, "new"), active(4, "old")),
                        NO_PROBES,
                        START.plusSeconds(100),
                        brake(
                                RolloutCause.INCONCLUSIVE,
                                "inconclusive: no report of the revision active from ex2")));
    }

    private static Stream<Case> errorCases() {
        RolloutOptions tolerant = options(0, 0, 100, 1, 0);
        ServerView failed = new ServerView("agent", 4, "old", 0, 5, "no rights");
        Ring pushing = ring(RingState.PUSHING, 0);
        Ring left = pushing.with(List.of(pushed("ex1"), skipped(putBack("ex2"))));
        RolloutStep tooMany =
                brake(
                        RolloutCause.SERVER_ERROR,
                        "ex1, ex2: its agent could not apply it: no rights");
        return Stream.of(
                new Case(
                        "a tolerated error pauses and names the server",
                        rollout(tolerant, RolloutState.RUNNING, null, pushing),
                        views(active(5, "new"), failed),
                        NO_PROBES,
                        SOON,
                        new RolloutStep.Pause(
                                RolloutCause.SERVER_ERROR,
                                "ex2: its agent could not apply it: no rights; skip it or retry"
                                        + " it")),
                new Case(
                        "paused, a tolerated error waits for a person",
                        rollout(tolerant, RolloutState.PAUSED, null, pushing),
                        views(active(5, "new"), failed),
                        NO_PROBES,
                        VERY_LATE,
                        null),
                new Case(
                        "more errors than are tolerated brake",
                        rollout(tolerant, RolloutState.RUNNING, null, pushing),
                        views(failed, failed),
                        NO_PROBES,
                        SOON,
                        tooMany),
                new Case(
                        "more errors than are tolerated brake while paused",
                        rollout(tolerant, RolloutState.PAUSED, null, pushing),
                        views(failed, failed),
                        NO_PROBES,
                        SOON,
                        tooMany),
                new Case(
                        "the error of a skipped server counts no more",
                        rollout(tolerant, RolloutState.RUNNING, null, left),
                        views(active(5, "new"), failed),
                        NO_PROBES,
                        SOON,
                        new RolloutStep.AskProbes("lab")));
    }

    private static Stream<Case> thresholdCases() {
        Map<String, ServerView> active = both(5, "new");
        RolloutOptions eighty = options(0, 0, 80, 0, 0);
        Ring first = ring(RingState.PROBING, 1);
        Ring last = ring(RingState.PROBING, 3);
        Coverage third =
                new Coverage(3, 1, 0, BigInteger.TEN, BigInteger.ONE, BigInteger.ZERO, List.of());
        return Stream.of(
                new Case(
                        "enough passed, the rest inconclusive",
                        rollout(eighty, RolloutState.RUNNING, null, first),
                        active,
                        new BatchSummary(0, 8, 0, 2, 0, "timeout"),
                        SOON,
                        new RolloutStep.ConfirmRing("lab")),
                new Case(
                        "one less than enough is asked again",
                        rollout(eighty, RolloutState.RUNNING, null, first),
                        active,
                        new BatchSummary(0, 7, 0, 3, 0, "timeout"),
                        SOON,
                        new RolloutStep.AskProbes("lab")),
                new Case(
                        "a threshold is never met before every answer is in",
                        rollout(eighty, RolloutState.RUNNING, null, first),
                        active,
                        new BatchSummary(2, 8, 0, 0, 0, null),
                        SOON,
                        null),
                new Case(
                        "unanswered in the end counts as inconclusive against the threshold",
                        rollout(eighty, RolloutState.RUNNING, null, first),
                        active,
                        new BatchSummary(2, 8, 0, 0, 0, null),
                        LATE,
                        new RolloutStep.ConfirmRing("lab")),
                new Case(
                        "a failed probe brakes however many passed",
                        rollout(options(0, 0, 1, 0, 0), RolloutState.RUNNING, null, first),
                        active,
                        new BatchSummary(0, 99, 1, 0, 0, "observed relay"),
                        SOON,
                        brake(RolloutCause.PROBE_FAILED, "a probe failed: observed relay")),
                new Case(
                        "a failed probe brakes while paused",
                        rollout(RolloutState.PAUSED, null, first),
                        active,
                        new BatchSummary(0, 3, 1, 0, 0, "observed relay"),
                        SOON,
                        brake(RolloutCause.PROBE_FAILED, "a probe failed: observed relay")),
                new Case(
                        "contested probes are asked again, however many passed",
                        rollout(eighty, RolloutState.RUNNING, null, first),
                        active,
                        new BatchSummary(0, 9, 0, 1, 1, "a says none, b says relay"),
                        SOON,
                        new RolloutStep.AskProbes("lab")),
                new Case(
                        "contested to the end pauses",
                        rollout(RolloutState.RUNNING, null, last),
                        active,
                        new BatchSummary(0, 3, 0, 1, 1, "a says none, b says relay"),
                        SOON,
                        new RolloutStep.Pause(
                                RolloutCause.CONTESTED,
                                "vantages contradict each other in ring lab, nobody can tell which"
                                        + " one is wrong: a says none, b says relay; retry, skip"
                                        + " the server or abort")),
                new Case(
                        "contested and failed brakes",
                        rollout(RolloutState.RUNNING, null, last),
                        active,
                        new BatchSummary(0, 2, 1, 1, 1, "observed relay"),
                        SOON,
                        brake(RolloutCause.PROBE_FAILED, "a probe failed: observed relay")),
                new Case(
                        "paused for contested probes it waits",
                        rollout(RolloutState.PAUSED, null, last),
                        active,
                        new BatchSummary(0, 3, 0, 1, 1, "a says none, b says relay"),
                        VERY_LATE,
                        null),
                new Case(
                        "probes that show too little wait for a promotion",
                        rollout(
                                options(0, 0, 100, 0, 34),
                                RolloutState.RUNNING,
                                null,
                                first.showing(third)),
                        active,
                        new BatchSummary(0, 4, 0, 0, 0, null),
                        SOON,
                        new RolloutStep.AwaitPromotion("lab")),
                new Case(
                        "probes that show just enough confirm",
                        rollout(
                                options(0, 0, 100, 0, 33),
                                RolloutState.RUNNING,
                                null,
                                first.showing(third)),
                        active,
                        new BatchSummary(0, 4, 0, 0, 0, null),
                        SOON,
                        new RolloutStep.ConfirmRing("lab")));
    }

    private static Stream<Case> bakingCases() {
        RolloutOptions baking = options(0, 30, 100, 0, 0);
        Map<String, ServerView> active = both(5, "new");
        Map<String, ServerView> lost = views(active(5, "new"), active(5, "other"));
        BatchSummary good = new BatchSummary(0, 4, 0, 0, 0, null);
        Rollout baked = rollout(baking, RolloutState.RUNNING, null, ring(RingState.BAKING, 1));
        Rollout again =
                rollout(baking, RolloutState.RUNNING, null, ring(RingState.PROBING_AGAIN, 1));
        return Stream.of(
                new Case(
                        "baking waits",
                        baked,
                        active,
                        good,
                        START.plusSeconds(30).minusNanos(1),
                        null),
                new Case(
                        "baked, its probes are asked once more",
                        baked,
                        active,
                        good,
                        START.plusSeconds(30),
                        new RolloutStep.AskProbes("lab")),
                new Case(
                        "baked without a possible probe is done by its read-back",
                        rollout(baking, RolloutState.RUNNING, null, ring(RingState.BAKING, 0)),
                        active,
                        NO_PROBES,
                        LATE,
                        new RolloutStep.FinishRing("lab")),
                new Case(
                        "baked on another state brakes",
                        baked,
                        lost,
                        good,
                        LATE,
                        brake(
                                RolloutCause.READ_BACK_DIFFERS,
                                "ex2: read-back no longer shows what was published")),
                new Case(
                        "probed again and passed is done",
                        again,
                        active,
                        good,
                        SOON,
                        new RolloutStep.FinishRing("lab")),
                new Case(
                        "probed again and failed brakes though it was confirmed",
                        again,
                        active,
                        new BatchSummary(0, 3, 1, 0, 0, "observed relay"),
                        SOON,
                        brake(RolloutCause.PROBE_FAILED, "a probe failed: observed relay")),
                new Case(
                        "probed again and inconclusive is asked again",
                        again,
                        active,
                        new BatchSummary(0, 3, 0, 1, 0, "timeout"),
                        SOON,
                        new RolloutStep.AskProbes("lab")),
                new Case(
                        "paused, the bake time passes and nothing is asked",
                        rollout(baking, RolloutState.PAUSED, null, ring(RingState.BAKING, 1)),
                        active,
                        good,
                        VERY_LATE,
                        null));
    }

    private static Stream<Case> skippedCases() {
        Ring half =
                ring(RingState.PROBING, 1).with(List.of(pushed("ex1"), skipped(putBack("ex2"))));
        Ring pending =
                ring(RingState.PENDING, 0)
                        .with(List.of(ServerTarget.of("ex1"), skipped(ServerTarget.of("ex2"))));
        Ring none =
                ring(RingState.PENDING, 0)
                        .with(
                                List.of(
                                        skipped(ServerTarget.of("ex1")),
                                        skipped(ServerTarget.of("ex2"))));
        Map<String, ServerView> back = views(active(5, "new"), active(6, "old"));
        BatchSummary good = new BatchSummary(0, 4, 0, 0, 0, null);
        ServerView undone = new ServerView("agent", 4, "old", 5, 0, null);
        return Stream.of(
                new Case(
                        "a skipped server is not published to",
                        rollout(RolloutState.RUNNING, null, pending),
                        both(4, "old"),
                        NO_PROBES,
                        SOON,
                        publish("ex1")),
                new Case(
                        "the others make the ring",
                        rollout(RolloutState.RUNNING, null, half),
                        back,
                        good,
                        SOON,
                        new RolloutStep.ConfirmRing("lab")),
                new Case(
                        "what a skipped server undid is no evidence",
                        rollout(RolloutState.RUNNING, null, half),
                        views(active(5, "new"), undone),
                        good,
                        SOON,
                        new RolloutStep.ConfirmRing("lab")),
                new Case(
                        "a ring without any server left waits for a promotion by name",
                        rollout(RolloutState.RUNNING, null, none),
                        both(4, "old"),
                        NO_PROBES,
                        SOON,
                        new RolloutStep.AwaitPromotion("lab")),
                new Case(
                        "the proof says who is missing",
                        rollout(RolloutState.RUNNING, null, half.in(RingState.DONE, START)),
                        back,
                        good,
                        SOON,
                        finish(RolloutState.VERIFIED, null, "probed, without ex2")),
                new Case(
                        "a skipped server that is not back is outstanding",
                        rollout(RolloutState.RUNNING, null, half.in(RingState.DONE, START)),
                        both(5, "new"),
                        good,
                        SOON,
                        finish(RolloutState.VERIFIED, null, "probed, without ex2", "ex2")),
                new Case(
                        "every server skipped proves nothing and says so",
                        rollout(RolloutState.RUNNING, null, none.in(RingState.DONE, START)),
                        both(4, "old"),
                        NO_PROBES,
                        SOON,
                        finish(RolloutState.VERIFIED, null, "none: every server was skipped")));
    }

    private static Stream<Case> watchedCases() {
        Rollout waits =
                rollout(RolloutState.FAILED, "back", ring(RingState.ROLLED_BACK, 1))
                        .missing(List.of("ex2"));
        return Stream.of(
                new Case(
                        "a gone server is waited for without end",
                        waits,
                        views(active(6, "old"), active(5, "new")),
                        NO_PROBES,
                        VERY_LATE.plusSeconds(1_000_000),
                        null),
                new Case(
                        "a gone server that comes back leaves the list",
                        waits,
                        both(6, "old"),
                        NO_PROBES,
                        VERY_LATE,
                        new RolloutStep.Returned(List.of("ex2"), List.of())),
                new Case(
                        "a skipped one does too, after the others were verified",
                        rollout(RolloutState.VERIFIED, null, ring(RingState.ROLLED_BACK, 1))
                                .missing(List.of("ex2")),
                        both(6, "old"),
                        NO_PROBES,
                        VERY_LATE,
                        new RolloutStep.Returned(List.of("ex2"), List.of())));
    }

    @Test
    void aGoneServerThatGotSomethingNewerLeavesTheListAndIsNotCalledBack() {
        Rollout waits =
                rollout(RolloutState.FAILED, "back", ring(RingState.ROLLED_BACK, 1))
                        .missing(List.of("ex2"));
        RolloutLaw.World world =
                new RolloutLaw.World(both(7, "old")::get, name -> NO_PROBES, server -> 7);

        assertEquals(
                Optional.of(new RolloutStep.Returned(List.of(), List.of("ex2"))),
                LAW.next(waits, world, VERY_LATE));
    }

    private static Stream<Case> rollingBackCases() {
        Map<String, ServerView> back = both(6, "old");
        Map<String, ServerView> half = views(active(6, "old"), active(5, "new"));
        return Stream.of(
                new Case(
                        "rolling back waits for every read-back",
                        rollingBack(null),
                        half,
                        NO_PROBES,
                        LATE.minusNanos(1),
                        null),
                new Case(
                        "what is back everywhere is probed",
                        rollingBack(null),
                        back,
                        NO_PROBES,
                        SOON,
                        new RolloutStep.AskRollbackProbes(SERVERS)),
                new Case(
                        "late, what is back is probed",
                        rollingBack(null),
                        half,
                        NO_PROBES,
                        LATE,
                        new RolloutStep.AskRollbackProbes(List.of("ex1"))),
                new Case(
                        "open probes of the undoing are waited for",
                        rollingBack("back"),
                        back,
                        new BatchSummary(1, 1, 0, 0, 0, null),
                        VERY_LATE.minusNanos(1),
                        null),
                new Case(
                        "back and probed is rolled back",
                        rollingBack("back"),
                        back,
                        new BatchSummary(0, 4, 0, 0, 0, null),
                        SOON,
                        finish(RolloutState.ROLLED_BACK, "it broke", "probed")),
                new Case(
                        "back without a possible probe is rolled back by read-back",
                        rollingBack("back"),
                        back,
                        NO_PROBES,
                        SOON,
                        finish(RolloutState.ROLLED_BACK, "it broke", "read-back")),
                new Case(
                        "an unreachable server fails it and is named",
                        rollingBack("back"),
                        half,
                        new BatchSummary(0, 4, 0, 0, 0, null),
                        LATE,
                        finish(
                                RolloutState.FAILED,
                                "it broke; not undone yet, no report from ex2",
                                "probed",
                                "ex2")),
                new Case(
                        "no server back fails it without probes",
                        rollingBack(null),
                        both(5, "new"),
                        NO_PROBES,
                        LATE,
                        finish(
                                RolloutState.FAILED,
                                "it broke; not undone yet, no report from ex1, ex2",
                                "read-back",
                                "ex1",
                                "ex2")),
                new Case(
                        "failed probes of the undoing fail it",
                        rollingBack("back"),
                        back,
                        new BatchSummary(0, 3, 1, 0, 0, "observed relay"),
                        SOON,
                        finish(
                                RolloutState.FAILED,
                                "it broke; undone by read-back, but not proven: observed relay",
                                "probed")),
                new Case(
                        "inconclusive probes of the undoing fail it",
                        rollingBack("back"),
                        back,
                        new BatchSummary(0, 0, 0, 2, 0, "timeout"),
                        SOON,
                        finish(
                                RolloutState.FAILED,
                                "it broke; undone by read-back, but not proven: timeout",
                                "read-back")),
                new Case(
                        "unanswered probes of the undoing fail it in the end",
                        rollingBack("back"),
                        back,
                        new BatchSummary(2, 0, 0, 0, 0, null),
                        VERY_LATE,
                        finish(
                                RolloutState.FAILED,
                                "it broke; undone by read-back, but not proven: probes without"
                                        + " answer",
                                "read-back")),
                new Case(
                        "with nothing published there is nothing to put back",
                        rollout(RolloutState.ROLLING_BACK, null, ring(RingState.PENDING, 0)),
                        both(4, "old"),
                        NO_PROBES,
                        SOON,
                        finish(RolloutState.ROLLED_BACK, "it broke", "read-back")));
    }

    private static Stream<Case> finalCases() {
        return Stream.of(RolloutState.VERIFIED, RolloutState.ROLLED_BACK, RolloutState.FAILED)
                .map(
                        state ->
                                new Case(
                                        state + " does nothing more",
                                        rollout(state, null, ring(RingState.PUSHING, 0)),
                                        both(4, "old"),
                                        NO_PROBES,
                                        VERY_LATE,
                                        null));
    }

    @TestFactory
    Stream<DynamicTest> everySituationHasItsStep() {
        return Stream.of(
                        pushingCases(),
                        inFlightCases(),
                        errorCases(),
                        probingCases(),
                        thresholdCases(),
                        bakingCases(),
                        skippedCases(),
                        rollingBackCases(),
                        finalCases(),
                        watchedCases())
                .flatMap(cases -> cases)
                .map(
                        row ->
                                DynamicTest.dynamicTest(
                                        row.name(),
                                        () ->
                                                assertEquals(
                                                        Optional.ofNullable(row.next()),
                                                        LAW.next(
                                                                row.rollout(),
                                                                world(row.views(), row.batch()),
                                                                row.now()))));
    }

    private static RolloutLaw.World world(Map<String, ServerView> views, BatchSummary batch) {
        return new RolloutLaw.World(views::get, name -> batch, server -> 6);
    }

    @Test
    void theSecondRingWaitsForTheFirst() {
        Ring second = Ring.pending("main", List.of(ServerTarget.of("ex3")));
        Rollout waiting = rollout(RolloutState.RUNNING, null, ring(RingState.PUSHING, 0), second);
        Rollout first = rollout(RolloutState.RUNNING, null, ring(RingState.DONE, 1), second);

        assertEquals(Optional.empty(), LAW.next(waiting, world(both(4, "old"), NO_PROBES), SOON));
        assertEquals(
                Optional.of(new RolloutStep.Publish("main", List.of("ex3"))),
                LAW.next(first, world(both(5, "new"), NO_PROBES), SOON));
    }

    @Test
    void noRandomWorldConfirmsARingWithoutEveryProbePassedAndEveryTargetActive() {
        long seed = 20260701;
        Random random = new Random(seed);
        int confirmed = 0;
        for (int run = 0; run < 200_000; run++) {
            Map<String, ServerView> views = new HashMap<>();
            Rollout rollout = randomRollout(random, views);
            BatchSummary batch =
                    new BatchSummary(
                            few(random),
                            few(random),
                            few(random),
                            few(random),
                            random.nextInt(8) == 0 ? 1 : 0,
                            "why");
            Instant now = START.plusSeconds(random.nextInt(120));

            Optional<RolloutStep> step = LAW.next(rollout, world(views, batch), now);

            if (step.isPresent() && step.get() instanceof RolloutStep.ConfirmRing confirm) {
                confirmed++;
                String where = "seed " + seed + " run " + run + ": " + rollout + " " + views;
                assertEquals(RolloutState.RUNNING, rollout.state(), where);
                assertTrue(batch.passed() > 0 && batch.failed() == 0, where + batch);
                assertEquals(0, batch.contested(), where + batch);
                assertTrue(
                        batch.passed() * 100 >= rollout.options().successPercent() * batch.total(),
                        where + batch);
                Ring ring = rollout.current().orElseThrow();
                assertEquals(ring.name(), confirm.ring(), where);
                assertEquals(RingState.PROBING, ring.state(), where);
                assertTrue(!ring.judged().isEmpty(), where);
                for (ServerTarget target : ring.judged()) {
                    ServerView view = views.get(target.server());
                    assertTrue(view.activeSerial() >= target.serial(), where);
                    assertEquals(target.digest(), view.activeDigest(), where);
                    assertTrue(view.undoneSerial() < target.serial(), where);
                    assertTrue(view.failedSerial() < target.serial(), where);
                }
            }
        }
        assertTrue(confirmed > 50, "seed " + seed + " confirmed only " + confirmed + " rings");
    }

    private static int few(Random random) {
        return random.nextInt(3) == 0 ? 1 + random.nextInt(2) : 0;
    }

    private static Rollout randomRollout(Random random, Map<String, ServerView> views) {
        List<Ring> rings = new ArrayList<>();
        RingState[] states = RingState.values();
        for (int number = 0; number < 1 + random.nextInt(2); number++) {
            RingState state = states[random.nextInt(states.length)];
            int ringNumber = number;
            List<ServerTarget> targets =
                    IntStream.range(0, 1 + random.nextInt(2))
                            .mapToObj(i -> "ex" + ringNumber + i)
                            .map(
                                    server ->
                                            state == RingState.PENDING
                                                    ? ServerTarget.of(server)
                                                    : random.nextInt(8) == 0
                                                                    && !server.endsWith("0")
                                                            ? skipped(putBack(server))
                                                            : putBack(server))
                            .toList();
            targets.forEach(target -> views.put(target.server(), randomView(random)));
            rings.add(
                    new Ring(
                            "ring" + number,
                            state,
                            targets,
                            START,
                            "batch",
                            random.nextInt(4),
                            null,
                            null));
        }
        RolloutState[] all = RolloutState.values();
        RolloutState state =
                random.nextBoolean() ? RolloutState.RUNNING : all[random.nextInt(all.length)];
        RolloutOptions options =
                options(
                        random.nextInt(3),
                        random.nextInt(2) * 30,
                        random.nextBoolean() ? 100 : 1 + random.nextInt(100),
                        random.nextInt(2),
                        0);
        return rollout(
                options, state, random.nextBoolean() ? "back" : null, rings.toArray(Ring[]::new));
    }

    private static ServerView randomView(Random random) {
        return new ServerView(
                "agent",
                random.nextInt(3) == 0 ? 4 + random.nextInt(3) : 5,
                random.nextInt(4) == 0 ? "old" : "new",
                random.nextInt(6) == 0 ? 5 : 4,
                random.nextInt(6) == 0 ? 5 : 4,
                "error");
    }
}
