package io.postern.cli;

import io.postern.policy.Policy;
import io.postern.policy.PolicyCheck;
import io.postern.policy.PolicyCheck.Finding;
import io.postern.policy.yaml.PolicyDocument;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code postern check}: the guardrails, assertions and lint of a policy file. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = "Checks a policy file: its guardrails, its assertions, and what looks wrong.",
        footer = {
            "",
            "Exit code: 0 = nothing but advice, 1 = a soft or hard finding, 2 = bad input."
        })
public final class CheckCommand extends PolicyVerb {
    private final Clock clock;

    @Parameters(index = "0", paramLabel = "FILE", description = "Policy file, YAML or JSON.")
    private Path file;

    @Option(
            names = "--base",
            paramLabel = "OLD",
            description =
                    "Judge FILE as a change of this policy file: what OLD already had is advice.")
    private Path baseFile;

    @Option(
            names = "--at",
            paramLabel = "TIME",
            description = "Judge as of this time; now if left out.")
    private String at;

    @Option(names = "--json", description = "JSON instead of text.")
    private boolean json;

    /** On the machine's clock. */
    public CheckCommand() {
        this(Clock.systemUTC());
    }

    /**
     * On a given clock.
     *
     * @param clock tells "now" where {@code --at} does not
     */
    public CheckCommand(Clock clock) {
        this.clock = clock;
    }

    @Override
    int run(PrintWriter out) {
        List<String> faults = new ArrayList<>();
        Instant time = readTime(faults);
        PolicyDocument base = baseFile == null ? null : read(baseFile, faults);
        PolicyDocument document = read(file, faults);
        if (!faults.isEmpty()) {
            throw new BadInputException(faults);
        }
        List<Finding> findings =
                PolicyCheck.check(
                        base == null ? Policy.EMPTY : base.policy(), document.policy(), time);
        if (json) {
            FindingJson.print(findings, document, out);
        } else {
            FindingText.print(findings, document, file.toString(), out);
        }
        return findings.stream().anyMatch(finding -> finding.level() != PolicyCheck.Level.ADVISORY)
                ? 1
                : 0;
    }

    /** The faults of both files are told at once; null = faulty. */
    private static PolicyDocument read(Path file, List<String> faults) {
        try {
            return PolicyFile.read(file);
        } catch (BadInputException e) {
            faults.addAll(e.lines());
            return null;
        }
    }

    private Instant readTime(List<String> faults) {
        try {
            return TimeText.at(at, clock);
        } catch (BadInputException e) {
            faults.addAll(e.lines());
            return null;
        }
    }
}
