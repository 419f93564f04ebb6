package io.postern.enforcement.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.enforcement.ConnectorSelection;
import io.postern.enforcement.DefaultConnectors;
import io.postern.enforcement.EnforcementStep;
import io.postern.enforcement.firewall.DefaultFirewall;
import io.postern.enforcement.firewall.FirewallState;
import io.postern.enforcement.firewall.FirewallStep;
import io.postern.enforcement.firewall.ObservedFirewall;
import io.postern.policy.Address;
import io.postern.policy.Policy;
import io.postern.policy.Tier;
import io.postern.policy.yaml.PolicyDocument;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The three orders in which a firewall and the connectors behind it change. */
class ServerStepsTest {
    private static final Instant NOW = Instant.parse("2026-07-01T00:00:00Z");
    private static final ObservedServer FRESH =
            new ObservedServer(
                    DefaultConnectors.ofFreshServer("EX01", "contoso.example"),
                    DefaultFirewall.ofFreshServer());
    private static final String ALICE_RELAYS =
            "grants: [{key: a, from: {accounts: [alice], addresses: [10.0.1.0/24]}, to: {}, tier:"
                    + " relay}, {key: b, from: {accounts: [bob], addresses: [10.0.2.0/24]}, to: {},"
                    + " tier: internal}]\n";
    private static final String THE_OTHER_WAY_ROUND =
            "grants: [{key: a, from: {accounts: [alice], addresses: [10.0.2.0/24]}, to: {}, tier:"
                    + " relay}, {key: b, from: {accounts: [bob], addresses: [10.0.1.0/24]}, to: {},"
                    + " tier: internal}]\n";

    private static CompiledServer compiled(String grants, ObservedServer observed) {
        Policy policy =
                PolicyDocument.parse(
                                """
                                version: 1
                                servers:
                                  - {name: EX01, addresses: [10.0.0.77], kerberosRanges: [10.0.0.0/16],
                                     enforcement: [windows-firewall, exchange]}
                                principals:
                                  - {name: alice, sid: S-1-5-21-1-2-3-1, kind: user}
                                  - {name: bob, sid: S-1-5-21-1-2-3-2, kind: user}
                                """
                                        + grants)
                        .policy();
        return ServerCompiler.compile(policy, policy.servers().get(0), 1, observed, NOW);
    }

    /** {@code F} for each run of firewall steps, {@code C} for each of connector steps. */
    private static String order(List<EnforcementStep> steps) {
        StringBuilder order = new StringBuilder();
        for (EnforcementStep step : steps) {
            char layer = step instanceof FirewallStep ? 'F' : 'C';
            if (order.isEmpty() || order.charAt(order.length() - 1) != layer) {
                order.append(layer);
            }
        }
        return order.toString();
    }

    private static Tier tier(ObservedServer server, String address) {
        return new ConnectorSelection(server.connectors())
                .select(Address.parse("10.0.0.77"), 25, Address.parse(address))
                .map(ConnectorSelection::tierOf)
                .orElse(Tier.NONE);
    }

    @Test
    void whatOpensForAnIdentityBehindAnOpenFirewallComesAfterTheFirewall() {
        CompiledServer compiled = compiled(ALICE_RELAYS, FRESH);
        assertEquals("FC", order(compiled.steps()));
        ObservedServer reached = ServerSteps.apply(FRESH, compiled.steps());
        assertEquals(Tier.RELAY, tier(reached, "10.0.1.9"));
    }

    @Test
    void whatIsOpenForAnIdentityIsShutBeforeTheFirewallOpens() {
        ObservedServer reached = ServerSteps.apply(FRESH, compiled(ALICE_RELAYS, FRESH).steps());
        List<EnforcementStep> back =
                ServerSteps.between(
                        reached,
                        FRESH.managed(),
                        new ServerLayers(null, FirewallState.asFound(List.of(25), false)));
        assertEquals("CF", order(back));
        ObservedServer found = ServerSteps.apply(reached, back);
        assertEquals(FRESH.firewall().rules(), found.firewall().rules());
        assertEquals(List.of(), found.managed());
    }

