package io.postern.cli;

import io.postern.policy.Policy;
import io.postern.policy.PolicyCheck;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
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

    @Option(names = "--json", description = "JSON instead of text.")
    private boolean json;

    /** On the machine's clock. */
    public CheckCommand() {
        this(Clock.systemUTC());
    }

    /**
     * On a given clock.
     *
     * @param clock tells "now" to assertions that state no time
     */
    public CheckCommand(Clock clock) {
        this.clock = clock;
    }

    @Override
    int run(PrintWriter out) {
        Policy policy = PolicyFile.read(file).policy();
        List<PolicyCheck.Finding> findings =
                PolicyCheck.check(
                        Policy.EMPTY, policy, clock.instant().truncatedTo(ChronoUnit.SECONDS));
        if (json) {
            printJson(findings, out);
        } else {
            printText(findings, out);
        }
        return findings.stream().anyMatch(finding -> finding.level() != PolicyCheck.Level.ADVISORY)
                ? 1
                : 0;
    }

    private static void printJson(List<PolicyCheck.Finding> findings, PrintWriter out) {
        JsonLines.print(
                out,
                json -> {
                    json.writeStartObject();
                    json.writeArrayFieldStart("findings");
                    for (PolicyCheck.Finding finding : findings) {
                        json.writeStartObject();
                        json.writeStringField("level", finding.level().word());
                        json.writeStringField("rule", finding.rule());
                        JsonLines.field(json, "entry", finding.entry());
                        json.writeStringField("message", finding.message());
                        json.writeStringField("remedy", finding.remedy());
                        json.writeEndObject();
                    }
                    json.writeEndArray();
                    json.writeEndObject();
                });
    }

    private static void printText(List<PolicyCheck.Finding> findings, PrintWriter out) {
        for (PolicyCheck.Finding finding : findings) {
            out.printf(
                    "%-8s  %s%s%n",
                    finding.level().name(),
                    finding.rule(),
                    finding.entry() == null ? "" : "  " + finding.entry());
            out.println("          " + finding.message());
            out.println("          Remedy: " + finding.remedy());
        }
        if (findings.isEmpty()) {
            out.println("No findings: every guardrail and assertion holds.");
            return;
        }
        out.println();
        out.printf(
                "%d hard, %d soft, %d advisory%n",
                count(findings, PolicyCheck.Level.HARD),
                count(findings, PolicyCheck.Level.SOFT),
                count(findings, PolicyCheck.Level.ADVISORY));
    }

    private static long count(List<PolicyCheck.Finding> findings, PolicyCheck.Level level) {
        return findings.stream().filter(finding -> finding.level() == level).count();
    }
}
