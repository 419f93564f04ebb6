package io.postern.policy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.util.Statistics;

/**
 * Runs the benchmarks and prints the figures and their ratios as Markdown tables. Arguments choose
 * parts ({@code decide}, {@code rivals}, {@code build}, {@code diff}; none = all) and, for
 * decisions and builds, numbers of grants (none = all). A wrong answer of any engine ends the run.
 */
public final class BenchmarkTable {
    private static final List<String> PARTS =
            List.of("decide", "rivals", "build", "diff", "exchange", "firewall");
    private static final int RIVALS_AT = 10_000;

    private final Map<String, Statistics> times = new TreeMap<>();
    private final Map<String, Double> bytes = new TreeMap<>();

    private BenchmarkTable() {}

    /** Runs the parts named, or all. */
    public static void main(String[] arguments) throws RunnerException, IOException {
        List<String> words = Arrays.asList(arguments);
        String[] grants =
                words.stream().filter(word -> word.matches("\\d+")).toArray(String[]::new);
        List<String> parts = words.stream().filter(word -> !word.matches("\\d+")).toList();
        if (!PARTS.containsAll(parts)) {
            System.err.println("choose of " + PARTS + " and numbers of grants");
            System.exit(2);
        }
        parts = parts.isEmpty() ? PARTS : parts;
        BenchmarkTable table = new BenchmarkTable();
        StringBuilder text = new StringBuilder(machine());
        if (parts.contains("decide")) {
            table.run(DecisionBenchmark.class, 3, 700, 7, 700, grants);
            text.append(table.decisions());
        }
        if (parts.contains("rivals")) {
            if (!table.times.containsKey("indexFromText " + RIVALS_AT + " IPV4")) {
                table.run(DecisionBenchmark.class, 3, 500, 5, 500, "" + RIVALS_AT);
            }
            table.run(RivalBenchmark.class, 3, 4000, 4, 2000);
            text.append(table.rivals());
        }
        if (parts.contains("build")) {
            table.run(BuildBenchmark.class, 4, 1000, 6, 1000, grants);
            text.append(table.builds());
        }
        if (parts.contains("diff")) {
            table.run(ImpactBenchmark.class, 4, 2000, 5, 1000, grants);
            text.append(table.impacts());
        }
        if (parts.contains("exchange")) {
            text.append(enforcement("connectors", "CompileBenchmark", "PartitionBenchmark"));
        }
        if (parts.contains("firewall")) {
            text.append(enforcement("firewall", "FirewallCompileBenchmark"));
        }
        System.out.println("\n" + text);
    }

    /** What an enforcement point of a server costs: compiling, planning, and who takes whom. */
    private static String enforcement(String what, String... benchmarks) throws RunnerException {
        String include = "\\.(" + String.join("|", benchmarks) + ")\\.";
        StringBuilder text =
                new StringBuilder("\n| " + what + " | ms, min/mean/max |\n|---|---|\n");
        for (RunResult result :
                new Runner(
                                new OptionsBuilder()
                                        .include(include)
                                        .forks(1)
                                        .warmupIterations(4)
                                        .warmupTime(TimeValue.milliseconds(2000))
                                        .measurementIterations(5)
                                        .measurementTime(TimeValue.milliseconds(1000))
                                        .shouldFailOnError(true)
                                        .jvmArgs("-Xmx1g", "-Xms1g", "-XX:+UseSerialGC")
                                        .build())
                        .run()) {
            Statistics statistics = result.getPrimaryResult().getStatistics();
            StringBuilder name =
                    new StringBuilder(result.getParams().getBenchmark().replaceAll(".*\\.", ""));
            for (String key : result.getParams().getParamsKeys()) {
                name.append(", ").append(result.getParams().getParam(key)).append(' ').append(key);
            }
            text.append(
                    String.format(
                            "| %s | %.0f/%.0f/%.0f |%n",
                            name, statistics.getMin(), statistics.getMean(), statistics.getMax()));
        }
        return text.toString();
    }

    private static String machine() throws IOException {
        Path cpu = Path.of("/proc/cpuinfo");
        String model = "";
        if (Files.isReadable(cpu)) {
            model =
                    Files.readAllLines(cpu).stream()
                            .filter(line -> line.startsWith("model name"))
                            .map(line -> ", " + line.substring(line.indexOf(':') + 2))
                            .findFirst()
                            .orElse("");
        }
        return "Machine: "
                + Runtime.getRuntime().availableProcessors()
                + " processors"
                + model
                + ", "
                + System.getProperty("os.name")
                + ", Java "
                + System.getProperty("java.version")
                + "\n";
    }

