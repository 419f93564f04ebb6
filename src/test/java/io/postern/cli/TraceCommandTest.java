package io.postern.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** From a message's header to the host that submitted it. */
class TraceCommandTest {
    private static final String MARKER = "3f1d2c4e-0000-4000-8000-000000000007";

    /** Folded within words that belong together, as Exchange does. */
    private static final String MESSAGE =
            """
            Received: from EX01.contoso.example (10.20.0.11) by EX02.contoso.example
             (10.20.0.12) with Microsoft SMTP Server (version=TLS1_2,
             cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id 15.2.2562.20; Mon, 2 Mar
             2026 09:00:02 +0100
            Received: from printer7 (10.20.30.41) by EX01.contoso.example (10.20.0.11)
             with Microsoft SMTP Server id 15.2.2562.20 via Frontend
             Transport; Mon, 2 Mar 2026 09:00:01 +0100
            Received: from victim (10.9.9.9) by EX01.contoso.example (10.20.0.11)
             with Microsoft SMTP Server id 15.2.2562.20 via Frontend Transport; x
            X-MS-Exchange-Organization-AuthAs: Anonymous
            X-MS-Exchange-Organization-OriginalClientIPAddress: 10.20.30.41
            X-Postern-Probe: 3f1d2c4e-0000-4000-8000-000000000007
            Subject: a test

            Received: from nobody (10.8.8.8) by EX01 (10.20.0.11) with SMTP; in the body
            """;

    private static final String POLICY =
            """
            version: 1
            acceptedDomains: [contoso.example]
            servers:
              - {name: ex01, addresses: [10.20.0.11], ports: [25], enforcement: [exchange]}
              - {name: ex02, addresses: [10.20.0.12], ports: [25], enforcement: [exchange]}
            """;

