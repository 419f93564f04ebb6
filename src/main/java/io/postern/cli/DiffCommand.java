package io.postern.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.postern.policy.ChangeProof;
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
        footer = {
            "",
            "Exit code: 0 = nothing changes, 1 = something does, 2 = bad input.",
            "Regions are disjoint and together exactly the submissions whose tier differs. Their"
                    + " order is fixed; beyond 100,000 they are printed as they are found.",
            "The proof says of each edited entry whether what it means was already so and is so"
                    + " afterwards, and what changes besides (collateral)."
        })
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
        return json ? printJson(before, after, start, out) : printText(before, after, start, out);
    }

    private static int printText(Policy before, Policy after, Instant start, PrintWriter out) {
        ImpactText text = new ImpactText();
        OrderedRegions regions = new OrderedRegions(text::add);
        List<String> unknowns = stream(before, after, start, regions);
        regions.end();
        text.print(unknowns, ChangeProof.of(before, after, start), out);
        return regions.count() == 0 ? 0 : 1;
    }

    private static List<String> stream(
            Policy before, Policy after, Instant start, OrderedRegions regions) {
        try (Progress progress = Progress.of("Comparing")) {
            return Impact.stream(before, after, start, regions::add, progress);
        }
    }

    private static int printJson(Policy before, Policy after, Instant start, PrintWriter out) {
        long[] count = new long[1];
        JsonLines.print(
                out,
                (JsonGenerator generator) -> {
                    ImpactJson json = new ImpactJson(generator);
                    generator.writeStartObject();
                    generator.writeArrayFieldStart("regions");
                    OrderedRegions regions = new OrderedRegions(json::write);
                    List<String> unknowns = stream(before, after, start, regions);
                    regions.end();
                    count[0] = regions.count();
                    generator.writeEndArray();
                    JsonLines.field(generator, "unknowns", unknowns);
                    json.write(ChangeProof.of(before, after, start));
                    generator.writeEndObject();
                });
        return count[0] == 0 ? 0 : 1;
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
