package io.postern.agent.simulated;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.agent.DurableFile;
import io.postern.agent.FirewallPoint;
import io.postern.agent.SampleConnectors;
import io.postern.enforcement.Binding;
import io.postern.enforcement.EnforcementStep;
import io.postern.enforcement.firewall.DefaultFirewall;
import io.postern.enforcement.firewall.FirewallDraft;
import io.postern.enforcement.firewall.FirewallRule;
import io.postern.enforcement.firewall.FirewallState;
import io.postern.enforcement.firewall.FirewallStep;
import io.postern.enforcement.firewall.ObservedFirewall;
import io.postern.enforcement.firewall.OriginalRules;
import io.postern.enforcement.json.PlainData;
import io.postern.enforcement.server.ObservedServer;
import io.postern.enforcement.server.ServerCompiler;
import io.postern.enforcement.server.ServerLayers;
import io.postern.enforcement.server.ServerSteps;
import io.postern.policy.Address;
import io.postern.policy.Policy;
import io.postern.policy.yaml.PolicyDocument;
import io.postern.smtp.ProxyProtocol;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The simulated server behind its firewall, from the outside. */
class SimulatedFirewallTest {
    private static final String ALICE = "S-1-5-21-1-2-3-1";
    private static final String DENIED = ProxyProtocol.SIMULATED_DROP + ": no rule";

    @TempDir Path directory;

