package io.postern.agent;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.postern.enforcement.AcceptedDomain;
import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.ReceiveConnector;
import io.postern.enforcement.server.DesiredState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole loop against a service on loopback; the agent looks by itself every 20 s only. */
class AgentProgramTest {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    @TempDir Path data;
    private final ServiceSignature signature = new ServiceSignature();
    private final FakeDriver driver = new FakeDriver(SampleConnectors.wide());
    private final FakeDriver broken = new FakeDriver(SampleConnectors.wide());
    private final List<String> news = new CopyOnWriteArrayList<>();
    private FakeService service;
    private AgentProgram program;
    private Thread thread;

    @BeforeEach
    void enrol() throws IOException {
        service = new FakeService();
        AgentKey.readOrMake(AgentIdentity.keyFile(data));
        identity("ex01");
    }

    private void identity(String... servers) throws IOException {
        new AgentIdentity("agent-a", List.of(servers), service.url(), signature.publicJwk())
                .write(data);
    }

    private void start() throws IOException {
        open();
        run();
    }

    private void run() {
        thread = new Thread(program::run, "agent-under-test");
        thread.start();
    }

    private void open() throws IOException {
        program =
                new AgentProgram(
                        data,
                        (server, directory) -> drivers(server),
                        false,
                        AgentTime.system(),
                        news::add);
    }

    private FakeDriver drivers(String server) {
        return server.equals("ex01") ? driver : broken;
    }

    @AfterEach
    void stop() throws InterruptedException {
        program.stop();
        service.close();
        thread.join(PATIENCE.toMillis());
        assertFalse(thread.isAlive(), "the agent did not stop");
    }

    private String signed(long serial, Integer window, ReceiveConnector... connectors) {
        return signature.sign(publication(serial, window, connectors));
    }

    private static DesiredPublication publication(
            long serial, Integer window, ReceiveConnector... connectors) {
        List<ConnectorData> managed = SampleConnectors.data(connectors);
        long now = Instant.now().getEpochSecond();
        return new DesiredPublication(
                "agent-a",
                "ex01",
                serial,
                serial,
                DesiredState.EXCHANGE,
                DesiredState.digestOf(managed),
                managed,
                null,
                window,
                false,
                now,
                now + 3600);
    }

    private void awaitReport(Predicate<JsonNode> wanted) {
        await().atMost(PATIENCE).until(() -> service.reports.stream().anyMatch(wanted));
    }

    private static Predicate<JsonNode> active(long serial) {
        return report -> report.path("activeSerial").asLong() == serial;
    }

    private void awaitFirstPull() {
        await().atMost(PATIENCE).until(() -> service.pulls.get() > 0);
        awaitReport(report -> report.path("state").asText().equals("AS_FOUND"));
    }

    @Test
    void acceptedDomainsAreReportedAndLeftOutWhereTheyAreNotKnown() throws IOException {
        start();
        awaitFirstPull();
        assertFalse(
                service.reports.stream().anyMatch(one -> one.hasNonNull("acceptedDomains")),
                "nobody could read them yet");

        driver.organisationHas(
                List.of(new AcceptedDomain("All", "*", AcceptedDomain.Type.INTERNAL_RELAY, false)));
        service.publish(signed(1, null, SampleConnectors.relay("10.1.0.0/16")));
        service.tell();
        awaitReport(
                report -> {
                    JsonNode domain = report.path("acceptedDomains").path(0);
                    return domain.path("name").asText().equals("All")
                            && domain.path("domainName").asText().equals("*")
                            && domain.path("domainType").asText().equals("InternalRelay");
                });
    }

    @Test
    void aNoticeOnTheStreamMakesTheAgentPullAtOnce() throws IOException {
        start();
        awaitFirstPull();
        await().atMost(PATIENCE).until(() -> service.streams.get() == 1);
        service.publish(signed(1, null, SampleConnectors.relay("10.1.0.0/16")));
        service.tell();
        awaitReport(active(1));
        assertEquals(2, driver.data().size());
        assertEquals(0, service.polls.get());
    }

    @ParameterizedTest
    @EnumSource(names = {"ABSENT", "ENDS_AT_ONCE"})
    void withoutAStreamTheAgentWaitsByLongPoll(FakeService.Stream stream) throws IOException {
        service.stream = stream;
        start();
        awaitFirstPull();
        await().atMost(PATIENCE).until(() -> service.polls.get() > 0);
        service.publish(signed(1, null, SampleConnectors.relay("10.1.0.0/16")));
        service.tell();
        awaitReport(active(1));
        assertTrue(
                news.stream().anyMatch(line -> line.startsWith("notices: no event stream")),
                news.toString());
    }

    @Test
    void anUnsignedStateIsRefusedAndReportedAndNothingChanges() throws IOException {
        service.publish(signed(1, null, SampleConnectors.internal("10.1.0.0/16")));
        start();
        awaitReport(active(1));
        List<ConnectorData> before = driver.data();
        await().atMost(PATIENCE).until(() -> service.streams.get() == 1);
        service.publish(
                signature.unsigned(publication(2, null, SampleConnectors.relay("0.0.0.0/1"))));
        service.tell();
        awaitReport(
                report ->
                        active(1).test(report)
                                && report.path("error").asText().contains("signature"));
        assertEquals(before, driver.data());
    }

