package io.postern.agent.simulated;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.postern.agent.SampleConnectors;
import io.postern.agent.probe.Prober;
import io.postern.enforcement.AcceptedDomain;
import io.postern.enforcement.Binding;
import io.postern.enforcement.ConnectorPlan;
import io.postern.enforcement.ConnectorStep;
import io.postern.enforcement.ReceiveConnector;
import io.postern.policy.Address;
import io.postern.smtp.ProbeOutcome.Kind;
import io.postern.smtp.netty.ProbeSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulatedExchangeDriverTest {
    private static final ReceiveConnector RELAY = SampleConnectors.relay("10.1.0.0/16");

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
                directory.resolve("fault"));
    }

    private void fault(String text) throws IOException {
        Files.writeString(directory.resolve("fault"), text);
    }

    private static void carryOut(SimulatedExchangeDriver driver, ReceiveConnector... managed)
            throws IOException {
        for (ConnectorStep step : ConnectorPlan.between(driver.read(), List.of(managed))) {
            driver.execute(step);
        }
    }

    private static Kind probe(SimulatedExchangeDriver driver, String source) {
        return new Prober()
                .probe(
                        driver.endpoint(),
                        new ProbeSource.Simulated(
                                Address.parse(source),
                                40_000,
                                Address.parse(ServerFixture.SERVER),
                                25,
                                driver.simulationToken()),
                        ServerFixture.SETTINGS,
                        ServerFixture.TIMEOUTS)
                .kind();
    }

    @Test
    void whatIsExecutedIsInForceAtOnceAndSurvivesReopening() throws IOException {
        List<ReceiveConnector> written;
        try (SimulatedExchangeDriver driver = open()) {
            assertEquals(Kind.REFUSED_AT_RCPT_FOREIGN, probe(driver, "10.1.2.3"));
            carryOut(driver, RELAY);
            assertEquals(Kind.ACCEPTED, probe(driver, "10.1.2.3"));
            written = driver.read();
        }
        try (SimulatedExchangeDriver driver = open()) {
            assertEquals(written, driver.read());
            assertEquals(Kind.ACCEPTED, probe(driver, "10.1.2.3"));
        }
    }

    @Test
    void itsAcceptedDomainsAreThoseItIsConfiguredWith() throws IOException {
        try (SimulatedExchangeDriver driver = open()) {
            assertEquals(
                    Optional.of(
                            List.of(
                                    new AcceptedDomain(
                                            "own.example",
                                            "own.example",
                                            AcceptedDomain.Type.AUTHORITATIVE,
                                            true))),
                    driver.acceptedDomains());
        }
    }

    @Test
    void aDroppedRangeReadsBackAsAskedAndOnlyAProbeShowsIt() throws IOException {
        fault("drop-range 10.1.128.0/17\n");
        try (SimulatedExchangeDriver driver = open()) {
            carryOut(driver, RELAY);
            assertEquals(List.of(SampleConnectors.wide(), RELAY), driver.read());
            assertEquals(Kind.ACCEPTED, probe(driver, "10.1.2.3"));
            assertEquals(Kind.REFUSED_AT_RCPT_FOREIGN, probe(driver, "10.1.200.3"));
        }
    }

    @Test
    void aRangeDroppedWholeLeavesItsClientsToTheWideConnector() throws IOException {
        fault("drop-range 10.0.0.0/8");
        try (SimulatedExchangeDriver driver = open()) {
            carryOut(driver, RELAY);
            assertEquals(List.of(SampleConnectors.wide(), RELAY), driver.read());
            assertEquals(Kind.REFUSED_AT_RCPT_FOREIGN, probe(driver, "10.1.2.3"));
        }
    }

    @Test
    void theFaultFailStepRefusesEveryStepUntilItIsGone() throws IOException {
        fault("fail-step");
        try (SimulatedExchangeDriver driver = open()) {
            IOException refused = assertThrows(IOException.class, () -> carryOut(driver, RELAY));
            assertEquals("refused by the simulated fault 'fail-step'", refused.getMessage());
            assertEquals(List.of(SampleConnectors.wide()), driver.read());
            fault("");
            carryOut(driver, RELAY);
            assertEquals(List.of(SampleConnectors.wide(), RELAY), driver.read());
        }
    }

    @Test
    void whatExchangeWouldRefuseIsRefusedAndChangesNothing() throws IOException {
        try (SimulatedExchangeDriver driver = open()) {
            ConnectorStep notThere = new ConnectorStep.GrantRelay("Postern relay");
            assertThrows(IOException.class, () -> driver.execute(notThere));
            assertEquals(List.of(SampleConnectors.wide()), driver.read());
        }
    }

    @Test
    void aFaultIsGoneWhenWhatWasHeldBeforeIsBackInWhateverOrder() throws IOException {
        try (SimulatedExchangeDriver driver = open()) {
            carryOut(driver, SampleConnectors.relay("10.1.0.0/16", "10.3.0.0/16"));
            fault("close-early");
            driver.read();
            assertEquals(Kind.ACCEPTED, probe(driver, "10.3.0.1"));
            carryOut(driver, SampleConnectors.relay("10.3.0.0/16"));
            assertEquals(Kind.CLOSED_EARLY, probe(driver, "10.3.0.1"));
            carryOut(driver, SampleConnectors.relay("10.3.0.0/16", "10.1.0.0/16"));
            assertEquals(Kind.ACCEPTED, probe(driver, "10.3.0.1"));
        }
    }
}