    @TempDir Path folder;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String message, String... options) throws IOException {
        List<String> words = new ArrayList<>();
        words.add(Files.writeString(folder.resolve("message.eml"), message).toString());
        words.addAll(List.of(options));
        return new CommandLine(new TraceCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(words.toArray(String[]::new));
    }

    private String policy() throws IOException {
        return "--policy=" + Files.writeString(folder.resolve("policy.yaml"), POLICY);
    }

    @Test
    void tellsTheHostThatTheFrontEndSawAndNotWhatTheClientBroughtAlong() throws IOException {
        assertEquals(0, run(MESSAGE, policy(), "--marker=" + MARKER), err.toString());
        List<String> lines = out.toString().lines().toList();
        assertEquals(
                "10.20.30.41 handed it to EX01.contoso.example, through its front end, and called"
                        + " itself printer7.",
                lines.get(lines.size() - 1));
        assertTrue(lines.contains("It is the test message " + MARKER + "."), out.toString());
        assertTrue(lines.get(2).startsWith("  forgeable victim (10.9.9.9)"), out.toString());
        assertTrue(lines.contains("  AuthAs: Anonymous"), out.toString());
    }

    @Test
    void asJson() throws IOException {
        assertEquals(0, run(MESSAGE, "--server=10.20.0.11-10.20.0.12", "--json"), err.toString());
        JsonNode told = new ObjectMapper().readTree(out.toString());
        assertEquals("host", told.path("verdict").asText());
        assertEquals("10.20.30.41", told.path("host").asText());
        assertEquals("printer7", told.path("claimedName").asText());
        assertEquals(MARKER, told.path("marker").asText());
        assertTrue(told.path("markerMatches").isNull());
        assertTrue(told.path("disagreement").isNull());
        assertEquals(3, told.path("hops").size());
        assertTrue(told.path("hops").get(1).path("frontend").asBoolean());
        assertEquals(2, told.findValues("believed").stream().filter(JsonNode::asBoolean).count());
    }

    @Test
    void anotherMarkerIsAnotherMessage() throws IOException {
        assertEquals(1, run(MESSAGE, policy(), "--marker=another-one"));
        assertTrue(out.toString().contains("It is NOT the test message another-one"));
    }

    @Test
    void aNoteOfExchangeThatSaysOtherwiseIsTold() throws IOException {
        String other = MESSAGE.replace("Address: 10.20.30.41", "Address: 10.66.6.6");
        assertEquals(0, run(other, policy()));
        assertTrue(
                out.toString().contains("Exchange notes another client, 10.66.6.6"),
                out.toString());
    }

    @Test
    void withoutAFieldOfOursItCannotBeTold() throws IOException {
        assertEquals(3, run(MESSAGE, "--server=mail.other.example"));
        assertTrue(out.toString().contains("which is none of your servers"), out.toString());
        assertTrue(out.toString().contains("  forgeable EX01"), out.toString());
    }

    @Test
    void aHeaderThatIsMeantForTheTerminalIsMadeVisible() throws IOException {
        run(MESSAGE.replace("printer7", "pri\u001b[2Jnter7"), policy());
        assertTrue(out.toString().indexOf('\u001b') < 0, out.toString());
    }

    static Stream<Arguments> bad() {
        return Stream.of(
                Arguments.of("no server", MESSAGE, List.of(), "--server: say which servers"),
                Arguments.of("bad name", MESSAGE, List.of("--server=a b"), "--server: 'a b' is"),
                Arguments.of("bad CIDR", MESSAGE, List.of("--server=10.0.0.0/33"), "--server: "),
                Arguments.of(
                        "a name that hides",
                        MESSAGE,
                        List.of("--server=ex01", "--hiding=lb"),
                        "--hiding: 'lb' is no address"),
                Arguments.of("empty", "", List.of("--server=ex01"), "message.eml:1:1: "),
                Arguments.of(
                        "no header",
                        "this is\nno message\n",
                        List.of("--server=ex01"),
                        "message.eml:1:1: "),
                Arguments.of(
                        "a line that is no field",
                        "Subject: a\nwhat is this\nTo: b\n\n",
                        List.of("--server=ex01"),
                        "message.eml:2:1: "),
                Arguments.of(
                        "too many fields",
                        "A: b\n".repeat(2_001) + "\n",
                        List.of("--server=ex01"),
                        "message.eml:2001:1: a header has at most 2000 fields"),
                Arguments.of(
                        "too long a line",
                        "A: " + "b".repeat(70_000) + "\n\n",
                        List.of("--server=ex01"),
                        "message.eml:1:65537: a line has at most"),
                Arguments.of(
                        "too large a header",
                        ("A: " + "b".repeat(60_000) + "\n").repeat(30) + "\n",
                        List.of("--server=ex01"),
                        "message.eml:18:1: a header has at most 1048576 bytes"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bad")
    void badInputIsRefusedWithItsPlace(
            String name, String message, List<String> options, String fault) throws IOException {
        assertEquals(2, run(message, options.toArray(String[]::new)), out.toString());
        assertEquals("", out.toString());
        assertTrue(err.toString().contains(fault), err.toString());
        assertEquals(1, err.toString().lines().count(), err.toString());
    }

    @Test
    void aFileThatIsNotThere() {
        int exit =
                new CommandLine(new TraceCommand())
                        .setErr(new PrintWriter(err))
                        .execute(folder.resolve("none").toString(), "--server=ex01");
        assertEquals(2, exit);
        assertTrue(err.toString().contains("none:1:1: no such file"), err.toString());
    }

    @Test
    void bytesOfAnyKindNeverEndInAStackTrace() throws IOException {
        for (int seed = 0; seed < 300; seed++) {
            byte[] bytes = new byte[400];
            new Random(seed).nextBytes(bytes);
            Path file = Files.write(folder.resolve("bytes"), bytes);
            int exit =
                    new CommandLine(new TraceCommand())
                            .setOut(new PrintWriter(out))
                            .setErr(new PrintWriter(err))
                            .execute(file.toString(), "--server=ex01");
            assertTrue(exit == 2 || exit == 3, "seed " + seed + ": " + exit);
        }
        assertTrue(!err.toString().contains("\tat "), err.toString());
    }
}