    @Test
    void whileTheServiceIsAwayTheAgentUndoesByItselfAndComesBack() throws IOException {
        service.publish(signed(1, 2, SampleConnectors.relay("10.1.0.0/16")));
        start();
        await().atMost(PATIENCE).until(() -> driver.data().size() == 2);
        service.down = true;
        await().atMost(PATIENCE).until(() -> driver.data().size() == 1);
        await().atMost(PATIENCE)
                .until(() -> news.stream().anyMatch(line -> line.startsWith("service: ")));
        service.publish(signed(2, null, SampleConnectors.relay("10.2.0.0/16")));
        service.down = false;
        awaitReport(active(2));
        await().atMost(PATIENCE).until(() -> news.contains("service: there again"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "{}", "[]", "{\"servers\":null}", "<html>sorry</html>"})
    void whateverAnswersInTheServicesPlaceTheAgentGoesOn(String answer) throws IOException {
        String good = service.self;
        service.self = answer;
        service.publish(signed(1, null, SampleConnectors.relay("10.1.0.0/16")));
        start();
        await().atMost(PATIENCE).until(() -> service.streams.get() > 0);
        service.self = good;
        service.tell();
        awaitReport(active(1));
        assertTrue(thread.isAlive());
    }

    @Test
    void aServerThatCannotBeReadDoesNotKeepTheOthersFromBeingServed() throws IOException {
        identity("ex00", "ex01");
        open();
        broken.failReads(Integer.MAX_VALUE);
        service.publish(signed(1, null, SampleConnectors.relay("10.1.0.0/16")));
        run();
        awaitReport(active(1));
        await().atMost(PATIENCE).until(() -> news.contains("ex00: error: cannot be read today"));
    }

    @Test
    void aServerThatCannotBeReadAtTheStartIsKeptAsSoonAsItCanBe() throws IOException {
        identity("ex00", "ex01");
        broken.failReads(2);
        open();
        assertEquals(List.of("ex00: not kept yet: cannot be read today"), news);
        run();
        await().atMost(PATIENCE).until(() -> news.contains("ex00: kept from now on"));
        awaitReport(report -> report.path("state").asText().equals("AS_FOUND"));
    }

    @Test
    void anAgentNoneOfWhoseServersCanBeReadDoesNotStart() throws IOException {
        driver.failReads(1);
        assertEquals(
                "cannot be read today", assertThrows(IOException.class, this::open).getMessage());
        start();
    }

    @Test
    void aRealServerIsProbedFromRealAddressesWithoutClaimedIdentities() throws IOException {
        service.self =
                """
                {"name": "agent-a", "cursor": 0, "servers": [{"name": "ex01", "addresses": [],
                 "probeSettings": {"ehloName": "p.example", "mailFrom": "p@contoso.example",
                  "internalRecipient": "i@contoso.example",
                  "externalRecipient": "e@fabrikam.example"}}]}
                """;
        service.probes =
                """
                [{"id": 1, "server": "ex01", "port": 1, "source": "127.0.0.1"},
                 {"id": 2, "server": "ex01", "port": 1, "source": "192.0.2.9"},
                 {"id": 3, "server": "ex01", "port": 1, "source": "127.0.0.1",
                  "account": "S-1-5-21-1-2-3-4"}]
                """;
        start();
        awaitReport(result(1, "CONNECT_REFUSED"));
        awaitReport(result(2, "NOT_RUN"));
        awaitReport(result(3, "NOT_RUN"));
    }

    @Test
    void whatCannotBeAskedIsNotRunWithTheReason() throws IOException {
        service.self =
                """
                {"name": "agent-a", "cursor": 0, "servers": [{"name": "ex01",
                 "addresses": ["127.0.0.1"], "loadBalancedNames": ["mail.contoso.example"],
                 "probeSettings": {"ehloName": "p.example", "mailFrom": "p@contoso.example",
                  "internalRecipient": "i@contoso.example",
                  "externalRecipient": "e@fabrikam.example"}}]}
                """;
        service.probes =
                """
                [{"id": 1, "server": "ex01", "port": 1, "source": "127.0.0.1",
                  "target": "127.0.0.1"},
                 {"id": 2, "server": "ex01", "port": 1, "source": "127.0.0.1",
                  "target": "127.0.0.2"},
                 {"id": 3, "server": "ex01", "port": 1, "source": "127.0.0.1",
                  "target": "mail.fabrikam.example"},
                 {"id": 4, "server": "ex09", "port": 1, "source": "192.0.2.9",
                  "target": "192.0.2.1",
                  "settings": {"ehloName": "p.example", "mailFrom": "p@contoso.example",
                   "internalRecipient": "i@contoso.example",
                   "externalRecipient": "e@fabrikam.example"}}]
                """;
        start();
        awaitReport(result(1, "CONNECT_REFUSED"));
        awaitReport(notRun(2, "'127.0.0.2' is no address or load-balanced name of ex01"));
        awaitReport(
                notRun(3, "'mail.fabrikam.example' is no address or load-balanced name of ex01"));
        awaitReport(notRun(4, "192.0.2.9 is no address of this machine"));
    }

    private static Predicate<JsonNode> notRun(long id, String why) {
        return anyResult(
                result ->
                        is(result, id, "NOT_RUN")
                                && result.at("/transcript/0")
                                        .asText()
                                        .equals("0 * not run: " + why));
    }

    private static Predicate<JsonNode> result(long id, String kind) {
        return anyResult(result -> is(result, id, kind));
    }

    /** What is there within a moment is posted together. */
    private static Predicate<JsonNode> anyResult(Predicate<JsonNode> wanted) {
        return report ->
                StreamSupport.stream(report.path("results").spliterator(), false).anyMatch(wanted);
    }

    private static boolean is(JsonNode result, long id, String kind) {
        return result.path("id").asLong() == id
                && result.path("kind").asText().equals(kind)
                && !result.path("simulatedSource").asBoolean(true);
    }
}
