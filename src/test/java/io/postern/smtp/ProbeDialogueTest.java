package io.postern.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.postern.smtp.ProbeDialogue.Next;
import io.postern.smtp.ProbeOutcome.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProbeDialogueTest {
    private static final ProbeSettings SETTINGS =
            new ProbeSettings(
                    "postern-probe.test", "probe@own.example", "it@own.example", "x@far.example");
    private static final ProbeSettings ALONE =
            new ProbeSettings("postern-probe.test", "probe@own.example", null, "x@far.example");
    private static final String RELAY_REFUSED = "550 5.7.54 SMTP; Unable to relay recipient";

    /**
     * Name; what the server does, one event a word list separated by '/'; commands sent; kind and
     * stage and code of the deciding reply.
     */
    static Stream<Arguments> dialogues() {
        return Stream.of(
                arguments(
                        "relay open",
                        "connect/220 mx/250 OK/250 OK/250 OK/250 OK/250 OK/221 bye",
                        "EHLO MAIL RCPT RCPT RSET QUIT",
                        "ACCEPTED rcpt-foreign 250"),
                arguments(
                        "relay refused",
                        "connect/220 mx/250 OK/250 OK/250 OK/" + RELAY_REFUSED + "/221 bye",
                        "EHLO MAIL RCPT RCPT QUIT",
                        "REFUSED_AT_RCPT_FOREIGN rcpt-foreign 550"),
                arguments(
                        "own recipient unknown counts as admitted",
                        "connect/220 mx/250 OK/250 OK/550 5.1.10 RESOLVER.ADR.RecipientNotFound/"
                                + RELAY_REFUSED
                                + "/221 bye",
                        "EHLO MAIL RCPT RCPT QUIT",
                        "REFUSED_AT_RCPT_FOREIGN rcpt-foreign 550"),
                arguments(
                        "own recipient refused by policy",
                        "connect/220 mx/250 OK/250 OK/554 5.7.1 Client host rejected/221 bye",
                        "EHLO MAIL RCPT QUIT",
                        "REFUSED_AT_RCPT_OWN rcpt-own 554"),
                arguments(
                        "own recipient 550 5.7.1",
                        "connect/220 mx/250 OK/250 OK/550 5.7.1 no/221 bye",
                        "EHLO MAIL RCPT QUIT",
                        "REFUSED_AT_RCPT_OWN rcpt-own 550"),
                arguments(
                        "own recipient 553 5.1.x is no 550",
                        "connect/220 mx/250 OK/250 OK/553 5.1.3 bad/221 bye",
                        "EHLO MAIL RCPT QUIT",
                        "REFUSED_AT_RCPT_OWN rcpt-own 553"),
                arguments(
                        "refused at MAIL",
                        "connect/220 mx/250 OK/530 5.7.57 SMTP; Client was not authenticated/221 bye",
                        "EHLO MAIL QUIT",
                        "REFUSED_AT_MAIL mail 530"),
                arguments(
                        "refused at EHLO",
                        "connect/220 mx/502 no/221 bye",
                        "EHLO QUIT",
                        "REFUSED_AT_EHLO ehlo 502"),
                arguments(
                        "refused at banner",
                        "connect/554 no service/221 bye",
                        "QUIT",
                        "REFUSED_AT_BANNER banner 554"),
                arguments(
                        "busy at banner closes itself",
                        "connect/421 4.3.2 Service not available",
                        "",
                        "TRANSIENT banner 421"),
                arguments(
                        "busy at banner, polite",
                        "connect/450 later/221 bye",
                        "QUIT",
                        "TRANSIENT banner 450"),
                arguments(
                        "busy at EHLO",
                        "connect/220 mx/451 later/221 bye",
                        "EHLO QUIT",
                        "TRANSIENT ehlo 451"),
                arguments(
                        "busy at MAIL",
                        "connect/220 mx/250 OK/451 4.7.0 later/221 bye",
                        "EHLO MAIL QUIT",
                        "TRANSIENT mail 451"),
                arguments(
                        "busy at own recipient",
                        "connect/220 mx/250 OK/250 OK/452 4.5.3 many/221 bye",
                        "EHLO MAIL RCPT QUIT",
                        "TRANSIENT rcpt-own 452"),
                arguments(
                        "busy at foreign recipient",
                        "connect/220 mx/250 OK/250 OK/250 OK/454 4.7.1 later/221 bye",
                        "EHLO MAIL RCPT RCPT QUIT",
                        "TRANSIENT rcpt-foreign 454"),
                arguments("wrong positive banner", "connect/250 mx", "", "MALFORMED banner 250"),
                arguments(
                        "intermediate reply",
                        "connect/220 mx/250 OK/354 go on",
                        "EHLO MAIL",
                        "MALFORMED mail 354"),
                arguments("connect timeout", "timeout", "", "CONNECT_TIMEOUT connect -"),
                arguments("connect reset", "reset", "", "CONNECT_REFUSED connect -"),
                arguments("no route", "unreachable", "", "UNREACHABLE connect -"),
                arguments("not run", "notrun", "", "NOT_RUN connect -"),
                arguments(
                        "silence instead of banner",
                        "connect/timeout",
                        "",
                        "READ_TIMEOUT banner -"),
                arguments(
                        "silence after EHLO",
                        "connect/220 mx/timeout",
                        "EHLO",
                        "READ_TIMEOUT ehlo -"),
                arguments(
                        "closed instead of banner", "connect/closed", "", "CLOSED_EARLY banner -"),
                arguments("reset instead of banner", "connect/reset", "", "CLOSED_EARLY banner -"),
                arguments(
                        "closed after MAIL",
                        "connect/220 mx/250 OK/closed",
                        "EHLO MAIL",
                        "CLOSED_EARLY mail -"),
                arguments("nonsense at banner", "connect/malformed", "", "MALFORMED banner -"),
                arguments(
                        "closed at RSET changes nothing",
                        "connect/220 mx/250 OK/250 OK/250 OK/250 OK/closed",
                        "EHLO MAIL RCPT RCPT RSET",
                        "ACCEPTED rcpt-foreign 250"),
                arguments(
                        "421 at RSET changes nothing",
                        "connect/220 mx/250 OK/250 OK/250 OK/250 OK/421 bye",
                        "EHLO MAIL RCPT RCPT RSET",
                        "ACCEPTED rcpt-foreign 250"),
                arguments(
                        "silence at QUIT changes nothing",
                        "connect/220 mx/250 OK/250 OK/250 OK/" + RELAY_REFUSED + "/timeout",
                        "EHLO MAIL RCPT RCPT QUIT",
                        "REFUSED_AT_RCPT_FOREIGN rcpt-foreign 550"),
                arguments(
                        "nonsense at QUIT changes nothing",
                        "connect/220 mx/530 no/malformed",
                        "EHLO QUIT",
                        "REFUSED_AT_EHLO ehlo 530"),
                arguments(
                        "TLS, then the same",
                        "tls:connect/220 mx/250-mx;250 STARTTLS/220 ready/tls/250-mx;250 SIZE/250 OK/250 OK/"
                                + RELAY_REFUSED
                                + "/221 bye",
                        "EHLO STARTTLS EHLO MAIL RCPT RCPT QUIT",
                        "REFUSED_AT_RCPT_FOREIGN rcpt-foreign 550"),
                arguments(
                        "TLS not offered",
                        "tls:connect/220 mx/250-mx;250 STARTTLSX/221 bye",
                        "EHLO QUIT",
                        "STARTTLS_NOT_OFFERED ehlo 250"),
                arguments(
                        "TLS in the greeting is no offer",
                        "tls:connect/220 mx/250 STARTTLS/221 bye",
                        "EHLO QUIT",
                        "STARTTLS_NOT_OFFERED ehlo 250"),
                arguments(
                        "TLS not available",
                        "tls:connect/220 mx/250-mx;250 starttls/454 4.7.0 TLS not available/221 bye",
                        "EHLO STARTTLS QUIT",
                        "TRANSIENT starttls 454"),
                arguments(
                        "TLS refused",
                        "tls:connect/220 mx/250-mx;250 STARTTLS/554 5.7.3 no/221 bye",
                        "EHLO STARTTLS QUIT",
                        "REFUSED_AT_STARTTLS starttls 554"),
                arguments(
                        "TLS agreed to by a wrong code",
                        "tls:connect/220 mx/250-mx;250 STARTTLS/250 ready",
                        "EHLO STARTTLS",
                        "MALFORMED starttls 250"),
                arguments(
                        "TLS fails",
                        "tls:connect/220 mx/250-mx;250 STARTTLS/220 ready/tlsfailed",
                        "EHLO STARTTLS",
                        "TLS_FAILED tls -"),
                arguments(
                        "closed in the handshake",
                        "tls:connect/220 mx/250-mx;250 STARTTLS/220 ready/closed",
                        "EHLO STARTTLS",
                        "TLS_FAILED tls -"),
                arguments(
                        "silence in the handshake",
                        "tls:connect/220 mx/250-mx;250 STARTTLS/220 ready/timeout",
                        "EHLO STARTTLS",
                        "TLS_FAILED tls -"),
                arguments(
                        "more after STARTTLS than asked for",
                        "tls:connect/220 mx/250-mx;250 STARTTLS/unasked",
                        "EHLO STARTTLS",
                        "MALFORMED starttls -"),
                arguments(
                        "pipelined",
                        "pipe:connect/220 mx/250-mx;250 PIPELINING/250 OK/250 OK/"
                                + RELAY_REFUSED
                                + "/221 bye",
                        "EHLO MAIL RCPT RCPT QUIT",
                        "REFUSED_AT_RCPT_FOREIGN rcpt-foreign 550"),
                arguments(
                        "pipelined and open",
                        "pipe:connect/220 mx/250-mx;250 PIPELINING/250 OK/250 OK/250 OK/250 OK/221 bye",
                        "EHLO MAIL RCPT RCPT RSET QUIT",
                        "ACCEPTED rcpt-foreign 250"),
                arguments(
                        "pipelined, refused at MAIL: the rest is heard out",
                        "pipe:connect/220 mx/250-mx;250 PIPELINING/530 5.7.57 no/503 a/503 b/221 bye",
                        "EHLO MAIL RCPT RCPT QUIT",
                        "REFUSED_AT_MAIL mail 530"),
                arguments(
                        "pipelined, own recipient refused and the foreign one taken",
                        "pipe:connect/220 mx/250-mx;250 PIPELINING/250 OK/554 5.7.1 no/250 OK/221 bye",
                        "EHLO MAIL RCPT RCPT QUIT",
                        "REFUSED_AT_RCPT_OWN rcpt-own 554"),
                arguments(
                        "pipelining not offered",
                        "pipe:connect/220 mx/250 mx/530 5.7.57 no/221 bye",
                        "EHLO MAIL QUIT",
                        "REFUSED_AT_MAIL mail 530"),
                arguments(
                        "no own recipient",
                        "alone:connect/220 mx/250 OK/250 OK/" + RELAY_REFUSED + "/221 bye",
                        "EHLO MAIL RCPT QUIT",
                        "REFUSED_AT_RCPT_FOREIGN_ALONE rcpt-foreign 550"),
                arguments(
                        "a message",
                        "message:connect/220 mx/250 OK/250 OK/250 OK/354 go/250 queued/221 bye",
                        "EHLO MAIL RCPT DATA Date: From: To: Subject: Message-ID: X-Postern-Probe:"
                                + " Auto-Submitted:  ..a b . QUIT",
                        "MESSAGE_TAKEN message 250"),
                arguments(
                        "a message whose recipient is refused",
                        "message:connect/220 mx/250 OK/250 OK/550 5.1.1 unknown/221 bye",
                        "EHLO MAIL RCPT QUIT",
                        "REFUSED_AT_RCPT_SINK rcpt-sink 550"),
                arguments(
                        "a message refused at DATA",
                        "message:connect/220 mx/250 OK/250 OK/250 OK/554 no/221 bye",
                        "EHLO MAIL RCPT DATA QUIT",
                        "REFUSED_AT_DATA data 554"),
                arguments(
                        "a message that nobody asked for the text of",
                        "message:connect/220 mx/250 OK/250 OK/250 OK/250 OK",
                        "EHLO MAIL RCPT DATA",
                        "MALFORMED data 250"),
                arguments(
                        "an error at QUIT changes nothing",
                        "connect/220 mx/530 no/500 what",
                        "EHLO QUIT",
                        "REFUSED_AT_EHLO ehlo 530"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("dialogues")
    void endsAsTheServerDecides(String name, String events, String commands, String outcome) {
        List<String> sent = new ArrayList<>();
        ProbeOutcome actual = play(events, sent);
        assertEquals(
                commands, sent.stream().map(s -> s.split(" ")[0]).collect(Collectors.joining(" ")));
        String code = actual.reply() == null ? "-" : actual.reply().code() + "";
        assertEquals(outcome, actual.kind() + " " + actual.stage() + " " + code);
    }

    @Test
    void everyKindOfOutcomeIsInTheTable() {
        Set<Kind> seen =
                dialogues()
                        .map(row -> Kind.valueOf(((String) row.get()[3]).split(" ")[0]))
                        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Kind.class)));
        assertEquals(EnumSet.allOf(Kind.class), seen);
    }

    @Test
    void keepsTheWholeTranscriptWithItsTimes() {
        ProbeOutcome outcome =
                play(
                        "connect/220 mx/250-mx Hello;250 SIZE/530 5.7.57 no/221 bye",
                        new ArrayList<>());
        String shown =
                outcome.transcript().stream()
                        .map(l -> l.elapsedMillis() + " " + l.direction() + " " + l.text())
                        .collect(Collectors.joining("\n"));
        assertEquals(
                """
                10 * connected
                20 < 220 mx
                20 > EHLO postern-probe.test
                30 < 250-mx Hello
                30 < 250 SIZE
                30 > MAIL FROM:<probe@own.example>
                40 < 530 5.7.57 no
                40 > QUIT
                50 < 221 bye""",
                shown);
    }

    @Test
    void neverSendsData() {
        List<String> sent = new ArrayList<>();
        play("connect/220 mx/250 OK/250 OK/250 OK/250 OK/250 OK/221 bye", sent);
        assertEquals(
                List.of(
                        "EHLO postern-probe.test",
                        "MAIL FROM:<probe@own.example>",
                        "RCPT TO:<it@own.example>",
                        "RCPT TO:<x@far.example>",
                        "RSET",
                        "QUIT"),
                sent);
    }

    @Test
    void shortensATalkativeReplyInTheTranscript() {
        ProbeDialogue dialogue = new ProbeDialogue(SETTINGS);
        dialogue.onConnected(1);
        dialogue.onReply(SmtpReply.of(220, Collections.nCopies(100, "x")), 2);
        List<TranscriptLine> lines = dialogue.onClosed(3).outcome().transcript();
        assertEquals(1 + 32 + 1 + 1 + 1, lines.size());
        assertTrue(
                lines.contains(
                        new TranscriptLine(2, '*', "68 further lines of this reply not kept")));
    }

    @Test
    void isDecidedOnceTheAnswerIsKnown() {
        ProbeDialogue dialogue = new ProbeDialogue(SETTINGS);
        dialogue.onConnected(1);
        assertFalse(dialogue.decided());
        Next next = dialogue.onReply(SmtpReply.of(554, List.of("no")), 2);
        assertEquals("QUIT", next.send());
        assertTrue(dialogue.decided());
    }

    @Test
    void refusesEventsAfterTheEnd() {
        ProbeDialogue dialogue = new ProbeDialogue(SETTINGS);
        dialogue.onTimeout(1);
        assertThrows(IllegalStateException.class, () -> dialogue.onClosed(2));
        assertThrows(IllegalStateException.class, () -> dialogue.onConnected(2));
        assertThrows(
                IllegalStateException.class,
                () -> dialogue.onReply(SmtpReply.of(220, List.of("mx")), 2));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no-at",
                "a@b>\r\nDATA",
                "a b@c.example",
                "<a@b.example>",
                "a@",
                "@b",
                "\u00fc@b.example",
                "a@b@c",
                "a@b.example\n"
            })
    void refusesRecipientsThatCouldCarryMore(String address) {
        assertThrows(
                IllegalArgumentException.class,
                () -> new ProbeSettings("probe", "", address, "x@far.example"));
        assertThrows(
                IllegalArgumentException.class,
                () -> new ProbeSettings("probe", "", "it@own.example", address));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<a@b.example>\r\nDATA", "<a@b>\n", "\u0000"})
    void refusesArgumentsThatCouldCarryMore(String argument) {
        assertThrows(IllegalArgumentException.class, () -> ProbeOptions.PLAIN.asking(argument));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\r\nMAIL", "-x", "\u00fc"})
    void refusesNamesThatCouldCarryMore(String name) {
        assertThrows(
                IllegalArgumentException.class,
                () -> new ProbeSettings(name, "", "it@own.example", "x@far.example"));
    }

    private static ProbeOutcome play(String script, List<String> sent) {
        String mode = script.matches("[a-z]+:.*") ? script.substring(0, script.indexOf(':')) : "";
        String events = script.substring(mode.isEmpty() ? 0 : mode.length() + 1);
        ProbeDialogue dialogue =
                new ProbeDialogue(mode.equals("alone") ? ALONE : SETTINGS, options(mode));
        Next next = null;
        long elapsed = 0;
        for (String event : events.split("/")) {
            assertTrue(next == null || !next.done(), "over before " + event);
            elapsed += 10;
            next = happen(dialogue, event, elapsed);
            if (next != null && next.send() != null) {
                sent.addAll(List.of(next.send().split("\r\n")));
            }
        }
        assertTrue(next != null && next.done(), "not over");
        return next.outcome();
    }

    private static ProbeOptions options(String mode) {
        return new ProbeOptions(
                mode.equals("tls"),
                mode.equals("pipe"),
                null,
                mode.equals("message")
                        ? new TestMessage(
                                "sink@own.example",
                                "0123456789",
                                "Thu, 1 Jan 2026 00:00:00 +0000",
                                List.of(".a", "b"))
                        : null);
    }

    private static Next happen(ProbeDialogue dialogue, String event, long elapsed) {
        return switch (event) {
            case "connect" -> {
                dialogue.onConnected(elapsed);
                yield null;
            }
            case "timeout" -> dialogue.onTimeout(elapsed);
            case "reset" -> dialogue.onReset(elapsed);
            case "closed" -> dialogue.onClosed(elapsed);
            case "unreachable" -> dialogue.onUnreachable("no route", elapsed);
            case "notrun" -> dialogue.onNotRun("cancelled", elapsed);
            case "tls" -> dialogue.onTls("TLSv1.3", elapsed);
            case "tlsfailed" -> dialogue.onTlsFailed("no TLS", elapsed);
            case "unasked" -> dialogue.onUnasked(elapsed);
            case "malformed" -> dialogue.onMalformed(new MalformedReply("nonsense"), elapsed);
            default -> dialogue.onReply(reply(event), elapsed);
        };
    }

    private static SmtpReply reply(String text) {
        List<String> lines = Stream.of(text.split(";")).map(line -> line.substring(4)).toList();
        // A ';' is part of Exchange's own texts: only what repeats the code is a line break.
        return text.matches("\\d{3}-.*")
                ? SmtpReply.of(Integer.parseInt(text.substring(0, 3)), lines)
                : SmtpReply.of(Integer.parseInt(text.substring(0, 3)), List.of(text.substring(4)));
    }
}
