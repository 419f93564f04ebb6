package io.postern.cli;

import io.postern.policy.Address;
import io.postern.policy.Explanation;
import io.postern.policy.PolicyEvaluator;
import io.postern.policy.Submission;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code postern decide}: what a policy file gives one submission, or each of a file of them. */
@Command(
        name = "decide",
        mixinStandardHelpOptions = true,
        description = "Says how far a submission may go under a policy file, and why.",
        footer = {
            "",
            "Exit code: 0 = may submit, 1 = may not (tier none), 2 = bad input; with --batch 0.",
            "A batch file holds one JSON object a line with address, server, and optionally account,"
                    + " computer, port, at; one JSON line with tier, grant and block is printed for"
                    + " each, in order. Nothing is printed unless every line is sound."
        })
public final class DecideCommand extends PolicyVerb {
    private static final int DEFAULT_PORT = 25;

    private final Clock clock;

    @Option(
            names = "--policy",
            required = true,
            paramLabel = "FILE",
            description = "Policy file, YAML or JSON.")
    private Path policy;

    @Option(
            names = "--address",
            paramLabel = "ADDRESS",
            description = "Source address, IPv4 or IPv6.")
    private String address;

    @Option(
            names = "--account",
            paramLabel = "NAME",
            description = "Proven account, name or SID; without it none is proven.")
    private String account;

    @Option(
            names = "--computer",
            paramLabel = "NAME",
            description = "Proven computer, name or SID; without it none is proven.")
    private String computer;

    @Option(names = "--server", paramLabel = "NAME", description = "Server of the policy.")
    private String server;

    @Option(names = "--port", paramLabel = "PORT", description = "Its port; 25 if left out.")
    private Integer port;

    @Option(
            names = "--at",
            paramLabel = "TIME",
            description = "2027-03-31 or 2027-03-31T18:00:00Z; now if left out.")
    private String at;

    @Option(names = "--json", description = "One JSON object instead of text.")
    private boolean json;

    @Option(names = "--explain", description = "Also every entry that was tried, and why not.")
    private boolean explain;

    @Option(
            names = "--batch",
            paramLabel = "FILE",
            description = "Decide every request of this file of JSON lines.")
    private Path batch;

    /** On the machine's clock. */
    public DecideCommand() {
        this(Clock.systemUTC());
    }

    /**
     * On a given clock.
     *
     * @param clock tells "now" where no time is stated
     */
    public DecideCommand(Clock clock) {
        this.clock = clock;
    }

    @Override
    int run(PrintWriter out) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        if (batch != null) {
            refuseOptionsBesideBatch();
            BatchDecider decider = new BatchDecider(PolicyFile.read(policy).policy());
            new DecisionBatch(decider, now).run(batch, out);
            return 0;
        }
        PolicyEvaluator evaluator = new PolicyEvaluator(PolicyFile.read(policy).policy());
        Submission submission = submission(now);
        Explanation explanation = explained(evaluator, submission);
        if (json) {
            DecisionJson.print(explanation, explain, out);
        } else {
            DecisionText.print(submission, explanation, explain, out);
        }
        return DecisionText.isOpen(explanation.decision()) ? 0 : 1;
    }

    private static Explanation explained(PolicyEvaluator evaluator, Submission submission) {
        try {
            return evaluator.explain(submission);
        } catch (IllegalArgumentException e) {
            throw new BadInputException(e.getMessage());
        }
    }

    private void refuseOptionsBesideBatch() {
        boolean others =
                explain
                        || Stream.of(address, account, computer, server, port, at)
                                .anyMatch(Objects::nonNull);
        if (others) {
            throw new BadInputException(
                    "--batch takes its requests from the file; leave out --explain and the options"
                            + " of a single request");
        }
    }

    private Submission submission(Instant now) {
        List<String> missing =
                Stream.of(address == null ? "--address" : null, server == null ? "--server" : null)
                        .filter(Objects::nonNull)
                        .toList();
        if (!missing.isEmpty()) {
            throw new BadInputException(
                    "missing " + String.join(" and ", missing) + " (or give --batch FILE)");
        }
        return new Submission(
                readAddress(),
                account,
                computer,
                server,
                port == null ? DEFAULT_PORT : port,
                readTime(now));
    }

    private Address readAddress() {
        try {
            return Address.parse(address);
        } catch (IllegalArgumentException e) {
            throw new BadInputException("--address: " + e.getMessage());
        }
    }

    private Instant readTime(Instant now) {
        try {
            return at == null ? now : TimeText.parse(at);
        } catch (IllegalArgumentException e) {
            throw new BadInputException("--at: " + e.getMessage());
        }
    }
}
