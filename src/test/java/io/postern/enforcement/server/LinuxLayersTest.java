package io.postern.enforcement.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.enforcement.DefaultConnectors;
import io.postern.enforcement.Fidelity;
import io.postern.enforcement.ServerFidelity;
import io.postern.enforcement.ServerPaths;
import io.postern.enforcement.firewall.DefaultFirewall;
import io.postern.enforcement.nftables.NftablesHook;
import io.postern.enforcement.nftables.NftablesState;
import io.postern.enforcement.nftables.ObservedNftables;
import io.postern.enforcement.postfix.ObservedPostfix;
import io.postern.policy.AddressSet;
import io.postern.policy.Passage;
import io.postern.policy.Policy;
import io.postern.policy.Server;
import io.postern.policy.yaml.PolicyDocument;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What gateways, the host's own table and its Postfix hold of a policy, and let through together.
 */
class LinuxLayersTest {
    private static final Instant NOW = Instant.parse("2026-07-01T00:00:00Z");

    private static final String POLICY =
            """
            version: 1
            acceptedDomains: [contoso.example]
            servers:
              - {name: mx1, addresses: [10.77.2.21, 'fd77:2::21'], enforcement: [nftables, postfix]}
              - {name: ex01, addresses: [10.77.2.31], enforcement: [KINDS], kerberosRanges: [10.60.0.0/16]}
            protectedSources:
              - {name: front, kind: gateway, addresses: [10.77.2.21], forwards: true}
            principals:
              - {name: 'C\\svc', sid: S-1-5-21-1-2-3-1105, kind: user}
            grants:
              - {key: lan, from: {addresses: [10.77.1.0/24]}, to: {servers: [mx1]}, tier: internal}
              - {key: app, from: {addresses: [10.77.1.11, 'fd77:1::11']}, to: {servers: [mx1]}, tier: relay}
              - {key: logs, from: {accounts: ['C\\svc'], addresses: [10.60.1.0/24]}, to: {servers: [ex01]}, tier: internal}
            """;

    private static Policy policy(String kinds) {
        return PolicyDocument.parse(POLICY.replace("KINDS", kinds)).policy();
    }

    private static final Policy WITH_FIREWALL = policy("nftables, windows-firewall, exchange");

    private static ObservedServer freshPostfix() {
        return ObservedServer.ofLinux(
                ObservedNftables.ofFreshHost("mx1", NftablesHook.INPUT),
                ObservedPostfix.ofFreshHost());
    }

    private static ObservedServer freshGateway(String server) {
        return ObservedServer.ofLinux(
                ObservedNftables.ofFreshHost(server, NftablesHook.FORWARD), null);
    }

    private static ObservedServer freshExchange() {
        return new ObservedServer(
                DefaultConnectors.ofFreshServer("ex01", "contoso.example"),
                DefaultFirewall.ofFreshServer());
    }

    private static Server server(Policy policy, String name) {
        return policy.server(name).orElseThrow();
    }

    private static CompiledServer compiled(Policy policy, String name, ObservedServer observed) {
        return ServerCompiler.compile(policy, server(policy, name), 7, observed, NOW);
    }

    private static CompiledServer atGateway(Policy policy, String name, ObservedServer host) {
        return ServerCompiler.compile(
                policy,
                server(policy, name),
                Post.parse(name + "@gw1"),
                7,
                freshGateway(name),
                host,
                NOW);
    }

    private static Fidelity fidelity(
            Policy policy, String name, ServerPaths paths, Map<String, List<Passage>> fronts) {
        return ServerFidelity.of(policy, server(policy, name), paths, List.of(), fronts, NOW);
    }

    private static List<String> regions(Fidelity fidelity) {
        return fidelity.regions().stream()
                .map(
                        found ->
                                found.region().direction()
                                        + " "
                                        + found.region().addresses()
                                        + " "
                                        + found.layer())
                .toList();
    }

