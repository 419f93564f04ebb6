package io.postern.cli.selftest;

import com.fasterxml.jackson.databind.JsonNode;
import io.postern.cli.TextTable;
import io.postern.cli.demo.StoryException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How long a rollout over many servers takes, and where the time goes. */
@Command(
        name = "scale",
        hidden = true,
        mixinStandardHelpOptions = true,
        description = {
            "Time a rollout over many simulated servers in four rings, real processes all.",
            "Exit: 0 = verified, 1 = not, 2 = bad input."
        })
final class ScaleCommand implements Callable<Integer> {
    private static final List<String> RINGS = List.of("lab", "canary", "pilot", "main");
    private static final int AGENTS = 4;
    private static final int MAX_SERVERS = 400;
    private static final long END_SECONDS = 900;
    private static final long LOOK_MILLIS = 200;
    private static final List<String> ENDS = List.of("VERIFIED", "ROLLED_BACK", "FAILED");

    @Option(
            names = "--servers",
            defaultValue = "200",
            paramLabel = "COUNT",
            description = "4 to 400 (default: 200).")
    private int count;

    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    private volatile ChaosStage open;

    @Override
    public Integer call() throws Exception {
        if (count < AGENTS || count > MAX_SERVERS) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "--servers " + count + " is not in " + AGENTS + " to " + MAX_SERVERS);
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
                                "postern-scale-stop"));
        Map<String, List<String>> agents = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            agents.computeIfAbsent("agent-" + i % AGENTS, agent -> new ArrayList<>()).add(name(i));
        }
        try (ChaosStage stage = new ChaosStage("postern-scale", List.of(), agents)) {
            open = stage;
            say("starting in " + stage.stage().directory());
            stage.start();
            say(count + " servers read by " + AGENTS + " agents");
            boolean good = timed("first policy", stage, policy("10.30.0.0/24"));
            good &= timed("one range more", stage, policy("10.30.0.0/23"));
            return good ? 0 : 1;
        } finally {
            open = null;
        }
    }

    private static String name(int number) {
        return String.format("sc%03d", number);
    }

    private String policy(String range) {
        StringBuilder text =
                new StringBuilder("version: 1\nacceptedDomains: [contoso.example]\nservers:\n");
        for (int i = 0; i < count; i++) {
            text.append(
                    String.format(
                            "  - {name: %s, addresses: [10.21.%d.%d], ring: %s, enforcement:"
                                    + " [exchange]}%n",
                            name(i), i / 200, i % 200 + 1, RINGS.get(i * RINGS.size() / count)));
        }
        return text.append("grants:\n  - {key: all, from: {addresses: [")
                .append(range)
                .append("]}, tier: internal, owner: scale, reason: scale, expires: 2099-12-31}\n")
                .toString();
    }

    private boolean timed(String title, ChaosStage stage, String policy) throws Exception {
        long asked = System.nanoTime();
        long rollout = stage.applyPolicy(title, policy);
        long began = System.nanoTime();
        say(title + ": drafted, analysed, approved and applied in " + millis(asked) + " ms");
        Map<String, Long> seen = new LinkedHashMap<>();
        String state = "";
        JsonNode now = null;
        while (!ENDS.contains(state)
                && System.nanoTime() - began < TimeUnit.SECONDS.toNanos(END_SECONDS)) {
            try {
                now = stage.alice().get("/api/v1/rollouts/" + rollout).ok("reading the rollout");
                state = now.path("state").asText();
                for (JsonNode ring : now.path("rings")) {
                    seen.putIfAbsent(
                            ring.path("name").asText() + " " + ring.path("state").asText(),
                            millis(began));
                }
            } catch (StoryException e) {
                say("  " + e.getMessage());
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        long total = millis(began);
        TextTable table = new TextTable("ring and state", "seen after ms");
        seen.forEach((what, at) -> table.add(what, String.valueOf(at)));
        table.print("  ", spec.commandLine().getOut());
        JsonNode probes =
                stage.alice().get("/api/v1/rollouts/" + rollout + "/probes").ok("reading probes");
        say(
                "  "
                        + state
                        + " after "
                        + total
                        + " ms, "
                        + probes.size()
                        + " probes"
                        + (now == null || now.path("reason").isNull()
                                ? ""
                                : ": " + now.path("reason").asText()));
        return state.equals("VERIFIED");
    }

    private static long millis(long since) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since);
    }

    private void say(String line) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line);
        out.flush();
    }
}
