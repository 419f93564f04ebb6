package io.postern.agent.simulated;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages, the EHLO reply and the protocol log. */
class MessageTest {
    @Test
    void messagesAreCountedAndDiscarded() throws IOException {
        try (ServerFixture server = ServerFixture.start(Connectors.wide());
                RawClient client = server.clientAs("10.1.2.3").ready()) {
            client.ask("RCPT TO:<it@own.example>");
            assertEquals("354 Start mail input; end with <CRLF>.<CRLF>", client.ask("DATA"));
            client.send("Subject: x\r\n\r\n..stuffed\r\nbare\n.\nnot the end");
            String reply = client.ask(".");
            assertTrue(
                    reply.matches(
                            "250 2\\.6\\.0 <.*> \\[InternalId=1, Hostname=ex01.own.example\\] 45"
                                    + " bytes in .* Queued mail for delivery"),
                    reply);
            assertEquals(1, server.exchange.acceptedMessages());
            assertEquals("503 5.5.2 Need mail command", client.ask("RCPT TO:<it@own.example>"));
        }
    }

    @Test
    void anEmptyMessageEndsAtItsFirstLine() throws IOException {
        try (ServerFixture server = ServerFixture.start(Connectors.wide());
                RawClient client = server.clientAs("10.1.2.3").ready()) {
            client.ask("RCPT TO:<it@own.example>");
            client.ask("DATA");
            assertTrue(client.ask(".").contains(" 0 bytes in "));
        }
    }

    @Test
    void chunksAreCountedAndDiscarded() throws IOException {
        try (ServerFixture server = ServerFixture.start(Connectors.wide());
                RawClient client = server.clientAs("10.1.2.3").ready()) {
            client.ask("RCPT TO:<it@own.example>");
            assertEquals("250 2.6.0 CHUNK received OK, 6 octets", client.ask("BDAT 6\r\nQUIT"));
            assertTrue(client.ask("BDAT 0 LAST").contains(" 6 bytes in "));
            assertEquals(1, server.exchange.acceptedMessages());
            assertEquals("503 5.5.2 Need mail command", client.ask("BDAT 6\r\nQUIT"));
            assertEquals("501 5.5.4 Unrecognized parameter", client.ask("BDAT x"));
            assertEquals("closed", client.reply());
        }
    }

    @Test
    void aRecipientRefusedForRelayLeavesNothingToSend() throws IOException {
        try (ServerFixture server = ServerFixture.start(Connectors.wide());
                RawClient client = server.clientAs("10.1.2.3").ready()) {
            client.ask("RCPT TO:<x@far.example>");
            assertEquals("503 5.5.2 Need rcpt command", client.ask("DATA"));
            assertEquals(0, server.exchange.acceptedMessages());
        }
    }

    @Test
    void theTwoHundredAndFirstRecipientIsTooMany() throws IOException {
        try (ServerFixture server = ServerFixture.start(Connectors.wide());
                RawClient client = server.clientAs("10.1.2.3").ready()) {
            client.sendBytes(
                    "RCPT TO:<it@own.example>\r\n".repeat(201).getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 200; i++) {
                assertEquals("250 2.1.5 Recipient OK", client.reply());
            }
            assertEquals("452 4.5.3 Too many recipients", client.reply());
        }
    }

    @Test
    void bannerAndEhloAreExchanges() throws IOException {
        try (ServerFixture server = ServerFixture.start(Connectors.wide());
                RawClient client = server.clientAs("10.1.2.3")) {
            assertEquals(
                    "220 ex01.own.example Microsoft ESMTP MAIL Service ready at Mon, 2 Mar 2026"
                            + " 08:00:01 +0000",
                    client.reply());
            assertEquals(
                    """
                    250-ex01.own.example Hello [10.1.2.3]
                    250-SIZE 37748736
                    250-PIPELINING
                    250-DSN
                    250-ENHANCEDSTATUSCODES
                    250-STARTTLS
                    250-X-ANONYMOUSTLS
                    250-AUTH NTLM
                    250-X-EXPS GSSAPI NTLM
                    250-8BITMIME
                    250-BINARYMIME
                    250-CHUNKING
                    250 XRDST""",
                    client.ask("EHLO scanner1"));
            assertEquals("250 ex01.own.example Hello [10.1.2.3]", client.ask("HELO scanner1"));
            assertEquals("221 2.0.0 Service closing transmission channel", client.ask("QUIT"));
            assertEquals("closed", client.reply());
        }
    }

    @Test
    void aConnectorWithTlsOnlyOffersNoLogin() throws IOException {
        try (ServerFixture server = ServerFixture.start(Connectors.internal("0.0.0.0/0"));
                RawClient client = server.clientAs("10.1.2.3")) {
            client.reply();
            assertEquals(
                    """
                    250-ex01.own.example Hello [10.1.2.3]
                    250-SIZE 37748736
                    250-PIPELINING
                    250-DSN
                    250-ENHANCEDSTATUSCODES
                    250-STARTTLS
                    250-8BITMIME
                    250-BINARYMIME
                    250 CHUNKING""",
                    client.ask("EHLO scanner1"));
        }
    }

    @Test
    void theProtocolLogIsExchanges(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("RECV20260302-1.log");
        try (ServerFixture server =
                ServerFixture.start(5, s -> s.withProtocolLog(file), Connectors.wide(1))) {
            try (RawClient client = server.clientAs("10.1.2.3").ready()) {
                client.ask("RCPT TO:<x@far.example>");
                client.ask("NOOP \"a,b\"");
                client.ask("QUIT");
            }
        }
        List<String> lines =
                Files.readAllLines(file).stream()
                        .map(line -> line.replaceAll(",[0-9A-F]{16},", ",ID,"))
                        .toList();
        String before = "2026-03-02T08:00:01.000Z,EX01\\Default Frontend EX01,ID,";
        String between = ",10.20.0.11:25,10.1.2.3:40000,";
        assertEquals("#Software: Microsoft Exchange Server", lines.get(0));
        assertEquals("#Log-type: SMTP Receive Protocol Log", lines.get(2));
        List<String> expected =
                List.of(
                        "+,,",
                        ">,\"220 ex01.own.example Microsoft ESMTP MAIL Service ready at Mon, 2 Mar"
                                + " 2026 08:00:01 +0000\",",
                        "*,SMTPSubmit SMTPAcceptAnySender SMTPAcceptAuthoritativeDomainSender"
                                + " AcceptRoutingHeaders,Set Session Permissions",
                        "<,EHLO test,",
                        ">,250  ex01.own.example Hello [10.1.2.3] SIZE 37748736 PIPELINING DSN"
                                + " ENHANCEDSTATUSCODES STARTTLS X-ANONYMOUSTLS AUTH NTLM X-EXPS"
                                + " GSSAPI NTLM 8BITMIME BINARYMIME CHUNKING XRDST,",
                        "<,MAIL FROM:<a@own.example>,",
                        ">,250 2.1.0 Sender OK,",
                        "<,RCPT TO:<x@far.example>,",
                        "*,Tarpit for '0.00:00:00.0010000',",
                        ">,550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain,",
                        "<,\"NOOP \"\"a,b\"\"\",",
                        ">,250 2.0.0 OK,",
                        "<,QUIT,",
                        ">,221 2.0.0 Service closing transmission channel,",
                        "-,,Local");
        assertEquals(expected.size(), lines.size() - 5);
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(before + i + between + expected.get(i), lines.get(i + 5));
        }
    }
}