    @Test
    void aPostfixWithItsOwnTableGetsBothAndLetsThroughWhatThePolicySays() {
        CompiledServer compiled = compiled(WITH_FIREWALL, "mx1", freshPostfix());

        assertNull(compiled.refusal());
        assertEquals("nftables", compiled.desired().kind());
        assertEquals("mx1", compiled.desired().server());
        assertEquals(List.of("nftables", "postfix"), compiled.desired().layers().kinds());
        ObservedServer after = ServerSteps.apply(freshPostfix(), compiled.steps());
        assertEquals(
                compiled.desired().digest(),
                DesiredState.digestOf(List.of(), after.held(compiled.desired().layers())));
        assertEquals(
                List.of(),
                regions(fidelity(WITH_FIREWALL, "mx1", after.paths(false, List.of(25)), Map.of())));
        assertNotEquals(
                List.of(),
                regions(
                        fidelity(
                                WITH_FIREWALL,
                                "mx1",
                                freshPostfix().paths(false, List.of(25)),
                                Map.of())));
    }

    @Test
    void aKindThatThePolicyNoLongerNamesIsTakenBack() {
        Policy plain = policy("exchange");
        CompiledServer first = compiled(WITH_FIREWALL, "mx1", freshPostfix());
        ObservedServer held = ServerSteps.apply(freshPostfix(), first.steps());
        Policy without =
                PolicyDocument.parse(
                                POLICY.replace("KINDS", "exchange")
                                        .replace(
                                                "enforcement: [nftables, postfix]",
                                                "enforcement: [postfix]"))
                        .policy();

        CompiledServer later = compiled(without, "mx1", held);
        assertEquals(NftablesState.ABSENT, later.desired().layers().nftables());
        ObservedServer after = ServerSteps.apply(held, later.steps());
        assertTrue(after.nftables().held().isAbsent());
        assertTrue(after.postfix().held().isKept());

        CompiledServer gateway =
                ServerCompiler.compile(
                        plain,
                        server(plain, "ex01"),
                        Post.parse("ex01@gw1"),
                        7,
                        ServerSteps.apply(
                                freshGateway("ex01"),
                                atGateway(WITH_FIREWALL, "ex01", freshExchange()).steps()),
                        null,
                        NOW);
        assertEquals(NftablesState.ABSENT, gateway.desired().layers().nftables());
    }

    @Test
    void aGatewayLetsIdentitiesPassOnlyWhereTheServersOwnFirewallProvesThem() {
        ObservedServer held =
                ServerSteps.apply(
                        freshExchange(), compiled(WITH_FIREWALL, "ex01", freshExchange()).steps());
        CompiledServer proven = atGateway(WITH_FIREWALL, "ex01", held);
        CompiledServer unproven = atGateway(WITH_FIREWALL, "ex01", null);
        // Published together with the gateway, it may come later, or never.
        CompiledServer notYet = atGateway(WITH_FIREWALL, "ex01", freshExchange());
        Policy withoutFirewall = policy("nftables, exchange");
        CompiledServer none = atGateway(withoutFirewall, "ex01", freshExchange());

        AddressSet logs = AddressSet.parse("10.60.1.0/24");
        assertEquals("ex01@gw1", proven.desired().server());
        assertTrue(passes(proven, logs));
        assertTrue(passes(proven, AddressSet.parse("10.77.2.21")), "the protected source");
        assertEquals(List.of("logs"), entries(unproven));
        assertTrue(!passes(unproven, logs));
        assertEquals(List.of("logs"), entries(notYet));
        assertTrue(!passes(notYet, logs));
        assertEquals(List.of("logs"), entries(none));
        assertTrue(!passes(none, logs));
    }

    private static boolean passes(CompiledServer compiled, AddressSet addresses) {
        NftablesState state = compiled.desired().layers().nftables();
        assertEquals(NftablesHook.FORWARD, state.hook());
        return addresses.subtract(state.allowed(25)).isEmpty();
    }

    private static List<String> entries(CompiledServer compiled) {
        return compiled.unsupported().stream().map(one -> one.entry()).distinct().toList();
    }

