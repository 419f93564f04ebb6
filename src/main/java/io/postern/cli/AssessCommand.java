package io.postern.cli;

import io.postern.enforcement.Assessment;
import io.postern.enforcement.AssessmentFinding;
import io.postern.enforcement.AssessmentFinding.Severity;
import io.postern.enforcement.ObservedExchange;
import io.postern.enforcement.VisibleText;
import io.postern.enforcement.firewall.FirewallFindings;
import io.postern.enforcement.firewall.ObservedFirewall;
import io.postern.policy.GuardrailRule;
import io.postern.policy.InvalidPolicyException;
import io.postern.policy.Policy;
import io.postern.policy.PolicyCheck;
import io.postern.policy.yaml.PolicyDocument;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code postern assess}: who can submit today and how far, from exports alone. */
@Command(
        name = "assess",
        mixinStandardHelpOptions = true,
        description =
                "Says who can submit mail today and how far, what is dangerous about it, and"
                        + " proposes a first policy that says the same.",
        footer = {
            "",
            "Exit code: 0 = no findings, 1 = findings, 2 = bad input.",
            "FILE is an export (Export-Clixml or ConvertTo-Json); docs/scripts/collect-evidence.ps1"
                    + " writes them. What a file holds is recognised by its content, so every"
                    + " option takes any of them."
        })
public final class AssessCommand extends PolicyVerb {
    private static final int SMTP_PORT = 25;

    private final Clock clock;

    @Option(
            names = "--connectors",
            paramLabel = "FILE",
            required = true,
            arity = "1..*",
            description = "Exports of Get-ReceiveConnector.")
    private List<Path> connectors;

    @Option(
            names = "--permissions",
            paramLabel = "FILE",
            arity = "1..*",
            description = "Exports of Get-ADPermission; without them the relay right is unknown.")
    private List<Path> permissions = List.of();

    @Option(
            names = "--accepted-domains",
            paramLabel = "FILE",
            arity = "1..*",
            description = "Exports of Get-AcceptedDomain.")
    private List<Path> acceptedDomains = List.of();

    @Option(
            names = "--firewall",
            paramLabel = "FILE",
            arity = "1..*",
            description =
                    "Exports of the server's Windows firewall: reg export of the keys FirewallPolicy"
                            + " and WindowsFirewall, or an agent's firewall-dump-….json.")
    private List<Path> firewall = List.of();

    @Option(names = "--json", description = "JSON instead of text.")
    private boolean json;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Also write a page with pictures; it needs nothing but a browser.")
    private Path html;

    @Option(
            names = "--write-policy",
            paramLabel = "FILE",
            description = "Also write the proposed policy; the file must not be there yet.")
    private Path policyFile;

    /** On the machine's clock. */
    public AssessCommand() {
        this(Clock.systemUTC());
    }

    /**
     * On a given clock.
     *
     * @param clock tells when the proposed policy is judged
     */
    public AssessCommand(Clock clock) {
        this.clock = clock;
    }

    @Override
    int run(PrintWriter out) {
        List<Path> files = new ArrayList<>(connectors);
        files.addAll(permissions);
        files.addAll(acceptedDomains);
        ObservedFirewall observedFirewall =
                firewall.isEmpty() ? null : ObservedFiles.firewall(firewall);
        ObservedExchange exchange = ObservedFiles.read(files);
        Assessment assessment =
                judged(
                        observedFirewall == null
                                ? Assessment.of(exchange)
                                : withFirewall(exchange, observedFirewall));
        if (policyFile != null) {
            write(policyFile, assessment.policy().yaml(), StandardOpenOption.CREATE_NEW);
        }
        if (html != null) {
            write(
                    html,
                    new AssessHtml(assessment).page(),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING);
        }
        if (json) {
            AssessJson.print(assessment, out);
        } else {
            AssessText.print(assessment, out);
        }
        return assessment.findings().isEmpty() ? 0 : 1;
    }

    /**
     * With what the firewall in front of the connectors lets through, of the one server there is.
     */
    private static Assessment withFirewall(
            ObservedExchange exchange, ObservedFirewall observedFirewall) {
        List<String> notes = new ArrayList<>(exchange.notes());
        notes.addAll(observedFirewall.notes());
        Assessment assessment =
                Assessment.of(
                        new ObservedExchange(
                                exchange.connectors(),
                                exchange.permissions(),
                                exchange.acceptedDomains(),
                                notes));
        String server = exchange.servers().size() == 1 ? exchange.servers().first() : null;
        List<AssessmentFinding> findings = new ArrayList<>(assessment.findings());
        findings.addAll(FirewallFindings.of(observedFirewall, server, SMTP_PORT));
        findings.sort(Comparator.comparing(AssessmentFinding::severity));
        return new Assessment(
                assessment.observed(), assessment.exposures(), findings, assessment.policy());
    }

    /** With the guardrails that the proposed policy breaks: it says what is, not what should be. */
    private Assessment judged(Assessment assessment) {
        List<AssessmentFinding> findings = new ArrayList<>(assessment.findings());
        try {
            Policy policy = PolicyDocument.parse(assessment.policy().yaml()).policy();
            for (PolicyCheck.Finding finding :
                    PolicyCheck.check(Policy.EMPTY, policy, clock.instant())) {
                // That nobody may submit today is no fault of today.
                if (finding.level() == PolicyCheck.Level.HARD
                        && !finding.rule().equals(GuardrailRule.NO_EMPTY_POLICY.word())) {
                    findings.add(
                            finding(
                                    "guardrail-" + finding.rule(),
                                    "the proposed policy says what is so today, which a guardrail"
                                            + " refuses: "
                                            + finding.message(),
                                    finding.remedy()));
                }
            }
        } catch (InvalidPolicyException e) {
            findings.add(
                    finding(
                            "policy-incomplete",
                            "the proposed policy cannot hold a name of the export: "
                                    + e.errors().get(0).at("policy"),
                            "mend it by hand; postern check tells where"));
        }
        findings.sort(Comparator.comparing(AssessmentFinding::severity));
        return new Assessment(
                assessment.observed(), assessment.exposures(), findings, assessment.policy());
    }

    private static AssessmentFinding finding(String rule, String message, String remedy) {
        return new AssessmentFinding(
                Severity.LOW,
                rule,
                null,
                null,
                List.of(),
                VisibleText.of(message, AssessText.LONGEST_MESSAGE),
                remedy);
    }

    private static void write(Path file, String text, OpenOption... how) {
        OpenOption[] options = new OpenOption[how.length + 1];
        options[0] = StandardOpenOption.WRITE;
        System.arraycopy(how, 0, options, 1, how.length);
        try {
            Files.write(file, text.getBytes(StandardCharsets.UTF_8), options);
        } catch (FileAlreadyExistsException e) {
            throw new BadInputException(file + ":1:1: is there already; choose another name");
        } catch (IOException e) {
            throw new BadInputException(file + ":1:1: cannot be written: " + e.getMessage());
        }
    }
}
