package io.postern.enforcement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.policy.Address;
import io.postern.policy.AddressFamily;
import io.postern.policy.Policy;
import io.postern.policy.PolicyEvaluator;
import io.postern.policy.ProtectedSources;
import io.postern.policy.Server;
import io.postern.policy.Submission;
import io.postern.policy.Tier;
import io.postern.policy.yaml.PolicyDocument;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The proposed policy gives every address what the connectors give it, on every managed port. */
class FirstPolicyPropertyTest {
    private static final int CASES = 1_000;
    private static final long SEED = 20260401L;

    @Test
    void theProposedPolicyGivesEveryAddressItsTierOfToday() throws Exception {
        for (int i = 0; i < CASES; i++) {
            long seed = SEED + i;
            List<ReceiveConnector> connectors = connectors(seed);
            List<ObservedConnector> observed = new ArrayList<>();
            for (String server : List.of("EX01", "EX02")) {
                for (ReceiveConnector one : connectors) {
                    observed.add(new ObservedConnector(server, one, null, null, new TreeMap<>()));
                }
            }
            check(new ObservedExchange(observed, null, null, List.of()), "seed " + seed);
        }
    }

    /** Some of them externally secured, the others with or without the relay right. */
    private static List<ReceiveConnector> connectors(long seed) {
        Random random = new Random(seed);
        List<ReceiveConnector> connectors = new ArrayList<>();
        for (ReceiveConnector one : new RandomConnectors(seed).unmanaged(List.of())) {
            boolean secured = one.name().startsWith("Foreign") && random.nextInt(4) == 0;
            connectors.add(
                    secured
                            ? one.withProperties(
                                    new ConnectorStep.Properties(
                                            Set.of(PermissionGroup.EXCHANGE_SERVERS),
                                            Set.of(
                                                    AuthMechanism.TLS,
                                                    AuthMechanism.EXTERNAL_AUTHORITATIVE),
                                            one.fqdn(),
                                            one.comment(),
                                            one.tarpitMillis(),
                                            one.verboseLogging()))
                            : one);
        }
        return connectors;
    }

    private static void check(ObservedExchange observed, String which) throws Exception {
        FirstPolicy first = Assessment.of(observed).policy();
        Policy policy = PolicyDocument.parse(first.yaml()).policy();
        PolicyEvaluator evaluator = new PolicyEvaluator(policy);
        for (Server server : policy.servers()) {
            List<ReceiveConnector> connectors = observed.connectorsOf(server.name());
            for (int port : server.ports()) {
                for (Address client : RandomConnectors.probes(connectors, List.of())) {
                    Tier expected = today(connectors, port, client);
                    if (ProtectedSources.LOOPBACK.contains(client)
                            || policy.servers().stream()
                                    .anyMatch(one -> one.addresses().contains(client))) {
                        expected = Tier.highest(expected, Tier.INTERNAL);
                    }
                    Tier tier =
                            evaluator
                                    .decide(
                                            new Submission(
                                                    client,
                                                    null,
                                                    null,
                                                    server.name(),
                                                    port,
                                                    Instant.EPOCH))
                                    .tier();
                    assertEquals(
                            expected,
                            tier,
                            which + ": " + client + " on " + port + "\n" + first.yaml());
                }
            }
        }
    }

    private static Tier today(List<ReceiveConnector> connectors, int port, Address client) {
        ConnectorSelection selection = new ConnectorSelection(connectors);
        Tier highest = Tier.NONE;
        for (Binding listener : Listeners.of(connectors, port, null)) {
            Tier here =
                    selection
                            .select(listener.address(), port, client)
                            .map(ConnectorSelection::tierOf)
                            .orElse(Tier.NONE);
            highest = Tier.highest(highest, here);
        }
        return highest;
    }

    @Test
    void aWildcardOfAFamilyAloneLeavesTheOtherClosed() throws Exception {
        ReceiveConnector six =
                ConnectorDraft.connector("Six", "::/0", "0.0.0.0/0").on("[::]:25").build();
        ObservedExchange observed =
                new ObservedExchange(
                        List.of(new ObservedConnector("EX01", six, null, null, new TreeMap<>())),
                        null,
                        null,
                        List.of());

        check(observed, "IPv6 only");
        FirstPolicy first = Assessment.of(observed).policy();
        assertTrue(
                first.findings().stream().anyMatch(one -> one.rule().equals("protected-source")),
                first.findings().toString());
        assertEquals(
                AddressFamily.IPV6,
                PolicyDocument.parse(first.yaml())
                        .policy()
                        .grants()
                        .get(0)
                        .from()
                        .effective()
                        .ranges()
                        .get(0)
                        .family());
    }
}
