package io.postern.cli;

import io.postern.policy.Impact;
import io.postern.policy.Policy;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code postern diff}: exactly which submissions change tier between two policy files. */
@Command(
        name = "diff",
        mixinStandardHelpOptions = true,
        description = "Says exactly which submissions change between two policy files.",
        footer = {"", "Exit code: 0 = nothing changes, 1 = something does, 2 = bad input."})
public final class DiffCommand extends PolicyVerb {
    @Parameters(index = "0", paramLabel = "OLD", description = "Policy file before.")
    private Path oldFile;

    @Parameters(index = "1", paramLabel = "NEW", description = "Policy file after.")
    private Path newFile;

    @Option(names = "--json", description = "JSON instead of a table.")
    private boolean json;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "Only from this time on; all time if left out.")
    private String from;

    @Override
    int run(PrintWriter out) {
        Instant start = readTime();
        List<String> faults = new ArrayList<>();
        Policy before = read(oldFile, faults);
        Policy after = read(newFile, faults);
        if (!faults.isEmpty()) {
            throw new BadInputException(faults);
        }
        Impact impact = Impact.between(before, after, start);
        if (json) {
            ImpactJson.print(impact, out);
        } else {
            ImpactText.print(impact, out);
        }
        return impact.isEmpty() ? 0 : 1;
    }

    /** The faults of both files are told at once. */
    private static Policy read(Path file, List<String> faults) {
        try {
            return PolicyFile.read(file).policy();
        } catch (BadInputException e) {
            faults.addAll(e.lines());
            return Policy.EMPTY;
        }
    }

    private Instant readTime() {
        try {
            return from == null ? null : TimeText.parse(from);
        } catch (IllegalArgumentException e) {
            throw new BadInputException("--from: " + e.getMessage());
        }
    }
}
