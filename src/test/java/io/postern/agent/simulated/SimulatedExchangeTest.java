package io.postern.agent.simulated;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.postern.enforcement.DefaultConnectors;
import io.postern.enforcement.ReceiveConnector;
import io.postern.policy.Address;
import io.postern.smtp.ObservedTier;
import io.postern.smtp.ObservedTier.Level;
import io.postern.smtp.ProbeOutcome;
import io.postern.smtp.ProbeOutcome.Kind;
import io.postern.smtp.TranscriptLine;
import io.postern.smtp.netty.ProbeSource;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The simulated server as real probes see it. */
class SimulatedExchangeTest {
    @ParameterizedTest
    @ValueSource(strings = {"10.20.30.41", "203.0.113.9", "fd00:20:30::7", "2001:db8::1"})
    void aFreshServerIsInternalOnlyForAnyone(String source) throws IOException {
        ReceiveConnector[] fresh =
                DefaultConnectors.ofFreshServer("EX01", "own.example").stream()
                        .map(SimulatedExchangeTest::impatient)
                        .toArray(ReceiveConnector[]::new);
        try (ServerFixture server = ServerFixture.start(fresh)) {
            ProbeOutcome outcome = server.probeAs(source);
            assertEquals(Kind.REFUSED_AT_RCPT_FOREIGN, outcome.kind(), outcome.toString());
            assertEquals("5.7.54", outcome.reply().enhanced());
            assertEquals(Level.INTERNAL, ObservedTier.of(outcome, false).level());
        }
    }

    /** The same without the tarpit of five seconds, of which another test takes care. */
    private static ReceiveConnector impatient(ReceiveConnector c) {
        return new ReceiveConnector(
                c.name(),
                c.managed(),
                c.enabled(),
                c.transportRole(),
                c.bindings(),
                c.remoteIpRanges(),
                c.permissionGroups(),
                c.authMechanism(),
                c.anonymousRelay(),
                c.fqdn(),
                c.comment(),
                0,
                c.verboseLogging());
    }