    @Test
    void whereProofChangesHandsBothWaysTheConnectorsAreShutWhileTheFirewallChanges() {
        ObservedServer first = ServerSteps.apply(FRESH, compiled(ALICE_RELAYS, FRESH).steps());
        CompiledServer second = compiled(THE_OTHER_WAY_ROUND, first);
        assertEquals("CFC", order(second.steps()));
        List<EnforcementStep> taken = new ArrayList<>();
        for (EnforcementStep step : second.steps()) {
            if (step instanceof FirewallStep) {
                ObservedServer now = ServerSteps.apply(first, taken);
                assertEquals(Tier.NONE, tier(now, "10.0.1.9"), step.description());
                assertEquals(Tier.NONE, tier(now, "10.0.2.9"), step.description());
            }
            taken.add(step);
        }
        ObservedServer reached = ServerSteps.apply(first, taken);
        assertEquals(Tier.INTERNAL, tier(reached, "10.0.1.9"));
        assertEquals(Tier.RELAY, tier(reached, "10.0.2.9"));
    }

    @Test
    void aFirewallThatTheAgentDoesNotHaveIsRefused() {
        ObservedServer bare = new ObservedServer(FRESH.connectors(), null);
        ServerLayers layers = compiled(ALICE_RELAYS, FRESH).desired().layers();
        String message =
                assertThrows(
                                IllegalArgumentException.class,
                                () -> ServerSteps.between(bare, List.of(), layers))
                        .getMessage();
        assertEquals("the agent keeps no Windows firewall there", message);
    }

    @Test
    void whereNoFirewallWasReadIdentitiesAreNotedAndOpenNoConnector() {
        ObservedServer bare = new ObservedServer(FRESH.connectors(), null);
        CompiledServer compiled = compiled(ALICE_RELAYS, bare);
        assertEquals(
                List.of("windows-firewall is not pushed: no agent has reported one"),
                compiled.notes());
        assertEquals(Tier.NONE, tier(ServerSteps.apply(bare, compiled.steps()), "10.0.1.9"));
        assertTrue(
                compiled.unsupported().stream().anyMatch(one -> one.entry().equals("a")),
                compiled.unsupported().toString());
    }

    @Test
    void aFirewallToWhichNoPlanLeadsIsNotedAndTheConnectorsDoNotRelyOnIt() {
        ObservedFirewall read = FRESH.firewall();
        ObservedServer unread =
                new ObservedServer(
                        FRESH.connectors(),
                        new ObservedFirewall(read.profiles(), read.rules(), null, null, List.of()));
        CompiledServer compiled = compiled(ALICE_RELAYS, unread);
        assertEquals(
                List.of(
                        "windows-firewall is not pushed: connection security rules and"
                                + " authentication sets were not read, and some of ours are"
                                + " wanted"),
                compiled.notes());
        assertEquals(Tier.NONE, tier(ServerSteps.apply(unread, compiled.steps()), "10.0.1.9"));
    }

    @Test
    void bringingBackAClosedStateOpensNothingAndBringingBackAnOpenOneDoes() {
        CompiledServer compiled = compiled(ALICE_RELAYS, FRESH);
        FirewallState state = compiled.desired().layers().firewall();
        ObservedServer reached = ServerSteps.apply(FRESH, compiled.steps());
        assertTrue(ServerSteps.opensNothing(FRESH.firewall(), state));
        assertTrue(ServerSteps.opensNothing(reached.firewall(), state));
        FirewallState open = FirewallState.asFound(List.of(25), false);
        assertTrue(!ServerSteps.opensNothing(reached.firewall(), open));
        FirewallState wider =
                compiled(
                                "grants: [{key: a, from: {addresses: [10.0.1.0/24]}, to: {}, tier:"
                                        + " internal}]\n",
                                reached)
                        .desired()
                        .layers()
                        .firewall();
        assertTrue(!ServerSteps.opensNothing(reached.firewall(), wider));
    }
}
