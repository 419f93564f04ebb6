package io.postern.agent.simulated;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.postern.policy.Address;
import io.postern.smtp.ProbeOutcome.Kind;
import io.postern.smtp.ProxyProtocol;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients do that mean no good. */
class HostileClientTest {
    private static ServerFixture server;

    @BeforeAll
    static void start() throws IOException {
        server = ServerFixture.start(Connectors.wide());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "RCPT TO:<x@far.example>",
                "RCPT TO:<x%far.example@own.example>",
                "RCPT TO:<far.example!x@own.example>",
                "RCPT TO:<far.example!x>",
                "RCPT TO:<x%far.example>",
                "RCPT TO:<@own.example:x@far.example>",
                "RCPT TO:<@far.example:it@own.example>",
                "RCPT TO:<@own.example,@far.example:x@far.example>",
                "RCPT TO:<\"x@far.example\"@own.example>",
                "RCPT TO:<\"x%far.example\"@own.example>",
                "RCPT TO:<\"far.example!x\"@own.example>",
                "RCPT TO:<x@far.example@own.example>",
                "RCPT TO:<x@own.example@far.example>",
                "RCPT TO:<it@own.example\"@far.example>",
                "RCPT TO:<\"it@own.example>\"@far.example>",
                "RCPT TO:x@far.example",
                "RCPT TO:it@own.example",
                "RCPT TO:<it@own.example",
                "RCPT TO:it@own.example>",
                "RCPT TO:<it@own.example>,<x@far.example>",
                "RCPT TO:<it@own.example> <x@far.example>",
                "RCPT TO:<it@own.example>x",
                "RCPT TO:<<x@far.example>@own.example>",
                "RCPT TO:<x@far.example\\@own.example>",
                "RCPT TO:<x@own.example.far.example>",
                "RCPT TO:<x@evilown.example>",
                "RCPT TO:<x@own.example.>",
                "RCPT TO:<x@.own.example>",
                "RCPT TO:<x@sub.example>",
                "RCPT TO:<x@notsub.example>",
                "RCPT TO:<x@[127.0.0.1]>",
                "RCPT TO:<x@[IPv6:::1]>",
                "RCPT TO:<x@>",
                "RCPT TO:<@own.example>",
                "RCPT TO:<>",
                "RCPT TO:",
                "RCPT <it@own.example>",
                "RCPT TO:<it @own.example>",
                "RCPT TO:<x\u00e9@own.example>",
                "RCPT TO:<it@own.example\t@far.example>",
                "RCPT TO:<x:far.example@own.example>",
                "RCPT TO:<;x@own.example>"
            })
    void nothingIsRelayed(String trick) throws IOException {
        try (RawClient client = server.clientAs("10.1.2.3").ready()) {
            String reply = client.ask(trick);
            assertTrue(reply.matches("50[1-4] 5\\..*|550 5\\.7\\.54 .*"), reply);
            assertTrue(client.ask("DATA").startsWith("503"), "a recipient was taken");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "RCPT TO:<it@own.example>",
                "rcpt to:<IT@Own.Example>",
                "RCPT TO: <it@own.example>",
                "RCPT TO:<it@a.sub.example>",
                "RCPT TO:<postmaster>",
                "RCPT TO:<\"it department\"@own.example>",
                "RCPT TO:<it+tag@own.example> NOTIFY=NEVER ORCPT=rfc822;it@own.example"
            })
    void ownRecipientsAreTaken(String command) throws IOException {
        try (RawClient client = server.clientAs("10.1.2.3").ready()) {
            assertEquals("250 2.1.5 Recipient OK", client.ask(command));
        }
    }

    static Stream<Arguments> headers() {
        byte[] right = header(ServerFixture.TOKEN);
        byte[] wrong = ServerFixture.TOKEN.clone();
        wrong[15] ^= 1;
        byte[] oversized = Arrays.copyOf(right, 16);
        oversized[14] = (byte) 0xFF;
        return Stream.of(
                arguments("wrong token", header(wrong)),
                arguments("shorter token", header(Arrays.copyOf(ServerFixture.TOKEN, 15))),
                arguments("longer token", header(Arrays.copyOf(ServerFixture.TOKEN, 17))),
                arguments("no token", ProxyProtocol.local(Map.of())),
                arguments("oversized", oversized),
                arguments(
                        "name too long",
                        ProxyProtocol.local(
                                Map.of(0xE0, ServerFixture.TOKEN, 0xE1, new byte[257]))));
    }

    private static byte[] header(byte[] token) {
        return ProxyProtocol.header(
                Address.parse("10.1.2.3"),
                40_000,
                Address.parse(ServerFixture.SERVER),
                25,
                Map.of(ProxyProtocol.SIMULATION_TOKEN, token));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("headers")
    void aHeaderThatIsNotOurAgentsIsRefused(String name, byte[] header) throws IOException {
        try (RawClient client = RawClient.connect(server.exchange.port())) {
            client.sendBytes(header);
            assertEquals("421 4.3.2 Service not available", client.reply());
            assertEquals("closed", client.reply());
        }
    }

    @Test
    void aCutHeaderIsRefused() throws IOException {
        try (RawClient client = RawClient.connect(server.exchange.port())) {
            client.sendBytes(Arrays.copyOf(header(ServerFixture.TOKEN), 30));
            assertEquals("421 4.3.2 Service not available", client.reply());
        }
    }

    @Test
    void aHeaderThatComesAfterTheBannerIsNeverBelieved() throws IOException {
        try (RawClient client = RawClient.connect(server.exchange.port())) {
            assertTrue(client.reply().startsWith("220"));
            client.sendBytes(header(ServerFixture.TOKEN));
            assertTrue(client.reply().startsWith("500"));
            assertTrue(client.reply().startsWith("500"));
            assertEquals("421 4.3.2 Service not available", client.reply());
            assertEquals("closed", client.reply());
        }
    }

    @Test
    void aLocalHeaderLeavesTheRealSource() throws IOException {
        try (RawClient client = RawClient.connect(server.exchange.port())) {
            client.sendBytes(ProxyProtocol.local(Map.of(0xE0, ServerFixture.TOKEN)));
            client.reply();
            assertTrue(client.ask("EHLO test").contains("Hello [127.0.0.1]"));
        }
    }

    @Test
    void whoTalksBeforeTheBannerIsHeardAfterIt() throws IOException {
        try (RawClient client = RawClient.connect(server.exchange.port())) {
            client.send("\r\nNOOP");
            assertTrue(client.reply().startsWith("220"));
            assertEquals("500 5.3.3 Unrecognized command", client.reply());
            assertEquals("250 2.0.0 OK", client.reply());
        }
    }

    @Test
    void anEndlessLineEndsTheSession() throws IOException {
        try (RawClient client = server.clientAs("10.1.2.3")) {
            client.reply();
            client.sendBytes("x".repeat(30_000).getBytes(StandardCharsets.US_ASCII));
            assertEquals("500 5.5.2 Line too long", client.reply());
            assertEquals("closed", client.reply());
        }
    }

    @Test
    void theLongestLineIsRead() throws IOException {
        try (RawClient client = server.clientAs("10.1.2.3")) {
            client.reply();
            assertEquals("250 2.0.0 OK", client.ask("NOOP " + "x".repeat(2043)));
            assertEquals("500 5.5.2 Line too long", client.ask("NOOP " + "x".repeat(2044)));
        }
    }

    @Test
    void fiveErrorsEndTheSession() throws IOException {
        try (RawClient client = server.clientAs("10.1.2.3")) {
            client.reply();
            assertEquals("500 5.3.3 Unrecognized command", client.ask("GET / HTTP/1.1"));
            assertEquals("502 5.3.3 Command not implemented", client.ask("VRFY it"));
            assertEquals("503 5.5.2 Send hello first", client.ask("MAIL FROM:<a@own.example>"));
            assertEquals("503 5.5.2 Need mail command", client.ask("RCPT TO:<it@own.example>"));
            assertEquals("421 4.7.0 Too many errors", client.ask("DATA"));
            assertEquals("closed", client.reply());
        }
    }

    @Test
    void aSilentClientIsEnded() throws IOException {
        try (ServerFixture impatient =
                        ServerFixture.start(
                                5,
                                s -> s.withTimeouts(Duration.ofMillis(200), s.proxyWait()),
                                Connectors.wide());
                RawClient client = impatient.clientAs("10.1.2.3")) {
            client.reply();
            assertEquals("451 4.7.0 Timeout waiting for client input", client.reply());
            assertEquals("closed", client.reply());
        }
    }

    @Test
    void aClientThatLeavesEarlyGivesItsPlaceBack() throws IOException {
        try (ServerFixture small = ServerFixture.start(1, s -> s, Connectors.wide())) {
            RawClient client = small.clientAs("10.1.2.3").ready();
            client.send("DATA");
            client.close();
            await().untilAsserted(
                            () ->
                                    assertEquals(
                                            Kind.REFUSED_AT_RCPT_FOREIGN,
                                            small.probeAs("10.1.2.3").kind()));
        }
    }
}