    static Stream<Arguments> connectors() {
        return Stream.of(
                arguments(
                        "closed",
                        Connectors.closed("10.1.0.0/16"),
                        Kind.REFUSED_AT_MAIL,
                        Level.NONE,
                        "None"),
                arguments(
                        "internal",
                        Connectors.internal("10.1.0.0/16"),
                        Kind.REFUSED_AT_RCPT_FOREIGN,
                        Level.INTERNAL,
                        "SMTPSubmit SMTPAcceptAnySender SMTPAcceptAuthoritativeDomainSender AcceptRoutingHeaders"),
                arguments(
                        "relay",
                        Connectors.relay("10.1.0.0/16"),
                        Kind.ACCEPTED,
                        Level.AT_LEAST_RELAY,
                        "SMTPSubmit SMTPAcceptAnyRecipient SMTPAcceptAnySender SMTPAcceptAuthoritativeDomainSender AcceptRoutingHeaders"),
                arguments(
                        "trusted",
                        Connectors.trusted("10.1.0.0/16"),
                        Kind.ACCEPTED,
                        Level.AT_LEAST_RELAY,
                        "SMTPSubmit SMTPAcceptAnyRecipient SMTPAcceptAuthenticationFlag SMTPAcceptAnySender SMTPAcceptAuthoritativeDomainSender BypassAntiSpam BypassMessageSizeLimit SMTPAcceptEXCH50 AcceptRoutingHeaders"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("connectors")
    void theNarrowerConnectorDecidesForItsRangeAndOnlyForIt(
            String name, ReceiveConnector narrow, Kind kind, Level level, String permissions)
            throws IOException {
        try (ServerFixture server = ServerFixture.start(Connectors.wide(), narrow)) {
            ProbeOutcome inside = server.probeAs("10.1.2.3");
            assertEquals(kind, inside.kind(), inside.toString());
            assertEquals(level, ObservedTier.of(inside, false).level());
            ProbeOutcome outside = server.probeAs("10.2.2.3");
            assertEquals(Kind.REFUSED_AT_RCPT_FOREIGN, outside.kind(), outside.toString());
            SessionRecord session = server.exchange.sessions().get(0);
            assertEquals(name, session.connector());
            assertEquals(permissions, session.permissions());
            assertEquals("10.1.2.3", session.source().toString());
            assertTrue(session.simulated());
            assertNull(session.refusal());
        }
    }

    @Test
    void aClosedClientIsToldThatItIsNotAuthenticated() throws IOException {
        try (ServerFixture server = ServerFixture.start(Connectors.closed("0.0.0.0/0"));
                RawClient client = server.clientAs("10.1.2.3")) {
            client.reply();
            client.ask("EHLO test");
            assertEquals(
                    "530 5.7.57 SMTP; Client was not authenticated to send anonymous mail during"
                            + " MAIL FROM",
                    client.ask("MAIL FROM:<a@own.example>"));
        }
    }

    @Test
    void ipv6SourcesAreAWorldOfTheirOwn() throws IOException {
        ReceiveConnector v4Only = Connectors.internal("0.0.0.0/0");
        ReceiveConnector v6Relay = Connectors.relay("fd00:20:30::/64");
        try (ServerFixture server = ServerFixture.start(v4Only, v6Relay)) {
            assertEquals(Kind.ACCEPTED, server.probeAs("fd00:20:30::7").kind());
            assertEquals(Kind.TRANSIENT, server.probeAs("fd00:20:31::7").kind());
            assertEquals(Kind.REFUSED_AT_RCPT_FOREIGN, server.probeAs("10.0.0.1").kind());
        }
    }

    @Test
    void nobodyIsServedWhereNoConnectorMatches() throws IOException {
        try (ServerFixture server = ServerFixture.start(Connectors.internal("10.1.0.0/16"))) {
            ProbeOutcome outcome = server.probeAs("10.2.0.1");
            assertEquals(Kind.TRANSIENT, outcome.kind());
            assertEquals("4.3.2 Service not available", outcome.reply().text());
            SessionRecord session = server.exchange.sessions().get(0);
            assertNull(session.connector());
            assertEquals("no connector matches", session.refusal());
        }
    }

    @Test
    void aConnectorOfAnotherPortDoesNotTakeTheSession() throws IOException {
        try (ServerFixture server = ServerFixture.start(Connectors.wide())) {
            ProbeSource other =
                    new ProbeSource.Simulated(
                            Address.parse("10.1.2.3"),
                            40_000,
                            Address.parse(ServerFixture.SERVER),
                            587,
                            ServerFixture.TOKEN);
            assertEquals(Kind.TRANSIENT, server.probe(other).kind());
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void realSourcesOfTheLoopbackNetworkDiffer() throws IOException {
        ReceiveConnector relay = Connectors.relay("127.0.0.2");
        ReceiveConnector closed = Connectors.closed("127.0.0.3");
        try (ServerFixture server = ServerFixture.start(Connectors.wide(), relay, closed)) {
            ProbeOutcome two =
                    server.probe(new ProbeSource.Real(InetAddress.getByName("127.0.0.2")));
            ProbeOutcome three =
                    server.probe(new ProbeSource.Real(InetAddress.getByName("127.0.0.3")));
            assertEquals(Kind.ACCEPTED, two.kind(), two.toString());
            assertEquals(Kind.REFUSED_AT_MAIL, three.kind(), three.toString());
            SessionRecord session = server.exchange.sessions().get(0);
            assertEquals("127.0.0.2", session.source().toString());
            assertEquals(ServerFixture.SERVER, session.local().toString());
            assertTrue(!session.simulated());
        }
    }

    @Test
    void aRefusedRelayIsAnsweredAfterTheTarpit() throws IOException {
        try (ServerFixture server = ServerFixture.start(Connectors.wide(300))) {
            ProbeOutcome outcome = server.probeAs("10.1.2.3");
            long asked = elapsed(outcome, TranscriptLine.SENT, "RCPT TO:<x@far.example>");
            long answered = elapsed(outcome, TranscriptLine.RECEIVED, "550 5.7.54");
            assertTrue(answered - asked >= 295, "answered after " + (answered - asked) + " ms");
        }
    }

    private static long elapsed(ProbeOutcome outcome, char direction, String beginning) {
        return outcome.transcript().stream()
                .filter(l -> l.direction() == direction && l.text().startsWith(beginning))
                .findFirst()
                .orElseThrow(() -> new AssertionError(outcome.toString()))
                .elapsedMillis();
    }

    @Test
    void theTranscriptSaysThatTheSourceIsSimulatedAndKeepsTheToken() throws IOException {
        try (ServerFixture server = ServerFixture.start(Connectors.wide())) {
            ProbeOutcome outcome = server.probeAs("10.1.2.3");
            assertEquals(
                    new TranscriptLine(
                            0,
                            '*',
                            "IPv4 to 127.0.0.1 port "
                                    + server.target().getPort()
                                    + ", simulated source 10.1.2.3"),
                    outcome.transcript().get(0));
            assertTrue(!outcome.toString().contains("0123456789abcdef"));
        }
    }

    @Test
    void aProvenIdentityIsPutOnRecord() throws IOException {
        try (ServerFixture server = ServerFixture.start(Connectors.wide())) {
            server.probe(
                    new ProbeSource.Simulated(
                            Address.parse("10.1.2.3"),
                            40_000,
                            Address.parse(ServerFixture.SERVER),
                            25,
                            ServerFixture.TOKEN,
                            new ProbeSource.Identity("CONTOSO\\svc-erp", null),
                            new ProbeSource.Identity("CONTOSO\\RDS01$", null)));
            SessionRecord session = server.exchange.sessions().get(0);
            assertEquals("CONTOSO\\svc-erp", session.account());
            assertEquals("CONTOSO\\RDS01$", session.computer());
        }
    }

    @Test
    void newConnectorsTakeTheNextSessionAndLeaveTheOpenOne() throws IOException {
        try (ServerFixture server = ServerFixture.start(Connectors.wide());
                RawClient open = server.clientAs("10.1.2.3").ready()) {
            server.exchange.replaceConnectors(List.of(Connectors.closed("0.0.0.0/0")));
            assertEquals(Kind.REFUSED_AT_MAIL, server.probeAs("10.1.2.3").kind());
            assertTrue(open.ask("RCPT TO:<it@own.example>").startsWith("250"));
            assertEquals("closed", server.exchange.connectors().get(0).name());
        }
    }

    @Test
    void theTwentyFirstSessionOfASourceIsRefused() throws Exception {
        try (ServerFixture server = ServerFixture.start(50, s -> s, Connectors.wide())) {
            RawClient[] clients = new RawClient[20];
            for (int i = 0; i < clients.length; i++) {
                clients[i] = server.clientAs("10.1.2.3");
                assertTrue(clients[i].reply().startsWith("220"), "session " + i);
            }
            ProbeOutcome twentyFirst = server.probeAs("10.1.2.3");
            assertEquals(Kind.TRANSIENT, twentyFirst.kind());
            assertTrue(twentyFirst.reply().text().contains("from this source"));
            assertEquals(Kind.REFUSED_AT_RCPT_FOREIGN, server.probeAs("10.1.2.4").kind());
            clients[0].close();
            await().untilAsserted(
                            () ->
                                    assertEquals(
                                            Kind.REFUSED_AT_RCPT_FOREIGN,
                                            server.probeAs("10.1.2.3").kind()));
            for (RawClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void aFullServerSaysSoAndRecovers() throws Exception {
        try (ServerFixture server = ServerFixture.start(2, s -> s, Connectors.wide());
                RawClient one = server.clientAs("10.1.2.3");
                RawClient two = server.clientAs("10.1.2.4")) {
            assertTrue(one.reply().startsWith("220"));
            assertTrue(two.reply().startsWith("220"));
            ProbeOutcome third = server.probeAs("10.1.2.5");
            assertEquals(Kind.TRANSIENT, third.kind(), third.toString());
            assertTrue(third.reply().text().startsWith("4.3.2 The maximum number"));
            one.close();
            await().untilAsserted(
                            () ->
                                    assertEquals(
                                            Kind.REFUSED_AT_RCPT_FOREIGN,
                                            server.probeAs("10.1.2.5").kind()));
        }
    }

    @Test
    void closingCutsOpenSessionsAndAWaitingTarpit() throws Exception {
        ServerFixture server = ServerFixture.start(Connectors.wide(60_000));
        try (RawClient client = server.clientAs("10.1.2.3").ready()) {
            client.send("RCPT TO:<x@far.example>");
            long start = System.nanoTime();
            server.close();
            assertTrue(System.nanoTime() - start < 5_000_000_000L);
        }
    }
}
