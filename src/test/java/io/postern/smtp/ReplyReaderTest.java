package io.postern.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ReplyReaderTest {
    private static final String TOO_LONG = "MALFORMED a reply line is longer than 2048 bytes";

    static Stream<Arguments> replies() {
        return Stream.of(
                arguments("one line", "250 2.1.0 Sender OK\r\n", "250|2.1.0|2.1.0 Sender OK"),
                arguments("bare line feeds", "250-a\n250 b\n", "250|null|a;b"),
                arguments("code alone", "250\r\n", "250|null|"),
                arguments("code and blank", "250 \r\n", "250|null|"),
                arguments("code and hyphen alone", "250-\r\n250 x\r\n", "250|null|;x"),
                arguments(
                        "several lines",
                        "250-mx Hello [10.0.0.1]\r\n250-SIZE 1\r\n250 XRDST\r\n",
                        "250|null|mx Hello [10.0.0.1];SIZE 1;XRDST"),
                arguments(
                        "two replies in one packet",
                        "250 2.1.5 OK\r\n550 5.7.54 SMTP; Unable\r\n",
                        "250|2.1.5|2.1.5 OK 550|5.7.54|5.7.54 SMTP; Unable"),
                arguments("enhanced code alone", "550 5.1.10\r\n", "550|5.1.10|5.1.10"),
                arguments("class contradicts", "451 5.7.3 STARTTLS\r\n", "451|null|5.7.3 STARTTLS"),
                arguments("version is no enhanced code", "220 2.0.0a x\r\n", "220|null|2.0.0a x"),
                arguments("UTF-8", "250 gr\u00fcn\r\n", "250|null|gr\u00fcn"),
                arguments(
                        "control characters",
                        "250 a\u0000b\u001bc\r\n",
                        "250|null|a\ufffdb\ufffdc"),
                arguments("a bare CR inside", "250 a\rb\r\n", "250|null|a\ufffdb"),
                arguments(
                        "longest line",
                        "250 " + "x".repeat(2044) + "\r\n",
                        "250|null|" + "x".repeat(2044)),
                arguments("a byte too long", "250 " + "x".repeat(2045) + "\r\n", TOO_LONG),
                arguments("a byte too long, bare", "250 " + "x".repeat(2045) + "\n", TOO_LONG),
                arguments("endless line", "250 " + "x".repeat(100_000), TOO_LONG),
                arguments(
                        "no code",
                        "hello\r\n",
                        "MALFORMED a line does not begin with a reply code (200 to 599)"),
                arguments(
                        "empty line",
                        "\r\n",
                        "MALFORMED a line does not begin with a reply code (200 to 599)"),
                arguments(
                        "code too low",
                        "199 x\r\n",
                        "MALFORMED a line does not begin with a reply code (200 to 599)"),
                arguments(
                        "code too high",
                        "600 x\r\n",
                        "MALFORMED a line does not begin with a reply code (200 to 599)"),
                arguments(
                        "HTTP",
                        "HTTP/1.1 400 Bad Request\r\n",
                        "MALFORMED a line does not begin with a reply code (200 to 599)"),
                arguments(
                        "digits of another script",
                        "\u0662\u0665\u0660 x\r\n",
                        "MALFORMED a line does not begin with a reply code (200 to 599)"),
                arguments(
                        "no separator",
                        "250OK\r\n",
                        "MALFORMED a reply code is followed by neither a blank nor '-'"),
                arguments(
                        "code changes",
                        "250-a\r\n251 b\r\n",
                        "MALFORMED the code changes from 250 to 251 within one reply"),
                arguments(
                        "nothing after malformed",
                        "x\r\n250 OK\r\n",
                        "MALFORMED a line does not begin with a reply code (200 to 599)"),
                arguments(
                        "a reply before malformed",
                        "250 a\r\nx\r\n",
                        "250|null|a MALFORMED a line does not begin with a reply code (200 to 599)"),
                arguments(
                        "most lines",
                        "250-a\r\n".repeat(99) + "250 b\r\n",
                        "250|null|" + "a;".repeat(99) + "b"),
                arguments(
                        "a line too many",
                        "250-a\r\n".repeat(100) + "250 b\r\n",
                        "MALFORMED a reply has more than 100 lines"),
                arguments("incomplete", "250-a\r\n250 b", ""));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("replies")
    void readsReplies(String name, String wire, String expected) {
        byte[] bytes = wire.getBytes(StandardCharsets.UTF_8);
        assertEquals(expected, show(new ReplyReader().feed(bytes, 0, bytes.length)));
    }

    @Test
    void keepsBytesThatAreNotUtf8AsLatin1() {
        byte[] bytes = "250 gr\u00fcn\r\n".getBytes(StandardCharsets.ISO_8859_1);
        assertEquals("250|null|gr\u00fcn", show(new ReplyReader().feed(bytes, 0, bytes.length)));
    }

    @Test
    void knowsWhetherItIsInsideAReply() {
        ReplyReader reader = new ReplyReader();
        assertFalse(reader.inReply());
        feed(reader, "250-a\r\n");
        assertTrue(reader.inReply());
        feed(reader, "250 b\r\n");
        assertFalse(reader.inReply());
        feed(reader, "2");
        assertTrue(reader.inReply());
    }

    @Test
    void readsTheSameHoweverTheBytesAreCut() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            byte[] wire = randomWire(random);
            String whole = show(new ReplyReader().feed(wire, 0, wire.length));
            ReplyReader reader = new ReplyReader();
            List<ReplyRead> pieces = new ArrayList<>();
            for (int at = 0; at < wire.length; ) {
                int size = Math.min(wire.length - at, 1 + random.nextInt(7));
                pieces.addAll(reader.feed(wire, at, size));
                at += size;
            }
            assertEquals(whole, show(pieces), "seed " + seed + " round " + round);
        }
    }

    private static byte[] randomWire(Random random) {
        String[] parts = {
            "250", "-", " ", "\r\n", "\n", "\r", "550 5.7.1 no", "\u00e9", "x", "421 "
        };
        ByteArrayOutputStream wire = new ByteArrayOutputStream();
        wire.writeBytes("220-hello\r\n220 ready\r\n".getBytes(StandardCharsets.US_ASCII));
        for (int i = random.nextInt(30); i >= 0; i--) {
            wire.writeBytes(parts[random.nextInt(parts.length)].getBytes(StandardCharsets.UTF_8));
        }
        return wire.toByteArray();
    }

    private static void feed(ReplyReader reader, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        reader.feed(bytes, 0, bytes.length);
    }

    private static String show(List<ReplyRead> reads) {
        List<String> shown = new ArrayList<>();
        for (ReplyRead read : reads) {
            shown.add(
                    read instanceof SmtpReply reply
                            ? reply.code()
                                    + "|"
                                    + reply.enhanced()
                                    + "|"
                                    + String.join(";", reply.lines())
                            : "MALFORMED " + ((MalformedReply) read).reason());
        }
        return String.join(" ", shown);
    }
}