    private SimulatedExchangeDriver open() throws IOException {
        SimulatedServerSettings settings =
                SimulatedServerSettings.of(
                        "EX01",
                        "ex01.own.example",
                        List.of("own.example"),
                        new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0),
                        ServerFixture.TOKEN,
                        20,
                        Binding.parse(ServerFixture.SERVER + ":25"),
                        Clock.systemUTC());
        return new SimulatedExchangeDriver(
                settings,
                new ConnectorStore(
                        directory.resolve("connectors.json"), List.of(SampleConnectors.wide())),
                directory.resolve("firewall.json"),
                directory.resolve("fault"));
    }

    /** Alice from one network, devices from one address; nobody else, not even the machine. */
    private static FirewallState wanted() {
        Policy policy =
                PolicyDocument.parse(
                                """
                                version: 1
                                servers:
                                  - {name: EX01, addresses: [10.20.0.11], kerberosRanges: [10.0.0.0/16],
                                     enforcement: [windows-firewall]}
                                principals: [{name: alice, sid: S-1-5-21-1-2-3-1, kind: user}]
                                grants:
                                  - {key: a, from: {accounts: [alice], addresses: [10.0.1.0/24]}, to: {}, tier: internal}
                                  - {key: p, from: {addresses: [10.0.9.9]}, to: {}, tier: internal}
                                """)
                        .policy();
        return ServerCompiler.compile(
                        policy,
                        policy.servers().get(0),
                        1,
                        new ObservedServer(List.of(), DefaultFirewall.ofFreshServer()),
                        Instant.parse("2026-07-01T00:00:00Z"))
                .desired()
                .layers()
                .firewall();
    }

    private static FirewallPoint point(SimulatedExchangeDriver driver) {
        return driver.firewall().orElseThrow();
    }

    private static void carryOut(SimulatedExchangeDriver driver) throws IOException {
        ObservedServer now = new ObservedServer(driver.read(), point(driver).read());
        for (EnforcementStep step :
                ServerSteps.between(now, now.managed(), new ServerLayers(null, wanted()))) {
            point(driver).execute((FirewallStep) step);
        }
    }

    /** The first line that a simulated client hears. */
    private static String hears(
            SimulatedExchangeDriver driver, String source, Map<Integer, String> identity)
            throws IOException {
        Map<Integer, byte[]> tlvs = new HashMap<>();
        tlvs.put(ProxyProtocol.SIMULATION_TOKEN, driver.simulationToken());
        identity.forEach((type, text) -> tlvs.put(type, text.getBytes(StandardCharsets.UTF_8)));
        try (RawClient client = RawClient.connect(driver.endpoint().getPort())) {
            client.sendBytes(
                    ProxyProtocol.header(
                            Address.parse(source),
                            40_000,
                            Address.parse(ServerFixture.SERVER),
                            25,
                            tlvs));
            return client.reply();
        }
    }

    private static void assertServed(String heard) {
        assertTrue(heard.startsWith("220 "), heard);
    }

    @Test
    void whatIsExecutedIsInForceAtOnceAndSurvivesReopening() throws IOException {
        ObservedFirewall written;
        try (SimulatedExchangeDriver driver = open()) {
            assertServed(hears(driver, "10.0.2.3", Map.of()));
            carryOut(driver);
            assertEquals(DENIED, hears(driver, "10.0.2.3", Map.of()));
            assertServed(hears(driver, "10.0.9.9", Map.of()));
            written = point(driver).read();
        }
        try (SimulatedExchangeDriver driver = open()) {
            assertEquals(written, point(driver).read());
            assertEquals(DENIED, hears(driver, "10.0.2.3", Map.of()));
            assertServed(hears(driver, "10.0.9.9", Map.of()));
        }
    }

    @Test
    void aSecureRuleAsksForTheSidAndANameWithoutOneIsNobodyItKnows() throws IOException {
        try (SimulatedExchangeDriver driver = open()) {
            carryOut(driver);
            Map<Integer, String> alice =
                    Map.of(ProxyProtocol.ACCOUNT_NAME, "alice", ProxyProtocol.ACCOUNT_SID, ALICE);
            assertServed(hears(driver, "10.0.1.3", alice));
            assertServed(
                    hears(
                            driver,
                            "10.0.1.3",
                            Map.of(
                                    ProxyProtocol.ACCOUNT_NAME,
                                    "alice",
                                    ProxyProtocol.ACCOUNT_SID,
                                    "s-1-5-21-1-2-3-1")));
            assertEquals(DENIED, hears(driver, "10.0.1.3", Map.of()));
            assertEquals(DENIED, hears(driver, "10.0.2.3", alice));
            assertEquals(
                    DENIED,
                    hears(
                            driver,
                            "10.0.1.3",
                            Map.of(
                                    ProxyProtocol.ACCOUNT_NAME,
                                    "mallory",
                                    ProxyProtocol.ACCOUNT_SID,
                                    "S-1-5-21-1-2-3-11")));
            assertEquals(
                    DENIED, hears(driver, "10.0.1.3", Map.of(ProxyProtocol.ACCOUNT_NAME, "alice")));
            assertEquals(
                    DENIED,
                    hears(
                            driver,
                            "10.0.1.3",
                            Map.of(
                                    ProxyProtocol.COMPUTER_NAME,
                                    "pc",
                                    ProxyProtocol.COMPUTER_SID,
                                    ALICE)),
                    "a computer is no account");
        }
    }

    @Test
    void aRealClientThatIsDroppedGetsNothingAtAll() throws IOException {
        try (SimulatedExchangeDriver driver = open()) {
            carryOut(driver);
            int port = driver.endpoint().getPort();
            try (RawClient client = RawClient.connect(port)) {
                assertTrue(client.reply().startsWith("220 "), "the machine itself may");
            }
            try (RawClient client = RawClient.connectFrom("127.0.0.2", port)) {
                assertEquals("closed", client.reply());
            }
        }
    }

    @Test
    void whoHasNotTheAgentsTokenIsNotToldOfAFirewall() throws IOException {
        try (SimulatedExchangeDriver driver = open()) {
            carryOut(driver);
            byte[] wrong = "fedcba9876543210".getBytes(StandardCharsets.US_ASCII);
            try (RawClient client =
                    RawClient.connectAs(
                            "10.0.2.3", ServerFixture.SERVER, wrong, driver.endpoint().getPort())) {
                String heard = client.reply();
                assertTrue(!heard.contains(ProxyProtocol.SIMULATED_DROP), heard);
                assertTrue(!heard.startsWith("220"), heard);
            }
        }
    }

    private static List<FirewallRule> open(SimulatedExchangeDriver driver) throws IOException {
        return point(driver).read().rules().stream()
                .filter(rule -> OriginalRules.opens(rule, 25))
                .toList();
    }

    @Test
    void anUpdatePutsTheOriginalsBackUnderNewNamesOncePerNumber() throws IOException {
        try (SimulatedExchangeDriver driver = open()) {
            List<String> names = open(driver).stream().map(FirewallRule::name).toList();
            carryOut(driver);
            assertEquals(List.of(), open(driver));
            Files.writeString(directory.resolve("fault"), "cumulative-update 1");
            driver.read();
            assertEquals(3, open(driver).size());
            assertTrue(
                    open(driver).stream().noneMatch(rule -> names.contains(rule.name())),
                    "an update gives new names");
            assertServed(hears(driver, "10.0.2.3", Map.of()));
            carryOut(driver);
            driver.read();
            assertEquals(List.of(), open(driver), "one update is made once");
        }
        try (SimulatedExchangeDriver driver = open()) {
            driver.read();
            assertEquals(List.of(), open(driver), "and not again after a restart");
            Files.writeString(directory.resolve("fault"), "cumulative-update 2");
            driver.read();
            assertEquals(3, open(driver).size());
        }
    }

    @Test
    void theFaultFailStepRefusesStepsOfTheFirewallToo() throws IOException {
        Files.writeString(directory.resolve("fault"), "fail-step");
        try (SimulatedExchangeDriver driver = open()) {
            ObservedFirewall before = point(driver).read();
            IOException refused = assertThrows(IOException.class, () -> carryOut(driver));
            assertEquals("refused by the simulated fault 'fail-step'", refused.getMessage());
            assertEquals(before, point(driver).read());
        }
    }

    @Test
    void whatAFirewallWouldRefuseIsRefusedAndChangesNothing() throws IOException {
        try (SimulatedExchangeDriver driver = open()) {
            ObservedFirewall before = point(driver).read();
            FirewallStep notThere = new FirewallStep.DisableOriginal("{nobody}", "Nobody");
            assertThrows(IOException.class, () -> point(driver).execute(notThere));
            assertEquals(before, point(driver).read());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "garbage",
                "{\"profiles\":[]",
                "{\"profiles\":[],\"rules\":[],\"notes\":[]}",
                "{\"profiles\":[{}],\"rules\":[],\"notes\":[]}",
                "{\"profiles\":[{\"name\":\"Domain\"}],\"rules\":[null],\"notes\":[]}"
            })
    void aDamagedFileIsRefusedAndNotWrittenOver(String damaged) throws IOException {
        Path file = directory.resolve("firewall.json");
        Files.writeString(file, damaged);
        IOException refused = assertThrows(IOException.class, () -> open().close());
        assertTrue(refused.getMessage().contains("firewall.json"), refused.getMessage());
        assertEquals(damaged, Files.readString(file));
    }

    @Test
    void aRuleThatNoConnectionCouldBeJudgedByIsRefused() throws IOException {
        FirewallRule odd = FirewallDraft.rule("{odd}", "Odd", "Any", "25-20");
        DurableFile.write(
                directory.resolve("firewall.json"),
                PlainData.mapper().writeValueAsBytes(FirewallDraft.observed(odd)));
        IOException refused = assertThrows(IOException.class, () -> open().close());
        assertTrue(refused.getMessage().contains("firewall.json"), refused.getMessage());
    }
}
