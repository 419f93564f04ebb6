package io.postern.cli.selftest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.postern.agent.simulated.ConnectorStore;
import io.postern.cli.TextTable;
import io.postern.cli.demo.StoryException;
import io.postern.enforcement.ConnectorData;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Rollouts under kill -9 of service, agents and database. */
@Command(
        name = "chaos",
        mixinStandardHelpOptions = true,
        description = {
            "Kill service, agents and database at seeded points of rollouts over four simulated",
            "servers; every run must end verified or rolled back, with nothing left half done.",
            "Exit: 0 = every run did, 1 = one did not, 2 = bad input."
        })
final class ChaosCommand implements Callable<Integer> {
    static final List<String> SERVERS = List.of("ch01", "ch02", "ch03", "ch04");

    private static final int MAX_RUNS = 10_000;
    private static final int FIRST_ATTEMPTS = 3;
    private static final long FIRST_SECONDS = 180;
    private static final int MIN_WINDOW = 5;
    private static final int MAX_WINDOW = 300;
    private static final Map<String, List<String>> AGENTS =
            new TreeMap<>(
                    Map.of(
                            "agent-1", List.of("ch01", "ch03"),
                            "agent-2", List.of("ch02", "ch04")));

    @Option(
            names = "--seed",
            required = true,
            paramLabel = "NUMBER",
            description = "Of the first run; each further one has the next number.")
    private long seed;

    @Option(
            names = "--runs",
            defaultValue = "5",
            paramLabel = "COUNT",
            description = "1 to 10000 (default: 5).")
    private int runs;

    @Option(
            names = "--confirm-window",
            defaultValue = "15",
            paramLabel = "SECONDS",
            description = {
                "5 to 300 (default: 15). Some of what is killed stays down for longer. On a machine",
                "that is busy with other things, give more: else every rollout is undone for lateness."
            })
    private int window;

    @Option(names = "--json", description = "The results as JSON, progress on standard error.")
    private boolean json;

    /** Shows that a run with something wrong is reported. */
    @Option(names = "--sabotage", hidden = true)
    private boolean sabotage;

    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    private final Clock clock = Clock.systemUTC();
    private final List<ChaosResult> results = new ArrayList<>();
    private volatile ChaosStage open;

