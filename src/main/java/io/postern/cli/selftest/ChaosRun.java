package io.postern.cli.selftest;

import com.fasterxml.jackson.databind.JsonNode;
import io.postern.cli.demo.StoryException;
import io.postern.policy.Grant;
import io.postern.policy.Policy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One rollout under fire, from the change to the checks of what is left. For one thread. */
final class ChaosRun {
    /** Beside ten confirm windows, which are two patiences and what comes before them. */
    private static final long END_SECONDS = 60;

    private static final int END_WINDOWS = 10;
    private static final long SETTLE_SECONDS = 60;

    /** A point that was not reached by then is hit as if it were. */
    private static final long LATEST_MILLIS = 5_000;

    private static final long LOOK_MILLIS = 5;
    private static final long ASK_MILLIS = 40;
    static final List<String> ENDS = List.of("VERIFIED", "ROLLED_BACK");

    private final ChaosStage stage;
    private final ChaosChecks checks;
    private final ChaosPlan plan;
    private final Consumer<String> progress;
    private final Map<ChaosKill.Point, Long> reached = new EnumMap<>(ChaosKill.Point.class);
    private final List<String> hits = new ArrayList<>();
    private final List<ChaosKill> waiting;
    private volatile JsonNode rollout;
    private volatile boolean ended;
    private long began;
    private boolean isFaultSet;

    ChaosRun(ChaosStage stage, ChaosChecks checks, ChaosPlan plan, Consumer<String> progress) {
        this.stage = stage;
        this.checks = checks;
        this.plan = plan;
        this.progress = progress;
        this.waiting = new ArrayList<>(plan.kills());
    }

    /** Range and tier of each grant of a policy with one range, by key. */
    static SortedMap<String, Map.Entry<String, String>> grants(Policy policy) {
        SortedMap<String, Map.Entry<String, String>> grants = new TreeMap<>();
        for (Grant grant : policy.grants()) {
            grants.put(
                    grant.key(),
                    Map.entry(
                            grant.from().effective().ranges().get(0).toString(),
                            grant.tier().name().toLowerCase(Locale.ROOT)));
        }
        return grants;
    }

    /**
     * Runs it.
     *
     * @param windowSeconds the confirm window
     * @param sabotage called after the end and before the checks
     */
    ChaosResult run(int number, int windowSeconds, Sabotage sabotage) throws Exception {
        began = System.nanoTime();
        if (plan.fault() != null) {
            stage.sabotage(plan.faultAgent(), plan.fault());
            isFaultSet = true;
        }
        long id = stage.apply("run " + number + ": " + plan.words(), plan.operations());
        reached.put(ChaosKill.Point.APPLIED, millis());
        Thread watch = new Thread(() -> watch(id), "chaos-watch");
        watch.setDaemon(true);
        watch.start();
        String end;
        Map<String, List<String>> faults = new TreeMap<>();
        try {
            end = awaitEnd(END_SECONDS + (long) END_WINDOWS * windowSeconds);
            List<String> unsettled = awaitSettled();
            if (!unsettled.isEmpty()) {
                faults.put("settled", unsettled);
            }
        } finally {
            ended = true;
            watch.join();
            clearFault();
        }
        faults.put("end", end(end));
        sabotage.afterTheEnd(stage);
        faults.putAll(checks.all(rollout, new Random(plan.seed())));
        return new ChaosResult(
                number,
                plan.seed(),
                plan.words(),
                plan.fault() == null ? "" : plan.fault() + " on " + plan.faultAgent(),
                List.copyOf(hits),
                end,
                rollout.path("reason").asText(""),
                faults,
                millis());
    }

    /** What spoils a run on purpose, to show that the checks can fail. */
    interface Sabotage {
        void afterTheEnd(ChaosStage stage) throws IOException;
    }

    private List<String> end(String end) {
        List<String> faults = new ArrayList<>();
        if (!ENDS.contains(end)) {
            faults.add("the rollout is " + end + ": " + rollout.path("reason").asText());
        }
        if (plan.fault() != null && end.equals("VERIFIED")) {
            faults.add("verified although enforcement was faulty all the time");
        }
        boolean databaseHit = hits.stream().anyMatch(hit -> hit.startsWith(ChaosStage.DATABASE));
        for (String one : stage.takeUnplanned()) {
            // Without its database a service that is just starting ends, and is started again.
            if (!databaseHit || !one.startsWith(ChaosStage.SERVICE)) {
                faults.add(one);
            } else {
                hits.add(one);
            }
        }
        return faults;
    }

