package io.postern.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.postern.enforcement.CompiledConnectors;
import io.postern.enforcement.ConnectorPlan;
import io.postern.enforcement.ConnectorStep;
import io.postern.enforcement.ExchangeCompiler;
import io.postern.enforcement.ExchangeScript;
import io.postern.enforcement.PlanGaps;
import io.postern.enforcement.ReceiveConnector;
import io.postern.enforcement.Unsupported;
import io.postern.policy.Policy;
import io.postern.policy.Server;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code postern compile}: what a policy means for an enforcement point of a server. */
@Command(
        name = "compile",
        mixinStandardHelpOptions = true,
        description = {
            "Compiles a policy to what an enforcement point of a server should hold, and the steps"
                    + " that lead there."
        },
        footer = {
            "",
            "Exit code: 0 = compiled (what cannot be held is listed), 2 = bad input.",
            "Without --observed the server counts as freshly installed: the five default"
                    + " connectors of a Mailbox server."
        })
public final class CompileCommand extends PolicyVerb {
    /** Kinds of enforcement points that can be compiled. */
    enum Kind {
        exchange
    }

    /** How the outcome is written. */
    enum Format {
        text,
        json,
        powershell
    }

    private final Clock clock;

    @Option(
            names = "--policy",
            required = true,
            paramLabel = "FILE",
            description = "Policy file, YAML or JSON.")
    private Path policyFile;

    @Option(
            names = "--server",
            required = true,
            paramLabel = "NAME",
            description = "A server of the policy.")
    private String serverName;

    @Option(
            names = "--kind",
            required = true,
            paramLabel = "KIND",
            description = "Kind of enforcement point: ${COMPLETION-CANDIDATES}.")
    private Kind kind;

    @Option(
            names = "--observed",
            arity = "1..*",
            paramLabel = "FILE",
            description =
                    "Exports of what the server has now: Get-ReceiveConnector, and"
                            + " Get-ADPermission for the relay right (CLIXML or JSON).")
    private List<Path> observedFiles = List.of();

    @Option(
            names = "--at",
            paramLabel = "TIME",
            description = "Compile for this time; now if left out.")
    private String at;

    @Option(
            names = "--identity-layer",
            description =
                    "A layer before the connectors was read back to be active and proves identity:"
                            + " an address then gets the highest tier that any identity has from"
                            + " it.")
    private boolean identityLayer;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "${COMPLETION-CANDIDATES}; text if left out.")
    private Format format = Format.text;

    @Option(names = "--json", description = "The same as --format json.")
    private boolean json;

    /** On the machine's clock. */
    public CompileCommand() {
        this(Clock.systemUTC());
    }

    /**
     * On a given clock.
     *
     * @param clock tells "now" where {@code --at} does not
     */
    public CompileCommand(Clock clock) {
        this.clock = clock;
    }

    @Override
    int run(PrintWriter out) {
        Instant time = TimeText.at(at, clock);
        Policy policy = PolicyFile.read(policyFile).policy();
        Server server = ServerChoice.of(policy, serverName, policyFile);
        List<ReceiveConnector> observed =
                ServerChoice.connectors(policy, server, observedFiles).connectors();
        CompiledConnectors compiled =
                ExchangeCompiler.compile(policy, server, observed, time, identityLayer);
        List<ConnectorStep> steps = steps(observed, compiled);
        if (json || format == Format.json) {
            List<List<PlanGaps.Gap>> gaps = PlanGaps.of(observed, steps);
            JsonLines.print(out, generator -> write(generator, compiled, steps, gaps));
        } else if (format == Format.powershell) {
            out.print(script(server.name(), steps, compiled.unsupported()));
        } else {
            CompiledText.print(server.name(), compiled, steps, PlanGaps.of(observed, steps), out);
        }
        return 0;
    }

    private static List<ConnectorStep> steps(
            List<ReceiveConnector> observed, CompiledConnectors compiled) {
        try {
            return ConnectorPlan.between(observed, compiled.connectors());
        } catch (IllegalArgumentException | IllegalStateException e) {
            // A relay right that was not exported, or a server whose own connectors conflict.
            throw new BadInputException("--observed: no plan leads there: " + e.getMessage());
        }
    }

    private static String script(
            String server, List<ConnectorStep> steps, List<Unsupported> unsupported) {
        try {
            return ExchangeScript.of(server, steps, unsupported);
        } catch (IllegalArgumentException e) {
            throw new BadInputException("--format powershell: " + e.getMessage());
        }
    }

    private static void write(
            JsonGenerator json,
            CompiledConnectors compiled,
            List<ConnectorStep> steps,
            List<List<PlanGaps.Gap>> gaps)
            throws IOException {
        json.writeStartObject();
        json.writeArrayFieldStart("connectors");
        for (ReceiveConnector connector : compiled.connectors()) {
            ConnectorJson.write(json, connector);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("steps");
        for (int i = 0; i < steps.size(); i++) {
            ConnectorStep step = steps.get(i);
            json.writeStartObject();
            json.writeStringField("description", step.description());
            json.writeStringField("inverse", step.inverse().description());
            json.writeStringField("connector", step.name());
            json.writeStringField("action", step.getClass().getSimpleName());
            json.writeArrayFieldStart("gaps");
            for (PlanGaps.Gap gap : gaps.get(i)) {
                json.writeStartObject();
                json.writeStringField("tier", gap.tier().word());
                JsonLines.field(json, "addresses", gap.addresses().texts());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("unsupported");
        for (Unsupported one : compiled.unsupported()) {
            json.writeStartObject();
            json.writeStringField("entry", one.entry());
            json.writeStringField("reason", one.reason());
            json.writeStringField("remedy", one.remedy());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