    private void run(
            Class<?> benchmark,
            int warmUps,
            int warmUpMillis,
            int measurements,
            int measurementMillis,
            String... grants)
            throws RunnerException {
        ChainedOptionsBuilder options =
                new OptionsBuilder()
                        .include("\\." + benchmark.getSimpleName() + "\\.")
                        .forks(1)
                        .warmupIterations(warmUps)
                        .warmupTime(TimeValue.milliseconds(warmUpMillis))
                        .measurementIterations(measurements)
                        .measurementTime(TimeValue.milliseconds(measurementMillis))
                        .shouldFailOnError(true)
                        .addProfiler(GCProfiler.class)
                        .jvmArgs(
                                benchmark == ImpactBenchmark.class ? "-Xmx1g" : "-Xmx2g",
                                "-Xms1g",
                                "-XX:+UseSerialGC");
        if (grants.length > 0) {
            options.param("grants", grants);
        }
        if (benchmark == ImpactBenchmark.class) {
            // Dated policies take minutes where every entry differs; ask for them by hand.
            options.param("dated", "false");
        }
        for (RunResult result : new Runner(options.build()).run()) {
            String name =
                    result.getParams().getBenchmark().replaceAll(".*\\.", "")
                            + " "
                            + result.getParams().getParam("grants")
                            + " "
                            + result.getParams()
                                    .getParam(
                                            benchmark == ImpactBenchmark.class
                                                    ? "changed"
                                                    : "family");
            times.put(name, result.getPrimaryResult().getStatistics());
            bytes.put(name, allocated(result.getBenchmarkResults()));
        }
    }

    private static double allocated(Collection<BenchmarkResult> results) {
        return results.stream()
                .flatMap(result -> result.getSecondaryResults().entrySet().stream())
                .filter(entry -> entry.getKey().contains("alloc.rate.norm"))
                .mapToDouble(entry -> entry.getValue().getScore())
                .max()
                .orElse(Double.NaN);
    }

    private String decisions() {
        StringBuilder text = new StringBuilder("\n### Decisions (ns, min/median/max)\n\n");
        text.append("| grants | family | baseline | index | ratio of minima | of medians ");
        text.append("| B/op | from text | B/op |\n|---|---|---|---|---|---|---|---|---|\n");
        for (String key : times.keySet()) {
            if (key.startsWith("index ")) {
                String of = key.substring("index ".length());
                Statistics ours = times.get(key);
                Statistics limit = times.get("baseline " + of);
                Statistics fromText = times.get("indexFromText " + of);
                text.append(
                        row(
                                of.replace(" ", " | "),
                                triple(limit, 1),
                                triple(ours, 1),
                                ratio(ours.getMin(), limit.getMin()),
                                ratio(median(ours), median(limit)),
                                bytes(key),
                                triple(fromText, 1),
                                bytes("indexFromText " + of)));
            }
        }
        return text.toString();
    }

    private String rivals() {
        String at = RIVALS_AT + " IPV4";
        Statistics ours = times.get("indexFromText " + at);
        StringBuilder text = new StringBuilder("\n### Rivals at 10000 grants (µs)\n\n");
        text.append("| engine | min/median/max | times the index from text (medians) ");
        text.append("| B/op |\n|---|---|---|---|\n");
        text.append(row("index from text", triple(ours, 1000), "1", bytes("indexFromText " + at)));
        for (String rival : List.of("jcasbin", "cedar")) {
            String key = rival + " " + RIVALS_AT + " null";
            Statistics theirs = times.get(key);
            text.append(
                    row(
                            rival,
                            triple(theirs, 1000),
                            String.format(Locale.ROOT, "%.0f", median(theirs) / median(ours)),
                            bytes(key)));
        }
        return text.toString();
    }

    private String builds() {
        StringBuilder text = new StringBuilder("\n### Build\n\n");
        text.append("| grants | family | ms min/median/max | retained MiB |\n|---|---|---|---|\n");
        for (String key : times.keySet()) {
            if (key.startsWith("build ")) {
                String[] of = key.split(" ");
                long retained =
                        BuildBenchmark.retainedBytes(
                                Integer.parseInt(of[1]), AddressFamily.valueOf(of[2]));
                text.append(
                        row(
                                of[1],
                                of[2],
                                triple(times.get(key), 1),
                                String.format(Locale.ROOT, "%.1f", retained / 1048576.0)));
            }
        }
        return text.toString();
    }

    private String impacts() {
        StringBuilder text = new StringBuilder("\n### Diff, heap of 1 GB\n\n");
        text.append("| entries | that differ | ms min/median/max | regions |\n|---|---|---|---|\n");
        for (String key : times.keySet()) {
            if (key.startsWith("diff ")) {
                String[] of = key.split(" ");
                int grants = Integer.parseInt(of[1]);
                int changed = Integer.parseInt(of[2]);
                text.append(
                        row(
                                of[1],
                                changed >= grants ? "all" : of[2],
                                triple(times.get(key), 1),
                                "" + ImpactBenchmark.regions(grants, changed, false)));
            }
        }
        return text.toString();
    }

    private static String row(String... cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }

    private static String triple(Statistics times, double unit) {
        return String.format(
                Locale.ROOT,
                "%.1f/%.1f/%.1f",
                times.getMin() / unit,
                median(times) / unit,
                times.getMax() / unit);
    }

    private static double median(Statistics times) {
        return times.getPercentile(50);
    }

    private static String ratio(double a, double b) {
        return String.format(Locale.ROOT, "%.2f", a / b);
    }

    private String bytes(String key) {
        return String.format(Locale.ROOT, "%.0f", bytes.get(key));
    }
}
