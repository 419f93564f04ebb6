package io.postern.cli.selftest;

import io.postern.cli.Progress;
import io.postern.cli.TextTable;
import io.postern.cli.demo.StoryException;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Faults of enforcement, one after the other, each with the verdict that it must get. */
@Command(
        name = "faults",
        mixinStandardHelpOptions = true,
        description = {
            "Arm one fault of enforcement after the other, with clean rollouts between them; each",
            "fault must get its verdict, and no clean rollout may alarm. Exit: 0 = so it was,",
            "1 = not, 2 = bad input."
        })
final class FaultsCommand implements Callable<Integer> {
    private static final int MOST = 10_000;
    private static final int TRANSIENT_SECONDS = 3;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Draws places, changes and order (default: any; it is printed).")
    private Long seed;

    @Option(
            names = "--clean",
            defaultValue = "20",
            paramLabel = "K",
            description = "Clean rollouts, 0 to 10000 (default: 20).")
    private int clean;

    @Option(
            names = "--faults",
            paramLabel = "M",
            description = "Faults, 0 to 10000 (default: every kind once).")
    private Integer count;

    @Option(
            names = "--kinds",
            split = ",",
            paramLabel = "KIND",
            description = "Only these kinds (default: all; --list names them).")
    private List<String> names = List.of();

    @Option(names = "--list", description = "Name the kinds, and do nothing.")
    private boolean list;

    @Option(names = "--json", description = "The report as JSON.")
    private boolean json;

    @Option(names = "--long-tarpit-millis", defaultValue = "4000", hidden = true)
    private int longTarpitMillis;

    /** Proves the suite: what is never armed can never be detected. */
    @Option(names = "--disarmed", hidden = true)
    private boolean disarmed;

    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    private final Clock clock = Clock.systemUTC();

