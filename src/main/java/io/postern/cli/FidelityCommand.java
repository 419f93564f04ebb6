package io.postern.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.postern.enforcement.Fidelity;
import io.postern.enforcement.ServerFidelity;
import io.postern.enforcement.firewall.DefaultFirewall;
import io.postern.enforcement.firewall.FirewallEffect;
import io.postern.enforcement.firewall.ObservedFirewall;
import io.postern.enforcement.nftables.NftablesEffect;
import io.postern.enforcement.nftables.NftablesHook;
import io.postern.enforcement.nftables.ObservedNftables;
import io.postern.enforcement.postfix.ObservedPostfix;
import io.postern.enforcement.postfix.PostfixEffect;
import io.postern.enforcement.server.CompiledServer;
import io.postern.enforcement.server.DesiredState;
import io.postern.enforcement.server.ObservedServer;
import io.postern.enforcement.server.ServerCompiler;
import io.postern.enforcement.server.ServerSteps;
import io.postern.policy.Passage;
import io.postern.policy.Policy;
import io.postern.policy.ProtectedSource;
import io.postern.policy.Server;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
            "With --observed of the connectors as they are, with --firewall of the Windows firewall"
                    + " before them, with --postfix, --nftables and --gateway of Linux hosts;"
                    + " without any, of what the policy compiles to on a fresh server. A firewall that the policy names and nobody read is told as"
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
            names = "--nftables",
            paramLabel = "FILE",
            description = "The server's own nftables: what nft -j list ruleset prints there.")
    private Path nftablesFile;

    @Option(
            names = "--gateway",
            arity = "1..*",
            paramLabel = "FILE",
            description =
                    "The nftables of each gateway that clients pass, any of them: what nft -j list"
                            + " ruleset prints there.")
    private List<Path> gatewayFiles = List.of();

    @Option(
            names = "--postfix",
            paramLabel = "FILE",
            description =
                    "The Postfix that is the server, in the place of receive connectors: what"
                            + " docs/scripts/read-postfix.sh prints.")
    private Path postfixFile;

    @Option(
            names = "--front",
            paramLabel = "SERVER=FILE",
            description =
                    "The Postfix of another server of the policy that hands mail on to this one, and"
                            + " whose address is a protected source with forwards: true; repeatable.")
    private Map<String, Path> frontFiles = Map.of();

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
        Server named = ServerChoice.of(policy, serverName, policyFile);
        boolean isFresh = isFresh();
        boolean isExchange = isExchange(named, isFresh);
        Server server = isExchange ? withConnectors(named) : named;
        ServerChoice.Observed read =
                isExchange
                        ? ServerChoice.connectors(policy, server, observedFiles)
                        : new ServerChoice.Observed(List.of(), false);
        ObservedServer observed =
                new ObservedServer(
                        read.connectors(),
                        firewall(server, isFresh),
                        null,
                        null,
                        nftables(server, isFresh),
                        postfix(server, isFresh),
                        false);
        CompiledServer compiled = ServerCompiler.compile(policy, server, 0, observed, time);
        Fidelity known =
                ServerFidelity.of(
                        policy,
                        server,
                        (isFresh ? ServerSteps.apply(observed, compiled.steps()) : observed)
                                .paths(read.isOpenToEveryDomain(), server, gateways(server)),
                        compiled.unsupported(),
                        fronts(policy),
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

    private boolean isFresh() {
        return observedFiles.isEmpty()
                && firewallFiles.isEmpty()
                && gatewayFiles.isEmpty()
                && nftablesFile == null
                && postfixFile == null;
    }

    /** Whether receive connectors take the mail, and not a Postfix or something nobody reads. */
    private boolean isExchange(Server server, boolean isFresh) {
        boolean isLinux =
                postfixFile != null
                        || isFresh && server.enforcement().contains(PostfixEffect.KIND)
                        || nftablesFile != null
                        || !gatewayFiles.isEmpty();
        return !observedFiles.isEmpty()
                || !firewallFiles.isEmpty()
                || !isLinux
                || postfixFile == null && server.enforcement().contains(DesiredState.EXCHANGE);
    }

    private ObservedNftables nftables(Server server, boolean isFresh) {
        if (nftablesFile != null) {
            return ObservedFiles.nftables(List.of(nftablesFile), server, NftablesHook.INPUT);
        }
        return isFresh && server.enforcement().contains(NftablesEffect.KIND)
                ? ObservedNftables.ofFreshHost(server.name(), NftablesHook.INPUT)
                : null;
    }

    private ObservedPostfix postfix(Server server, boolean isFresh) {
        if (postfixFile != null) {
            return ObservedFiles.postfix(List.of(postfixFile));
        }
        return isFresh && server.enforcement().contains(PostfixEffect.KIND)
                ? ObservedPostfix.ofFreshHost()
                : null;
    }

    private List<ObservedNftables> gateways(Server server) {
        return gatewayFiles.stream()
                .map(file -> ObservedFiles.nftables(List.of(file), server, NftablesHook.FORWARD))
                .toList();
    }

    /** What gets through the Postfix servers that hand mail on, by protected source. */
    private Map<String, List<Passage>> fronts(Policy policy) {
        Map<String, List<Passage>> fronts = new HashMap<>();
        for (Map.Entry<String, Path> one : frontFiles.entrySet()) {
            Server front = ServerChoice.of(policy, one.getKey(), policyFile);
            ObservedServer read =
                    ObservedServer.ofLinux(null, ObservedFiles.postfix(List.of(one.getValue())));
            List<ProtectedSource> sources =
                    policy.protectedSources().stream()
                            .filter(ProtectedSource::forwards)
                            .filter(
                                    source ->
                                            source.addresses()
                                                    .set()
                                                    .subtract(front.addresses())
                                                    .isEmpty())
                            .toList();
            if (sources.isEmpty()) {
                throw new BadInputException(
                        "--front "
                                + one.getKey()
                                + ": no protected source with forwards: true lies within the"
                                + " addresses of that server");
            }
            List<Passage> passages =
                    ServerFidelity.direct(policy, front, read.paths(false, front.ports()));
            sources.forEach(source -> fronts.put(source.name(), passages));
        }
        return fronts;
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
