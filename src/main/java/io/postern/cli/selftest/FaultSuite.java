package io.postern.cli.selftest;

import io.postern.policy.Address;
import io.postern.smtp.ObservedTier;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Trials of faults on simulated hosts with clean rollouts between them, in an order drawn from the
 * seed.
 */
final class FaultSuite {
    private final SimulatedBench bench;
    private final TrialDraw draw;
    private final TrialPolicy policy;
    private final boolean isArmed;
    private final Consumer<TrialResult> told;

    /**
     * @param isArmed false = no fault is armed: then none can be detected, and the suite must say
     *     so
     * @param told each result as it comes
     */
    FaultSuite(SimulatedBench bench, TrialDraw draw, boolean isArmed, Consumer<TrialResult> told) {
        this.bench = bench;
        this.draw = draw;
        this.policy = draw.policy();
        this.isArmed = isArmed;
        this.told = told;
    }

    /**
     * Which kinds are tried how often: each once before any twice.
     *
     * @param count of trials
     */
    static List<FaultKind> order(List<FaultKind> kinds, int count, Random random) {
        List<FaultKind> order = new ArrayList<>();
        while (order.size() < count) {
            List<FaultKind> round = new ArrayList<>(kinds);
            Collections.shuffle(round, random);
            order.addAll(round.subList(0, Math.min(round.size(), count - order.size())));
        }
        return order;
    }

    /** Runs them all. */
    void run(List<FaultKind> kinds, int clean) throws Exception {
        // A clean rollout is a null; they are strewn in.
        List<FaultKind> all = new ArrayList<>(kinds);
        all.addAll(Collections.nCopies(clean, null));
        Collections.shuffle(all, draw.random());
        for (FaultKind kind : all) {
            told.accept(kind == null ? cleanRollout() : trial(kind));
        }
    }

    private TrialResult cleanRollout() throws Exception {
        List<Map<String, ?>> operations = draw.cleanChange();
        ChangeDesk.Ending ending = bench.desk().change("A clean change", operations);
        settle(ending, operations);
        return new TrialResult(
                "",
                TrialResult.SIMULATED,
                keys(operations),
                FaultVerdict.NO_ALARM.name(),
                ending.verdict(),
                ending.verdict() == FaultVerdict.NO_ALARM,
                ending.detection().orElse(null),
                reason(ending));
    }

    private void settle(ChangeDesk.Ending ending, List<Map<String, ?>> operations)
            throws Exception {
        if (ending.verdict() == FaultVerdict.NO_ALARM) {
            policy.adopt(operations);
        }
        bench.desk().awaitSync();
    }

    private TrialResult trial(FaultKind kind) throws Exception {
        FaultTrial trial = kind.trial().apply(draw);
        Map<Address, ObservedTier.Level> before = bench.ask(trial.server(), trial.watched());
        if (isArmed) {
            bench.arm(trial);
        }
        ChangeDesk.Ending ending;
        String left = "";
        try {
            ending = bench.desk().change(kind.effect(), trial.operations());
            if (ending.verdict().isUndone()) {
                left = left(trial, before);
            }
        } finally {
            bench.disarm(trial);
        }
        settle(ending, trial.operations());
        boolean isAsExpected = kind.expected().contains(ending.verdict()) && left.isEmpty();
        return new TrialResult(
                kind.name(),
                TrialResult.SIMULATED,
                trial.server() + " " + trial.where(),
                words(kind),
                ending.verdict(),
                isAsExpected,
                ending.detection().orElse(null),
                left.isEmpty() ? reason(ending) : left);
    }

    /** How the server differs from before; empty = it does not. */
    private String left(FaultTrial trial, Map<Address, ObservedTier.Level> before)
            throws IOException {
        Map<Address, ObservedTier.Level> after = bench.ask(trial.server(), trial.watched());
        return after.equals(before) ? "" : "not as before: " + after + ", was " + before;
    }

    static String words(FaultKind kind) {
        return new TreeSet<>(kind.expected())
                .stream().map(FaultVerdict::name).collect(Collectors.joining(" or "));
    }

    private static String reason(ChangeDesk.Ending ending) {
        return ending.rollout().path("reason").asText("").replace("null", "");
    }

    private static String keys(List<Map<String, ?>> operations) {
        return operations.stream()
                .map(one -> one.get("action") + " " + one.get("key"))
                .collect(Collectors.joining(", "));
    }
}
