package io.postern.enforcement.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.enforcement.CompiledConnectors;
import io.postern.enforcement.ConnectorSelection;
import io.postern.enforcement.DefaultConnectors;
import io.postern.enforcement.ExchangeCompiler;
import io.postern.enforcement.Fidelity;
import io.postern.enforcement.NetworkLayer.Peer;
import io.postern.enforcement.ReceiveConnector;
import io.postern.enforcement.ServerFidelity;
import io.postern.enforcement.ServerPaths;
import io.postern.policy.Address;
import io.postern.policy.AddressFamily;
import io.postern.policy.Policy;
import io.postern.policy.PolicyEvaluator;
import io.postern.policy.Region;
import io.postern.policy.Server;
import io.postern.policy.Submission;
import io.postern.policy.Tier;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Fidelity of firewall and connectors together against every account, computer and address of a
 * small space, each layer asked by itself.
 */
class LayeredFidelityPropertyTest {
    private static final int SEEDS = 400;
    private static final Instant NOW = Instant.parse("2026-07-01T00:00:00Z");

    @Test
    void theRegionsAreExactlyWhereFirewallAndConnectorsTogetherDifferFromThePolicy() {
        int differing = 0;
        int same = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            Policy policy = new RandomIdentityPolicies(seed).policy();
            Server server = policy.servers().get(0);
            CompiledConnectors compiled =
                    ExchangeCompiler.compile(
                            policy,
                            server,
                            DefaultConnectors.ofFreshServer("EX01", "contoso.example"),
                            NOW,
                            seed % 2 == 0);
            ObservedFirewall firewall = new RandomFirewalls(seed).firewall();
            ServerPaths paths =
                    new ServerPaths(
                            compiled.connectors(), false, FirewallEffect.of(firewall), List.of());
            Fidelity fidelity =
                    ServerFidelity.of(policy, server, paths, compiled.unsupported(), NOW);
            PolicyEvaluator evaluator = new PolicyEvaluator(policy);
            for (Submission s : RandomIdentityPolicies.submissions(NOW)) {
                Tier says = evaluator.decide(s).tier();
                Tier lets = through(firewall, compiled.connectors(), s);
                List<Region> holding =
                        fidelity.regions().stream()
                                .map(Fidelity.Found::region)
                                .filter(region -> contains(region, s))
                                .toList();
                String where = "seed " + seed + ", " + s + ": " + says + " -> " + lets;
                if (says == lets) {
                    assertEquals(List.of(), holding, where);
                    same++;
                } else {
                    assertEquals(1, holding.size(), where);
                    assertEquals(says, holding.get(0).before(), where);
                    assertEquals(lets, holding.get(0).after(), where);
                    differing++;
                }
            }
            fidelity.regions().forEach(LayeredFidelityPropertyTest::checkWitness);
        }
        assertTrue(differing > SEEDS && same > SEEDS, differing + " and " + same);
    }

    private static void checkWitness(Fidelity.Found found) {
        assertTrue(contains(found.region(), found.region().witness()), found.toString());
        assertTrue(
                Set.of("exchange", "windows-firewall").contains(found.layer()), found.toString());
    }

    private static Tier through(
            ObservedFirewall firewall, List<ReceiveConnector> connectors, Submission s) {
        Peer peer =
                new Peer(
                        s.address(),
                        RandomIdentityPolicies.sids(s.account()),
                        RandomIdentityPolicies.sids(s.computer()));
        if (!FirewallFilter.decide(firewall, 25, peer).isAdmitted()) {
            return Tier.NONE;
        }
        Address local =
                Address.parse(
                        s.address().family() == AddressFamily.IPV4 ? "10.0.0.77" : "fd00::77");
        return new ConnectorSelection(connectors)
                .select(local, 25, s.address())
                .map(ConnectorSelection::tierOf)
                .orElse(Tier.NONE);
    }

    static boolean contains(Region region, Submission s) {
        return region.addresses().contains(s.address())
                && holds(region.accounts(), s.account())
                && holds(region.computers(), s.computer());
    }

    private static boolean holds(List<String> names, String name) {
        return names.equals(List.of("*")) || names.contains(name == null ? "(none)" : name);
    }
}
