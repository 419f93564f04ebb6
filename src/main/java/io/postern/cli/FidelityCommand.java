package io.postern.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.postern.enforcement.CompiledConnectors;
import io.postern.enforcement.ExchangeCompiler;
import io.postern.enforcement.ExchangeFidelity;
import io.postern.enforcement.Fidelity;
import io.postern.enforcement.ReceiveConnector;
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

/** {@code postern fidelity}: what a server lets through otherwise than the policy says. */
@Command(
        name = "fidelity",
        mixinStandardHelpOptions = true,
        description = {
            "Says exactly what the receive connectors of a server let through otherwise than the"
                    + " policy says."
        },
        footer = {
            "",
            "With --observed of the connectors as they are, without it of those that the policy"
                    + " compiles to on a fresh server.",
            "Exit code: 0 = no region, 1 = regions, 2 = bad input. As with diff, what is not known is"
                    + " told beside the regions and changes no exit code."
        })
public final class FidelityCommand extends PolicyVerb {
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
            names = "--observed",
            arity = "1..*",
            paramLabel = "FILE",
            description =
                    "Exports of what the server has now: Get-ReceiveConnector, Get-ADPermission"
                            + " for the relay right, Get-AcceptedDomain (CLIXML or JSON).")
    private List<Path> observedFiles = List.of();

    @Option(
            names = "--at",
            paramLabel = "TIME",
            description = "Judge as of this time; now if left out.")
    private String at;

    @Option(names = "--json", description = "JSON instead of text.")
    private boolean json;

    /** On the machine's clock. */
    public FidelityCommand() {
        this(Clock.systemUTC());
    }

    /**
     * On a given clock.
     *
     * @param clock tells "now" where {@code --at} does not
     */
    public FidelityCommand(Clock clock) {
        this.clock = clock;
    }

    @Override
    int run(PrintWriter out) {
        Instant time = TimeText.at(at, clock);
        Policy policy = PolicyFile.read(policyFile).policy();
        Server server = ServerChoice.of(policy, serverName, policyFile);
        ServerChoice.Observed observed = ServerChoice.connectors(policy, server, observedFiles);
        CompiledConnectors compiled =
                ExchangeCompiler.compile(policy, server, observed.connectors(), time);
        List<ReceiveConnector> judged =
                observedFiles.isEmpty() ? compiled.connectors() : observed.connectors();
        Fidelity fidelity =
                ExchangeFidelity.of(
                        policy,
                        server,
                        judged,
                        observed.isOpenToEveryDomain(),
                        compiled.unsupported(),
                        time);
        if (json) {
            JsonLines.print(out, generator -> write(generator, fidelity));
        } else {
            print(server.name(), fidelity, out);
        }
        return fidelity.regions().isEmpty() ? 0 : 1;
    }

    private static void write(JsonGenerator json, Fidelity fidelity) throws IOException {
        ImpactJson regions = new ImpactJson(json);
        json.writeStartObject();
        json.writeArrayFieldStart("regions");
        for (Fidelity.Found found : fidelity.regions()) {
            regions.write(
                    found.region(),
                    generator -> {
                        generator.writeStringField("layer", found.layer());
                        generator.writeStringField("remedy", found.remedy());
                    });
        }
        json.writeEndArray();
        JsonLines.field(json, "unknowns", fidelity.unknowns());
        json.writeEndObject();
    }

    private static void print(String server, Fidelity fidelity, PrintWriter out) {
        if (fidelity.regions().isEmpty()) {
            out.println(
                    fidelity.isExact()
                            ? server + " lets through exactly what the policy says."
                            : server + " lets through what the policy says, as far as is known.");
        } else {
            long over =
                    fidelity.regions().stream()
                            .filter(
                                    found ->
                                            found.region()
                                                            .before()
                                                            .compareTo(found.region().after())
                                                    < 0)
                            .count();
            out.println(
                    server
                            + " lets through more than the policy says in "
                            + over
                            + " regions, less in "
                            + (fidelity.regions().size() - over)
                            + ".");
            out.println();
            ImpactText text = new ImpactText();
            fidelity.regions().forEach(found -> text.add(found.region()));
            text.printTable(out);
            out.println();
            out.println("What would remove them:");
            fidelity.regions().stream()
                    .map(found -> "  " + found.layer() + ": " + found.remedy() + ".")
                    .distinct()
                    .forEach(out::println);
        }
        if (!fidelity.unknowns().isEmpty()) {
            out.println();
            out.println("Not known:");
            fidelity.unknowns().forEach(one -> out.println("  " + one));
        }
    }
}