    @Override
    public Integer call() throws Exception {
        if (runs < 1 || runs > MAX_RUNS) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--runs " + runs + " is not in 1 to " + MAX_RUNS);
        }
        if (window < MIN_WINDOW || window > MAX_WINDOW) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "--confirm-window "
                            + window
                            + " is not in "
                            + MIN_WINDOW
                            + " to "
                            + MAX_WINDOW);
        }
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    ChaosStage stage = open;
                                    if (stage != null) {
                                        stage.close();
                                    }
                                },
                                "postern-chaos-stop"));
        int next = 1;
        boolean good = true;
        while (next <= runs) {
            int last = runOnOneStage(next);
            good &= last >= 0;
            next = Math.abs(last) + 1;
        }
        good &= results.stream().allMatch(ChaosResult::isGood);
        print(good);
        return good ? 0 : 1;
    }

    private List<String> settings() {
        return List.of(
                "postern.rollout.confirm-window=PT" + window + "S",
                "postern.rollout.activation-patience=PT" + 3 * window + "S",
                "postern.rollout.probe-patience=PT" + 3 * window + "S",
                "postern.rollout.probe-pause=PT2S");
    }

    /** Runs until one fails. @return the last run's number, negative if something went wrong */
    private int runOnOneStage(int first) throws Exception {
        int run = first;
        try (ChaosStage stage = new ChaosStage("postern-chaos", settings(), AGENTS)) {
            open = stage;
            try {
                say("starting service, database and agents in " + stage.stage().directory());
                stage.start();
                ChaosChecks checks = new ChaosChecks(stage, clock);
                first(stage, checks);
                for (; run <= runs; run++) {
                    ChaosResult result = one(stage, checks, run);
                    results.add(result);
                    if (run == runs) {
                        checks.forgetTrail();
                        List<String> audit = checks.audit();
                        say("audit trail of " + checks.trailSize() + " records read once more");
                        audit.forEach(this::say);
                        if (!audit.isEmpty()) {
                            keep(stage);
                            return -run;
                        }
                    }
                    if (!result.isGood()) {
                        keep(stage);
                        return run;
                    }
                }
                return runs;
            } catch (Exception | Error e) {
                say("run " + run + " broke off: " + e);
                keep(stage);
                return -run;
            }
        } finally {
            open = null;
        }
    }

    private void keep(ChaosStage stage) {
        stage.stage().keep();
        say("logs and data are kept in " + stage.stage().directory());
    }

    private void first(ChaosStage stage, ChaosChecks checks) throws Exception {
        String policy;
        try (InputStream stream = ChaosCommand.class.getResourceAsStream("/selftest/chaos.yaml")) {
            policy = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
        // On a machine that is busy with other things the confirm window may be too short.
        String end = "";
        for (int attempt = 1; attempt <= FIRST_ATTEMPTS && !end.equals("VERIFIED"); attempt++) {
            JsonNode rollout = end(stage, checks, stage.applyPolicy("First policy", policy));
            end = rollout.path("state").asText();
            say("the first policy: " + end + " " + rollout.path("reason").asText(""));
        }
        if (!end.equals("VERIFIED")) {
            throw new StoryException("the first policy is not verified");
        }
    }

    private static JsonNode end(ChaosStage stage, ChaosChecks checks, long rollout)
            throws Exception {
        JsonNode[] now = new JsonNode[1];
        stage.stage()
                .await(
                        ChaosStage.SERVICE,
                        null,
                        FIRST_SECONDS,
                        () -> {
                            try {
                                now[0] =
                                        stage.alice()
                                                .get("/api/v1/rollouts/" + rollout)
                                                .ok("reading the rollout");
                                return ChaosRun.ENDS.contains(now[0].path("state").asText())
                                        && checks.confirmed().isEmpty();
                            } catch (StoryException e) {
                                return false;
                            }
                        });
        return now[0];
    }

    private ChaosResult one(ChaosStage stage, ChaosChecks checks, int run) throws Exception {
        ChaosPlan plan =
                ChaosPlan.of(
                        seed + run - 1,
                        ChaosRun.grants(checks.head()),
                        stage.agentNames(),
                        window * 1000L);
        say(
                "run "
                        + run
                        + " of "
                        + runs
                        + ", seed "
                        + plan.seed()
                        + ": "
                        + plan.words()
                        + (plan.fault() == null
                                ? ""
                                : ", with " + plan.fault() + " on " + plan.faultAgent()));
        ChaosResult result =
                new ChaosRun(stage, checks, plan, this::say)
                        .run(run, window, sabotage ? ChaosCommand::alter : untouched -> {});
        say("  " + result.end() + " after " + result.millis() + " ms, " + result.verdict());
        result.checks().values().forEach(faults -> faults.forEach(fault -> say("    " + fault)));
        return result;
    }

    /** Takes a managed connector out of a server's file. */
    private static void alter(ChaosStage stage) throws IOException {
        Path file = stage.files(SERVERS.get(0)).resolve("connectors.json");
        ConnectorStore store = new ConnectorStore(file, List.of());
        store.save(
                store.load().stream()
                        .filter(one -> !ConnectorData.of(one).managed() || !one.anonymous())
                        .toList());
    }

    private void say(String line) {
        PrintWriter out = json ? spec.commandLine().getErr() : spec.commandLine().getOut();
        synchronized (out) {
            out.println(line);
            out.flush();
        }
    }

    private void print(boolean good) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("seed", seed);
            all.put("runs", results);
            all.put("good", good);
            out.println(new ObjectMapper().writeValueAsString(all));
        } else {
            TextTable table =
                    new TextTable("run", "seed", "change", "fault", "kills", "end", "s", "checks");
            for (ChaosResult result : results) {
                table.add(
                        String.valueOf(result.run()),
                        String.valueOf(result.seed()),
                        result.change(),
                        result.fault(),
                        String.join("; ", result.kills()),
                        result.end(),
                        String.valueOf(result.millis() / 1000),
                        result.verdict());
            }
            out.println();
            table.print("", out);
            long held = results.stream().filter(ChaosResult::isGood).count();
            out.println(held + " of " + runs + " runs ended as they must");
        }
        out.flush();
    }
}