    private long millis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    }

    /** Asks how the rollout stands, on a thread of its own: a dead service answers late. */
    private void watch(long id) {
        try {
            while (!ended) {
                try {
                    rollout = stage.alice().get("/api/v1/rollouts/" + id).ok("reading the rollout");
                } catch (StoryException e) {
                    // It is down just now.
                }
                TimeUnit.MILLISECONDS.sleep(ASK_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String awaitEnd(long seconds) throws Exception {
        long deadline = began + TimeUnit.SECONDS.toNanos(seconds);
        while (true) {
            look();
            fire();
            // Only now, so that what was killed this time is not taken for running.
            boolean all = stage.tend();
            String state = state();
            if (all && waiting.isEmpty() && ENDS.contains(state) || System.nanoTime() > deadline) {
                return state;
            }
            if (isFaultSet && !List.of("", "RUNNING", "PAUSED").contains(state)) {
                clearFault();
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    private void clearFault() throws IOException {
        if (isFaultSet) {
            stage.sabotage(plan.faultAgent(), null);
            isFaultSet = false;
        }
    }

    private String state() {
        return rollout == null ? "" : rollout.path("state").asText();
    }

    private List<String> awaitSettled() throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SETTLE_SECONDS);
        while (true) {
            boolean all = stage.tend();
            List<String> faults;
            try {
                faults = all ? checks.confirmed() : List.of("not everything runs");
            } catch (StoryException e) {
                faults = List.of(e.getMessage());
            }
            if (faults.isEmpty() || System.nanoTime() > deadline) {
                return faults;
            }
            TimeUnit.MILLISECONDS.sleep(ASK_MILLIS);
        }
    }

    private void look() throws IOException {
        JsonNode now = rollout;
        if (now != null) {
            for (JsonNode ring : now.path("rings")) {
                String state = ring.path("state").asText();
                mark(ChaosKill.Point.PUBLISHED, state.equals("PUSHING"));
                mark(ChaosKill.Point.PROBING, state.equals("PROBING"));
                mark(ChaosKill.Point.CONFIRMING, state.equals("DONE"));
            }
            mark(ChaosKill.Point.ROLLING_BACK, state().equals("ROLLING_BACK"));
        }
        boolean isAwaited =
                waiting.stream()
                        .map(ChaosKill::point)
                        .anyMatch(
                                point ->
                                        !reached.containsKey(point)
                                                && (point == ChaosKill.Point.APPLYING
                                                        || point == ChaosKill.Point.UNCONFIRMED));
        if (isAwaited) {
            for (String server : ChaosCommand.SERVERS) {
                JsonNode journal = checks.journal(server);
                boolean isApplying = journal.path("applyingSerial").asLong() > 0;
                mark(ChaosKill.Point.APPLYING, isApplying);
                mark(
                        ChaosKill.Point.UNCONFIRMED,
                        !isApplying && !journal.path("confirmed").asBoolean(true));
            }
        }
    }

    private void mark(ChaosKill.Point point, boolean holds) {
        if (holds) {
            reached.putIfAbsent(point, millis());
        }
    }

    private void fire() throws IOException {
        for (ChaosKill kill : List.copyOf(waiting)) {
            Long at = reached.get(kill.point());
            boolean isDue = at != null && millis() >= at + kill.afterMillis();
            boolean isLate =
                    at == null
                            && (millis() >= reached.get(ChaosKill.Point.APPLIED) + LATEST_MILLIS
                                    || ENDS.contains(state()));
            if (isDue || isLate) {
                waiting.remove(kill);
                String where = isDue ? kill.point().words() : "after " + millis() + " ms";
                boolean wasAlive = stage.kill(kill.target(), kill.downMillis());
                String hit =
                        kill.target()
                                + " at "
                                + where
                                + (kill.target().equals(ChaosStage.DATABASE)
                                        ? ""
                                        : ", down " + kill.downMillis() + " ms")
                                + (wasAlive ? "" : " (was down)");
                hits.add(hit);
                progress.accept("  kill -9 " + hit + "; rollout " + state() + " " + rings());
            }
        }
    }

    private String rings() {
        StringBuilder rings = new StringBuilder();
        JsonNode now = rollout;
        if (now != null) {
            now.path("rings")
                    .forEach(
                            ring ->
                                    rings.append(ring.path("name").asText())
                                            .append(' ')
                                            .append(ring.path("state").asText())
                                            .append(' '));
        }
        return rings.toString().strip();
    }
}