    @Override
    public Integer call() throws Exception {
        List<FaultKind> all = FaultKinds.simulated(longTarpitMillis, TRANSIENT_SECONDS);
        if (list) {
            list(all);
            return 0;
        }
        List<FaultKind> kinds = chosen(all);
        int faults = count == null || kinds.isEmpty() ? kinds.size() : count;
        requireCount("--clean", clean);
        requireCount("--faults", faults);
        if (clean + faults + linuxKinds().size() == 0) {
            throw bad("--clean 0 and --faults 0 leave nothing to do");
        }
        if (longTarpitMillis < 1 || longTarpitMillis > 8000) {
            throw bad("--long-tarpit-millis must be 1 to 8000");
        }
        long drawn = seed == null ? ThreadLocalRandom.current().nextLong(1_000_000) : seed;
        FaultReport report = run(drawn, kinds, faults);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(report.json());
            out.flush();
        } else {
            report.print(out);
        }
        return report.isGood() ? 0 : 1;
    }

    private void list(List<FaultKind> kinds) {
        TextTable table = new TextTable("KIND", "HOST", "MUST END", "WHAT IS WRONG");
        kinds.forEach(
                kind ->
                        table.add(
                                kind.name(),
                                TrialResult.SIMULATED,
                                FaultSuite.words(kind),
                                kind.effect()));
        LinuxKind.all()
                .forEach(
                        kind ->
                                table.add(
                                        kind.name(),
                                        TrialResult.LINUX,
                                        FaultVerdict.DETECTED_FAIL.name(),
                                        kind.effect()));
        table.print("", spec.commandLine().getOut());
        spec.commandLine().getOut().flush();
    }

    private List<FaultKind> chosen(List<FaultKind> all) {
        for (String name : names) {
            if (all.stream().noneMatch(kind -> kind.name().equals(name))
                    && LinuxKind.all().stream().noneMatch(kind -> kind.name().equals(name))) {
                throw bad(
                        "there is no kind '"
                                + name
                                + "' (allowed: "
                                + Stream.concat(
                                                all.stream().map(FaultKind::name),
                                                LinuxKind.all().stream().map(LinuxKind::name))
                                        .collect(Collectors.joining(", "))
                                + ")");
            }
        }
        return names.isEmpty()
                ? all
                : all.stream().filter(kind -> names.contains(kind.name())).toList();
    }

    /** Of the real network, each once; none where a number of faults is asked for. */
    private List<LinuxKind> linuxKinds() {
        return count != null
                ? List.of()
                : LinuxKind.all().stream()
                        .filter(kind -> names.isEmpty() || names.contains(kind.name()))
                        .toList();
    }

    private void runLinux(long drawn, Consumer<TrialResult> told) throws Exception {
        List<LinuxKind> kinds = linuxKinds();
        Optional<String> missing = kinds.isEmpty() ? Optional.empty() : LinuxBench.missing();
        if (missing.isPresent()) {
            kinds.forEach(kind -> told.accept(LinuxBench.skipped(kind, missing.get())));
        } else if (!kinds.isEmpty()) {
            try (LinuxBench bench = new LinuxBench(drawn)) {
                Runtime.getRuntime()
                        .addShutdownHook(new Thread(bench::stop, "postern-selftest-linux-stop"));
                bench.start();
                for (LinuxKind kind : kinds) {
                    told.accept(bench.trial(kind));
                }
            }
        }
    }

    private void requireCount(String option, int value) {
        if (value < 0 || value > MOST) {
            throw bad(option + " " + value + " is out of range (0 to " + MOST + ")");
        }
    }

    private CommandLine.ParameterException bad(String message) {
        return new CommandLine.ParameterException(spec.commandLine(), message);
    }

    private FaultReport run(long drawn, List<FaultKind> kinds, int faults) throws Exception {
        PrintWriter err = spec.commandLine().getErr();
        Instant began = clock.instant();
        int all = faults + clean + linuxKinds().size();
        List<TrialResult> results = new ArrayList<>();
        try {
            if (faults + clean > 0) {
                runSimulated(drawn, kinds, faults, all, results);
            }
            runLinux(
                    drawn,
                    result -> {
                        results.add(result);
                        say(err, line(results.size(), all, result));
                    });
        } catch (StoryException | IOException e) {
            // What was found until then is not lost; it is not all, so it is no success.
            err.println("it broke off: " + e.getMessage());
        }
        return new FaultReport(
                drawn,
                began,
                clock.instant().getEpochSecond() - began.getEpochSecond(),
                all,
                results);
    }

    private void runSimulated(
            long drawn, List<FaultKind> kinds, int faults, int all, List<TrialResult> results)
            throws Exception {
        PrintWriter err = spec.commandLine().getErr();
        try (SimulatedBench bench = new SimulatedBench();
                Progress progress = Progress.of("selftest faults")) {
            Runtime.getRuntime().addShutdownHook(new Thread(bench::close, "postern-selftest-stop"));
            TrialPolicy policy = new TrialPolicy();
            say(err, "seed " + drawn + ": service, agents and simulated servers start");
            bench.start(policy);
            FaultSuite suite =
                    new FaultSuite(
                            bench,
                            new TrialDraw(drawn, policy),
                            !disarmed,
                            result -> {
                                results.add(result);
                                progress.accept((double) results.size() / all);
                                say(err, line(results.size(), all, result));
                            });
            suite.run(FaultSuite.order(kinds, faults, new Random(drawn)), clean);
        }
    }

    /** On a terminal the bar says enough. */
    private static void say(PrintWriter err, String line) {
        if (System.console() == null) {
            err.println(line);
            err.flush();
        }
    }

    private static String line(int done, int all, TrialResult result) {
        return String.format(
                "[%d/%d] %s %s: %s%s%s",
                done,
                all,
                result.isClean() ? "clean" : result.kind(),
                result.where(),
                result.isSkipped() ? "skipped" : result.got(),
                result.isAsExpected() || result.isSkipped() ? "" : " (NOT AS EXPECTED)",
                result.detection() == null ? "" : " after " + result.detectionText());
    }
}
