package io.postern.enforcement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.policy.Address;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressTiers;
import io.postern.policy.Direction;
import io.postern.policy.Policy;
import io.postern.policy.Region;
import io.postern.policy.Server;
import io.postern.policy.Tier;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExchangeFidelityTest {
    private static final int SEEDS = 400;
    private static final List<ReceiveConnector> FRESH =
            DefaultConnectors.ofFreshServer("EX01", "contoso.example");

    private static Fidelity of(Policy policy, List<ReceiveConnector> connectors, boolean star) {
        ServerPaths paths = new ServerPaths(connectors, star, null, List.of());
        return ServerFidelity.of(
                policy, policy.servers().get(0), paths, List.of(), PolicyDraft.NOW);
    }

    @Test
    void theRegionsAreExactlyTheAddressesThatASimulatedServerTreatsOtherwise() {
        int differing = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            RandomConnectors random = new RandomConnectors(seed);
            Policy policy = random.policy().policy();
            List<ReceiveConnector> connectors = random.unmanaged(List.of());
            if (seed % 3 == 0) {
                connectors = compiled(policy, connectors);
            }
            differing += compare(policy, connectors, seed % 5 == 0, "seed " + seed);
        }
        assertTrue(differing > SEEDS, "the servers hardly differ: " + differing);
    }

    private static List<ReceiveConnector> compiled(Policy policy, List<ReceiveConnector> observed) {
        return ExchangeCompiler.compile(policy, policy.servers().get(0), observed, PolicyDraft.NOW)
                .connectors();
    }

    private static int compare(
            Policy policy, List<ReceiveConnector> connectors, boolean star, String label) {
        AddressTiers says = AddressTiers.of(policy, policy.servers().get(0), 25, PolicyDraft.NOW);
        List<Region> regions =
                of(policy, connectors, star).regions().stream()
                        .map(Fidelity.Found::region)
                        .toList();
        List<AddressRange> ranges = new ArrayList<>();
        for (Tier tier : Tier.values()) {
            ranges.addAll(says.of(tier).ranges());
        }
        int differing = 0;
        for (Address client : RandomConnectors.probes(connectors, ranges)) {
            Tier expected = tierAt(says, client);
            Tier lets = simulated(connectors, client, star);
            List<Region> holding =
                    regions.stream().filter(one -> one.addresses().contains(client)).toList();
            String where = label + ", " + client + ": " + expected + " -> " + lets;
            if (expected == lets) {
                assertEquals(List.of(), holding, where);
            } else {
                differing++;
                assertEquals(1, holding.size(), where);
                assertEquals(expected, holding.get(0).before(), where);
                assertEquals(lets, holding.get(0).after(), where);
            }
        }
        return differing;
    }

    /** The most that a client gets at any of the server's addresses. */
    private static Tier simulated(List<ReceiveConnector> connectors, Address client, boolean star) {
        ConnectorSelection selection = new ConnectorSelection(connectors);
        Tier most = Tier.NONE;
        for (Address local : RandomConnectors.LOCALS) {
            if (local.family() == client.family()) {
                Tier tier =
                        selection
                                .select(local, 25, client)
                                .map(ConnectorSelection::tierOf)
                                .orElse(Tier.NONE);
                tier = star && tier == Tier.INTERNAL ? Tier.RELAY : tier;
                most = tier.compareTo(most) > 0 ? tier : most;
            }
        }
        return most;
    }

    private static Tier tierAt(AddressTiers tiers, Address address) {
        for (Tier tier : Tier.values()) {
            if (tiers.of(tier).contains(address)) {
                return tier;
            }
        }
        throw new AssertionError("no tier holds " + address);
    }

    @Test
    void whatIsCompiledIsExactUnlessTheCompilerSaysOtherwise() {
        int exact = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            RandomConnectors random = new RandomConnectors(seed);
            Policy policy = random.policy().policy();
            CompiledConnectors compiled =
                    ExchangeCompiler.compile(
                            policy,
                            policy.servers().get(0),
                            random.unmanaged(List.of()),
                            PolicyDraft.NOW);
            Fidelity fidelity = of(policy, compiled.connectors(), false);
            if (compiled.unsupported().isEmpty()) {
                assertTrue(fidelity.isExact(), "seed " + seed + " " + fidelity);
                exact++;
            }
        }
        assertTrue(exact > SEEDS / 5, "only " + exact + " policies were held");
    }

    @Test
    void anUnknownRelayRightIsToldAndIsNoSuccess() {
        Policy policy = new PolicyDraft().grant("all", Tier.INTERNAL, "0.0.0.0/0", "::/0").policy();
        List<ReceiveConnector> unknown =
                FRESH.stream().map(one -> one.withAnonymousRelay(null)).toList();
        Fidelity fidelity = of(policy, unknown, false);
        assertEquals(List.of(), fidelity.regions());
        assertFalse(fidelity.isExact());
        assertEquals(
                "Whether connector 'Default Frontend EX01' lets anonymous clients relay is not"
                        + " known (its permissions were not read); it counts as internal for"
                        + " 0.0.0.0/0 and 1 more ranges.",
                fidelity.unknowns().get(0));
    }

    /** Custom may hide that anonymous clients submit at all: not reading it is no closed door. */
    @Test
    void rightsHiddenBehindCustomAreNotKnown() {
        List<ReceiveConnector> hidden =
                FRESH.stream()
                        .map(
                                one ->
                                        one.withAnonymousRelay(null)
                                                .withPermissionGroups(
                                                        java.util.Set.of(PermissionGroup.CUSTOM)))
                        .toList();
        Fidelity fidelity = of(new PolicyDraft().policy(), hidden, false);
        assertEquals(1, fidelity.unknowns().size(), fidelity.toString());
        assertTrue(
                fidelity.unknowns().get(0).contains("it counts as none for 0.0.0.0/0"),
                fidelity.toString());
    }

    @Test
    void eachRegionNamesItsLayerAndRemedy() {
        Policy policy =
                new PolicyDraft()
                        .grantToAccounts("rds", Tier.RELAY, "SYSTEM of RDS", "10.20.40.0/24")
                        .grant("all", Tier.INTERNAL, "0.0.0.0/0", "::/0")
                        .policy();
        List<Fidelity.Found> identity = of(policy, FRESH, false).regions();
        assertEquals(1, identity.size());
        assertEquals(Direction.LOWERS, identity.get(0).region().direction());
        assertEquals("exchange", identity.get(0).layer());
        assertEquals(
                "give EX01 an enforcement point that proves identity: a connector sees none",
                identity.get(0).remedy());
        List<Fidelity.Found> star = of(policy, FRESH, true).regions();
        assertTrue(
                star.stream()
                        .anyMatch(
                                found ->
                                        found.layer().equals("accepted-domain")
                                                && found.remedy()
                                                        .equals("remove the accepted domain '*'")),
                star.toString());
    }

    @Test
    void whatAnotherConnectorOpensIsNotMendedByProvingIdentity() {
        Policy policy =
                new PolicyDraft()
                        .grantToAccounts("rds", Tier.RELAY, "svc-rds", "10.20.40.0/24")
                        .policy();
        List<ReceiveConnector> connectors = new ArrayList<>(compiled(policy, FRESH));
        connectors.add(ConnectorDraft.connector("CRM", "10.20.40.0/28").relay(true).build());
        List<Fidelity.Found> opened =
                of(policy, connectors, false).regions().stream()
                        .filter(found -> found.region().direction() == Direction.OPENS)
                        .toList();
        assertEquals(1, opened.size());
        assertEquals(
                "apply the connectors compiled from the policy, or adopt 'CRM' by a grant",
                opened.get(0).remedy());
    }

    @Test
    void anAddressBehindASourceThatHidesItsClientsIsOverPermitted() {
        Policy policy =
                new PolicyDraft()
                        .protectForwarding("balancer", Tier.INTERNAL, "10.20.0.50")
                        .policy();
        List<ReceiveConnector> connectors = compiled(policy, FRESH);
        List<Fidelity.Found> found = of(policy, connectors, false).regions();
        assertFalse(found.isEmpty());
        for (Fidelity.Found one : found) {
            assertEquals("forwarding", one.layer());
            assertEquals(Direction.OPENS, one.region().direction());
            assertEquals("forwarded:balancer", one.region().because().after());
        }
    }

    @Test
    void aProvenIdentityOpensItsAddressesAtTheConnectors() {
        Policy policy =
                new PolicyDraft()
                        .grantToAccounts("rds", Tier.RELAY, "svc-rds", "10.20.40.0/24")
                        .policy();
        Server server = policy.servers().get(0);
        CompiledConnectors without =
                ExchangeCompiler.compile(policy, server, FRESH, PolicyDraft.NOW, false);
        CompiledConnectors with =
                ExchangeCompiler.compile(policy, server, FRESH, PolicyDraft.NOW, true);
        Address local = Address.parse("10.20.0.11");
        Address client = Address.parse("10.20.40.7");
        assertEquals(Tier.NONE, tierOf(without, local, client));
        assertEquals(
                List.of("rds"), without.unsupported().stream().map(Unsupported::entry).toList());
        assertEquals(Tier.RELAY, tierOf(with, local, client));
        assertEquals(List.of(), with.unsupported());
    }

    private static Tier tierOf(CompiledConnectors compiled, Address local, Address client) {
        return ConnectorSelection.tierOf(
                new ConnectorSelection(compiled.connectors())
                        .select(local, 25, client)
                        .orElseThrow());
    }
}
