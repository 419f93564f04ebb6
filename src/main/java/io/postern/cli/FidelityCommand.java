package io.postern.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.postern.enforcement.Fidelity;
import io.postern.enforcement.ServerFidelity;
import io.postern.enforcement.firewall.DefaultFirewall;
import io.postern.enforcement.firewall.FirewallEffect;
import io.postern.enforcement.firewall.ObservedFirewall;
import io.postern.enforcement.server.CompiledServer;
import io.postern.enforcement.server.DesiredState;
import io.postern.enforcement.server.ObservedServer;
import io.postern.enforcement.server.ServerCompiler;
import io.postern.enforcement.server.ServerSteps;
import io.postern.policy.Policy;
import io.postern.policy.Server;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code postern fidelity}: what a server lets through otherwise than the policy says. */
@Command(
        name = "fidelity",
        mixinStandardHelpOptions = true,
        description = {
            "Says exactly what the enforcement points of a server, taken together, let through"
                    + " otherwise than the policy says."
        },
        footer = {
            "",
            "With --observed of the connectors as they are, and with --firewall of the Windows"
                    + " firewall before them; without both, of what the policy compiles to on a"
                    + " fresh server. A firewall that the policy names and nobody read is told as"
                    + " not known.",
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
            names = "--firewall",
            arity = "1..*",
            paramLabel = "FILE",
            description =
                    "Exports of the server's Windows firewall: what the read script writes, or reg"
                            + " export.")
    private List<Path> firewallFiles = List.of();

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
        Server server = withConnectors(ServerChoice.of(policy, serverName, policyFile));
        ServerChoice.Observed read = ServerChoice.connectors(policy, server, observedFiles);
        boolean isFresh = observedFiles.isEmpty() && firewallFiles.isEmpty();
        ObservedServer observed = new ObservedServer(read.connectors(), firewall(server, isFresh));
        CompiledServer compiled = ServerCompiler.compile(policy, server, 0, observed, time);
        Fidelity known =
                ServerFidelity.of(
                        policy,
                        server,
                        (isFresh ? ServerSteps.apply(observed, compiled.steps()) : observed)
                                .paths(read.isOpenToEveryDomain(), server.ports()),
                        compiled.unsupported(),
                        time);
        Fidelity fidelity =
                observed.firewall() == null && server.enforcement().contains(FirewallEffect.KIND)
                        ? withUnreadFirewall(known)
                        : known;
        if (json) {
            JsonLines.print(out, generator -> write(generator, fidelity));
        } else {
            print(server.name(), fidelity, out);
        }
        return fidelity.regions().isEmpty() ? 0 : 1;
    }

    /** Its connectors count whether the policy has them kept or not. */
    private static Server withConnectors(Server server) {
        if (server.enforcement().contains(DesiredState.EXCHANGE)) {
            return server;
        }
        List<String> kinds = new ArrayList<>(server.enforcement());
        kinds.add(DesiredState.EXCHANGE);
        return new Server(
                server.name(),
                server.addresses(),
                server.ports(),
                server.ring(),
                kinds,
                server.kerberosRanges(),
                server.loadBalancedNames(),
                server.mode(),
                server.repair());
    }

    /** Null = there is none, or nobody read it. */
    private ObservedFirewall firewall(Server server, boolean isFresh) {
        if (!firewallFiles.isEmpty()) {
            return ObservedFiles.firewall(firewallFiles);
        }
        return isFresh && server.enforcement().contains(FirewallEffect.KIND)
                ? DefaultFirewall.ofFreshServer()
                : null;
    }

    private static Fidelity withUnreadFirewall(Fidelity judged) {
        List<String> unknowns = new ArrayList<>(judged.unknowns());
        unknowns.add(
                "What the Windows firewall lets through is not known (--firewall was not given); it"
                        + " counts as letting everybody through, with no identity proven.");
        return new Fidelity(judged.regions(), unknowns);
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
