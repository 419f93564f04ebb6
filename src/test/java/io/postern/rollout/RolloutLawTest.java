package io.postern.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.probe.BatchSummary;
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
            new RolloutLaw(Duration.ofSeconds(60), Duration.ofSeconds(30), 3);
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
        return new ServerTarget(server, 5, "new", 0, null);
    }

    private static ServerTarget putBack(String server) {
        return new ServerTarget(server, 5, "new", 6, "old");
    }

    private static Ring ring(RingState state, int attempts) {
        List<ServerTarget> targets =
                SERVERS.stream()
                        .map(
                                server ->
                                        switch (state) {
                                            case PENDING -> ServerTarget.of(server);
                                            case ROLLED_BACK -> putBack(server);
                                            case PUSHING, PROBING, AWAITING_PROMOTION, DONE ->
                                                    pushed(server);
                                        })
                        .toList();
        return new Ring(
                "lab", state, targets, START, attempts == 0 ? null : "batch", attempts, null);
    }

    private static Rollout rollout(RolloutState state, String rollbackBatch, Ring... rings) {
        String reason = state == RolloutState.ROLLING_BACK ? "it broke" : null;
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
                List.of());
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

    private static RolloutStep brake(String reason) {
        return new RolloutStep.Brake(reason);
    }

    private static RolloutStep finish(RolloutState state, String reason, String proof) {
        return new RolloutStep.Finish(state, reason, proof);
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
                        new RolloutStep.PublishRing("lab")),
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
                        brake("inconclusive: no report of the revision active from ex2")),
                new Case(
                        "servers that never reported are late too",
                        pushing,
                        views(ServerView.UNKNOWN, ServerView.UNKNOWN),
                        NO_PROBES,
                        LATE,
                        brake("inconclusive: no report of the revision active from ex1, ex2")),
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
                        brake("ex2: read-back shows another state than was published")),
                new Case(
                        "an undone publication brakes",
                        pushing,
                        views(active(5, "new"), undone),
                        NO_PROBES,
                        SOON,
                        brake(undoneReason)),
                new Case(
                        "an undone publication brakes while paused",
                        rollout(RolloutState.PAUSED, null, ring(RingState.PUSHING, 0)),
                        views(active(5, "new"), undone),
                        NO_PROBES,
                        SOON,
                        brake(undoneReason)),
                new Case(
                        "an undone publication of a done ring brakes",
                        running(RingState.DONE, 1),
                        views(active(5, "new"), undone),
                        new BatchSummary(0, 4, 0, 0, 0, null),
                        SOON,
                        brake(undoneReason)),
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
                        brake("ex2: its agent could not apply it: no rights")),
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
                        brake("a probe failed: expected none, observed internal")),
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
                        brake("inconclusive: 2 probe(s) without answer in ring lab")),
                new Case(
                        "inconclusive probes are asked again",
                        running(RingState.PROBING, 2),
                        active,
                        new BatchSummary(0, 3, 0, 1, 0, "timeout"),
                        SOON,
                        new RolloutStep.AskProbes("lab")),
                new Case(
                        "inconclusive at the last attempt brakes",
                        running(RingState.PROBING, 3),
                        active,
                        new BatchSummary(0, 3, 0, 1, 0, "timeout"),
                        SOON,
                        brake("inconclusive: timeout")),
                new Case(
                        "a batch that is gone brakes",
                        probing,
                        active,
                        NO_PROBES,
                        SOON,
                        brake("inconclusive: the probes of ring lab are gone")),
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
                        brake("ex2: read-back no longer shows what was published")),
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
                                "probed")),
                new Case(
                        "no server back fails it without probes",
                        rollingBack(null),
                        both(5, "new"),
                        NO_PROBES,
                        LATE,
                        finish(
                                RolloutState.FAILED,
                                "it broke; not undone yet, no report from ex1, ex2",
                                "read-back")),
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
        return Stream.of(pushingCases(), probingCases(), rollingBackCases(), finalCases())
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
        return new RolloutLaw.World(views::get, name -> batch);
    }

    @Test
    void theSecondRingWaitsForTheFirst() {
        Ring second =
                new Ring(
                        "main",
                        RingState.PENDING,
                        List.of(ServerTarget.of("ex3")),
                        null,
                        null,
                        0,
                        null);
        Rollout waiting = rollout(RolloutState.RUNNING, null, ring(RingState.PUSHING, 0), second);
        Rollout first = rollout(RolloutState.RUNNING, null, ring(RingState.DONE, 1), second);

        assertEquals(Optional.empty(), LAW.next(waiting, world(both(4, "old"), NO_PROBES), SOON));
        assertEquals(
                Optional.of(new RolloutStep.PublishRing("main")),
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
                    new BatchSummary(few(random), few(random), few(random), few(random), 0, "why");
            Instant now = START.plusSeconds(random.nextInt(120));

            Optional<RolloutStep> step = LAW.next(rollout, world(views, batch), now);

            if (step.isPresent() && step.get() instanceof RolloutStep.ConfirmRing confirm) {
                confirmed++;
                String where = "seed " + seed + " run " + run + ": " + rollout + " " + views;
                assertEquals(RolloutState.RUNNING, rollout.state(), where);
                assertTrue(batch.passed() > 0 && batch.passed() == batch.total(), where + batch);
                Ring ring = rollout.current().orElseThrow();
                assertEquals(ring.name(), confirm.ring(), where);
                for (ServerTarget target : ring.targets()) {
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
                            null));
        }
        RolloutState[] all = RolloutState.values();
        RolloutState state =
                random.nextBoolean() ? RolloutState.RUNNING : all[random.nextInt(all.length)];
        return rollout(state, random.nextBoolean() ? "back" : null, rings.toArray(Ring[]::new));
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