    @Test
    void gatewaysSideBySideLetThroughWhatAnyOfThemDoesAndOnlyThenComesTheServer() {
        Policy policy = WITH_FIREWALL;
        CompiledServer host = compiled(policy, "mx1", freshPostfix());
        ObservedServer after = ServerSteps.apply(freshPostfix(), host.steps());
        ObservedNftables open = freshGateway("mx1").nftables();
        ObservedNftables closed =
                ServerSteps.apply(freshGateway("mx1"), atGateway(policy, "mx1", null).steps())
                        .nftables();
        ObservedServer onlyPostfix = ObservedServer.ofLinux(null, after.postfix());

        assertEquals(
                List.of(),
                regions(
                        fidelity(
                                policy,
                                "mx1",
                                onlyPostfix.paths(
                                        false, server(policy, "mx1"), List.of(open, closed)),
                                Map.of())));
        // An unread server behind relays for whoever gets there: over one gateway everybody does.
        List<String> oneOpen =
                regions(
                        fidelity(
                                policy,
                                "mx1",
                                ObservedServer.unread(server(policy, "mx1"), List.of(open, closed)),
                                Map.of()));
        assertTrue(oneOpen.stream().anyMatch(one -> one.startsWith("OPENS")), oneOpen.toString());
        Fidelity bothClosed =
                fidelity(
                        policy,
                        "mx1",
                        ObservedServer.unread(server(policy, "mx1"), List.of(closed, closed)),
                        Map.of());
        assertTrue(
                regions(bothClosed).stream()
                        .allMatch(one -> one.startsWith("RAISES") && one.endsWith(" smtp")),
                regions(bothClosed).toString());
        assertTrue(
                bothClosed.unknowns().stream().anyMatch(one -> one.contains("not read")),
                bothClosed.unknowns().toString());
    }

    @Test
    void aFrontCannotTellTheBackWhoItsClientsAre() {
        Policy policy = WITH_FIREWALL;
        CompiledServer front = compiled(policy, "mx1", freshPostfix());
        ObservedServer mx1 = ServerSteps.apply(freshPostfix(), front.steps());
        CompiledServer back = compiled(policy, "ex01", freshExchange());
        ObservedServer ex01 = ServerSteps.apply(freshExchange(), back.steps());
        ServerPaths paths = ex01.paths(false, List.of(25));

        List<String> everybody = regions(fidelity(policy, "ex01", paths, Map.of()));
        List<String> known =
                regions(
                        fidelity(
                                policy,
                                "ex01",
                                paths,
                                Map.of(
                                        "front",
                                        ServerFidelity.direct(
                                                policy,
                                                server(policy, "mx1"),
                                                mx1.paths(false, List.of(25))))));

        assertTrue(
                everybody.stream().anyMatch(one -> one.contains("forwarding")),
                everybody.toString());
        // Only those whom the front takes.
        assertEquals(List.of("OPENS 10.77.1.0/24, fd77:1::11 forwarding"), known);
    }

    @Test
    void aGatewayThatKeepsAnOlderAddressOnlyCountsAsOpen() {
        Policy policy = WITH_FIREWALL;
        ObservedNftables closed =
                ServerSteps.apply(freshGateway("mx1"), atGateway(policy, "mx1", null).steps())
                        .nftables();
        Policy moved =
                PolicyDocument.parse(
                                POLICY.replace("KINDS", "exchange")
                                        .replace("[10.77.2.21, 'fd77:2::21']", "[10.77.2.99]"))
                        .policy();
        Fidelity fidelity =
                fidelity(
                        moved,
                        "mx1",
                        ObservedServer.unread(server(moved, "mx1"), List.of(closed)),
                        Map.of());
        assertTrue(
                regions(fidelity).stream().anyMatch(one -> one.startsWith("OPENS 0.0.0.0")),
                regions(fidelity).toString());
        assertTrue(
                fidelity.unknowns().stream().anyMatch(one -> one.contains("10.77.2.99")),
                fidelity.unknowns().toString());
        assertTrue(
                regions(
                                fidelity(
                                        policy,
                                        "mx1",
                                        ObservedServer.unread(server(policy, "mx1"), List.of()),
                                        Map.of()))
                        .stream()
                        .anyMatch(one -> one.startsWith("OPENS")),
                "no gateway is no layer");
    }
}
