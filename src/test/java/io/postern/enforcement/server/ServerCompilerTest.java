package io.postern.enforcement.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.DefaultConnectors;
import io.postern.enforcement.firewall.ConnectionSecurityRule;
import io.postern.enforcement.firewall.DefaultFirewall;
import io.postern.enforcement.firewall.FirewallProfile;
import io.postern.enforcement.firewall.FirewallRule;
import io.postern.enforcement.firewall.ObservedFirewall;
import io.postern.enforcement.pickup.ObservedPickup;
import io.postern.policy.Policy;
import io.postern.policy.yaml.PolicyDocument;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServerCompilerTest {
    private static final Instant NOW = Instant.parse("2026-07-01T00:00:00Z");
    private static final String RELAY =
            "grants: [{key: r, from: {accounts: [alice], addresses: [10.0.1.0/24]}, to: {}, tier:"
                    + " relay}]\n";
    private static final String DROPS =
            "grants: [{key: d, from: {accounts: [alice]}, to: {pickup: true}, tier: relay}]\n";

    private static CompiledServer compile(String kinds, String grants, ObservedServer observed) {
        Policy policy =
                PolicyDocument.parse(
                                "version: 1\n"
                                        + "servers: [{name: EX01, addresses: [10.0.0.77],"
                                        + " kerberosRanges: [10.0.0.0/16], enforcement: ["
                                        + kinds
                                        + "]}]\n"
                                        + "principals: [{name: alice, sid: S-1-5-21-1-2-3-1, kind:"
                                        + " user}]\n"
                                        + grants)
                        .policy();
        return ServerCompiler.compile(policy, policy.servers().get(0), 7, observed, NOW);
    }

    private static ObservedServer server(ObservedFirewall firewall) {
        return new ObservedServer(
                DefaultConnectors.ofFreshServer("EX01", "contoso.example"),
                firewall,
                ObservedPickup.ofFreshServer(),
                null,
                false);
    }

    private static boolean relays(CompiledServer compiled) {
        return compiled.desired().connectors().stream()
                .filter(one -> Boolean.TRUE.equals(one.anonymousRelay()))
                .map(ConnectorData::remoteIpRanges)
                .anyMatch(ranges -> ranges.contains("10.0.1.0/24"));
    }

    @Test
    void connectorsOpenToIdentitiesOnlyBehindAFirewallThatProvesThem() {
        ObservedServer fresh = server(DefaultFirewall.ofFreshServer());
        assertTrue(relays(compile("windows-firewall, exchange", RELAY, fresh)));
        assertFalse(relays(compile("exchange", RELAY, fresh)));
        assertFalse(relays(compile("windows-firewall, exchange", RELAY, server(null))));
    }

    @Test
    void whereAnotherRuleHoldsThePortOpenNobodyCountsAsProven() {
        ObservedFirewall fresh = DefaultFirewall.ofFreshServer();
        List<FirewallRule> rules = new ArrayList<>(fresh.rules());
        rules.add(
                new FirewallRule(
                        "gpo",
                        "Monitoring",
                        "",
                        true,
                        "Allow",
                        "Any",
                        "TCP",
                        List.of("Any"),
                        List.of("Any"),
                        List.of("10.0.1.0/25"),
                        "",
                        "",
                        "NotRequired",
                        "NotRequired",
                        "Any",
                        "Any",
                        List.of("Any"),
                        "GroupPolicy",
                        Map.of()));
        ObservedFirewall open =
                new ObservedFirewall(
                        fresh.profiles(),
                        rules,
                        fresh.securityRules(),
                        fresh.authenticationSets(),
                        List.of());
        CompiledServer compiled = compile("windows-firewall, exchange", RELAY, server(open));
        assertTrue(
                compiled.desired().connectors().stream()
                        .filter(one -> Boolean.TRUE.equals(one.anonymousRelay()))
                        .allMatch(one -> one.remoteIpRanges().equals(List.of("10.0.1.128/25"))),
                compiled.desired().connectors().toString());
        assertTrue(
                compiled.notes().toString().contains("10.0.1.0/25"), compiled.notes().toString());
    }

    @Test
    void whatThePolicyNoLongerNamesIsTakenBack() {
        ObservedServer fresh = server(DefaultFirewall.ofFreshServer());
        CompiledServer first = compile("windows-firewall, exchange, pickup", DROPS, fresh);
        ObservedServer held = ServerSteps.apply(fresh, first.steps());
        assertEquals(List.of("S-1-5-21-1-2-3-1"), first.desired().layers().pickup().writers());
        CompiledServer second = compile("exchange", DROPS, held);
        assertNotNull(second.desired().layers().firewall());
        assertEquals(List.of(), second.desired().layers().pickup().writers());
        ObservedServer back = ServerSteps.apply(held, second.steps());
        assertEquals(
                fresh.firewall().rules().stream().filter(FirewallRule::enabled).count(),
                back.firewall().rules().stream().filter(FirewallRule::enabled).count());
        assertTrue(back.firewall().rules().stream().noneMatch(FirewallRule::isOwn));
        CompiledServer third = compile("exchange", DROPS, back);
        assertNull(third.desired().layers().firewall());
        assertNull(third.desired().layers().pickup());
    }

    @Test
    void aFolderThatCannotBeWrittenIsNoReasonToForgetWhatItHolds() {
        ObservedServer fresh = server(DefaultFirewall.ofFreshServer());
        CompiledServer first = compile("exchange, pickup", DROPS, fresh);
        ObservedServer held = ServerSteps.apply(fresh, first.steps());
        ObservedPickup disabled =
                new ObservedPickup(
                        null, true, false, null, held.pickup().entries(), List.of(), List.of());
        CompiledServer refused =
                compile(
                        "exchange, pickup",
                        DROPS,
                        new ObservedServer(
                                held.connectors(), held.firewall(), disabled, null, false));
        assertNull(refused.desired());
        assertTrue(refused.refusal().contains("holds what was pushed before"), refused.refusal());
        CompiledServer noted =
                compile(
                        "exchange, pickup",
                        DROPS,
                        new ObservedServer(
                                fresh.connectors(),
                                fresh.firewall(),
                                new ObservedPickup(
                                        null, true, false, null, List.of(), List.of(), List.of()),
                                null,
                                false));
        assertNotNull(noted.desired());
        assertTrue(noted.notes().toString().contains("pickup is not pushed"));
    }

    @Test
    void rulesOfAGroupPolicyThatLetNobodyElseThroughProveIdentitiesToo() {
        ObservedServer fresh = server(DefaultFirewall.ofFreshServer());
        CompiledServer local = compile("windows-firewall, exchange", RELAY, fresh);
        ObservedFirewall held = ServerSteps.apply(fresh, local.steps()).firewall();
        ObservedFirewall byPolicy =
                new ObservedFirewall(
                        List.of(
                                new FirewallProfile(
                                        "Domain", true, false, false, false, false, true)),
                        held.rules().stream().map(ServerCompilerTest::byGroupPolicy).toList(),
                        held.securityRules().stream()
                                .map(ServerCompilerTest::byGroupPolicy)
                                .toList(),
                        held.authenticationSets(),
                        List.of());
        CompiledServer compiled = compile("windows-firewall, exchange", RELAY, server(byPolicy));
        assertNull(compiled.desired().layers().firewall());
        assertTrue(relays(compiled), compiled.notes().toString());
        ObservedFirewall open =
                new ObservedFirewall(
                        byPolicy.profiles(),
                        DefaultFirewall.ofFreshServer().rules().stream()
                                .map(ServerCompilerTest::byGroupPolicy)
                                .toList(),
                        List.of(),
                        List.of(),
                        List.of());
        assertFalse(relays(compile("windows-firewall, exchange", RELAY, server(open))));
    }

    private static FirewallRule byGroupPolicy(FirewallRule rule) {
        return new FirewallRule(
                rule.name(),
                rule.displayName(),
                rule.group(),
                rule.enabled(),
                rule.action(),
                rule.profile(),
                rule.protocol(),
                rule.localPorts(),
                rule.localAddresses(),
                rule.remoteAddresses(),
                rule.remoteUser(),
                rule.remoteMachine(),
                rule.authentication(),
                rule.encryption(),
                rule.program(),
                rule.service(),
                rule.interfaces(),
                "GroupPolicy",
                rule.other());
    }

    private static ConnectionSecurityRule byGroupPolicy(ConnectionSecurityRule rule) {
        return new ConnectionSecurityRule(
                rule.name(),
                rule.displayName(),
                rule.group(),
                rule.enabled(),
                rule.profile(),
                rule.inboundSecurity(),
                rule.outboundSecurity(),
                rule.protocol(),
                rule.localPorts(),
                rule.remotePorts(),
                rule.localAddresses(),
                rule.remoteAddresses(),
                rule.phase1Set(),
                rule.phase2Set(),
                "GroupPolicy");
    }
}
