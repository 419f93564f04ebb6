package io.postern.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.agent.AgentLock;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class AgentCommandTest {
    private static final String IDENTITY =
            """
            {"name": "agent-a", "servers": ["ex01"], "service": "http://127.0.0.1:1",
             "serviceKey": "%s"}
            """;
    private static final String PUBLIC_KEY =
            "{\\\"kty\\\":\\\"OKP\\\",\\\"crv\\\":\\\"Ed25519\\\","
                    + "\\\"x\\\":\\\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\\\"}";

    /** The key pair of RFC 8037, appendix A.1. */
    private static final String KEY =
            """
            {"kty":"OKP","crv":"Ed25519",
             "d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
             "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
            """;

    @TempDir Path data;
    private String err;
    private String out;

    private int run(String... arguments) {
        StringWriter text = new StringWriter();
        StringWriter said = new StringWriter();
        int exit =
                new CommandLine(new AgentCommand())
                        .setOut(new PrintWriter(said, true))
                        .setErr(new PrintWriter(text, true))
                        .execute(arguments);
        err = text.toString();
        out = said.toString();
        assertFalse(err.contains("\tat "), "a stack trace: " + err);
        return exit;
    }

    private void enrolled() throws IOException {
        Files.writeString(data.resolve("identity.json"), IDENTITY.formatted(PUBLIC_KEY));
        Files.writeString(data.resolve("agent-key.json"), KEY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "restore"})
    void aDriverThatIsNotThereIsRefusedWithTheAllowedOnes(String verb) {
        assertEquals(2, run(verb, "--data", data.toString(), "--driver", "nftables"));
        assertEquals(
                "postern agent "
                        + verb
                        + ": there is no driver 'nftables'"
                        + " (allowed: simulated-exchange, exchange, linux)",
                err.strip());
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "restore"})
    void theLinuxDriverIsRefusedWithoutAnythingToKeepAndItsOptionsWithoutIt(String verb) {
        assertEquals(2, run(verb, "--data", data.toString(), "--driver", "linux"));
        assertTrue(err.contains("needs something to keep"), err);
        assertEquals(2, run(verb, "--data", data.toString(), "--nftables"));
        assertTrue(err.contains("--nftables and --postfix are for --driver linux"), err);
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "restore"})
    void theExchangeDriverIsRefusedWithoutItsSettings(String verb) throws IOException {
        enrolled();
        assertEquals(2, run(verb, "--data", data.toString(), "--driver", "exchange"));
        assertEquals(
                "postern agent "
                        + verb
                        + ": the driver exchange needs its settings: --exchange FILE"
                        + " (docs/enforcement.md)",
                err.strip());
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void theExchangeDriverSaysThatItNeedsWindows() throws IOException {
        enrolled();
        Path settings =
                Files.writeString(
                        data.resolve("exchange.json"),
                        """
                        {"servers": {"ex01": {"exchangeName": "EX01",
                         "connect": "ex01.contoso.example", "smtp": "192.0.2.25:25"}}}
                        """);
        assertEquals(
                2,
                run(
                        "run",
                        "--data",
                        data.toString(),
                        "--driver",
                        "exchange",
                        "--exchange",
                        settings.toString()));
        assertTrue(err.startsWith("postern agent run: powershell.exe is missing: the driver"), err);
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "restore"})
    void twoProgramsOnOneDirectoryAreRefused(String verb) throws IOException {
        enrolled();
        try (AgentLock lock = AgentLock.take(data)) {
            assertEquals(2, run(verb, "--data", data.toString()), lock.toString());
        }
        assertEquals(
                "postern agent " + verb + ": the agent of " + data + " is running; stop it first",
                err.strip());
    }

    @Test
    void restoringWhatWasNeverAdoptedSaysSo() throws IOException {
        enrolled();
        assertEquals(1, run("restore", "--data", data.toString()));
        assertEquals(
                "ex01: not restored: nothing was found there yet, so nothing was changed either",
                out.strip());
        assertEquals(2, run("restore", "--data", data.toString(), "--server", "ex09"));
        assertEquals(
                "postern agent restore: this agent does not serve 'ex09' (it serves: ex01)",
                err.strip());
    }

    @Test
    void aDirectoryWithoutAgentIsRefusedWithTheAdviceToEnrol() {
        assertEquals(2, run("run", "--data", data.toString()));
        assertEquals(
                "postern agent run: "
                        + data
                        + " holds no agent: run 'postern agent enrol --data "
                        + data
                        + "' first",
                err.strip());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "{}", "garbage", "{\"name\": \"agent-a\"}"})
    void aDamagedIdentityIsRefused(String identity) throws IOException {
        enrolled();
        Files.writeString(data.resolve("identity.json"), identity);
        assertEquals(2, run("run", "--data", data.toString()));
        assertTrue(err.contains("identity.json is damaged"), err);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "0.0.0.0:2525 | a simulated server listens on loopback only, not 0.0.0.0",
                "192.0.2.7:25 | a simulated server listens on loopback only, not 192.0.2.7",
                "0.0.0.0:0 | a simulated server listens on loopback only, not 0.0.0.0",
                "[::]:2525 | a simulated server listens on loopback only, not ::",
                "localhost:2525 | --listen ex01=localhost:2525: ",
                "127.0.0.1:99999 | --listen ex01=127.0.0.1:99999: ",
                "127.0.0.1 | --listen ex01=127.0.0.1: "
            })
    void aSimulatedServerListensOnLoopbackOnly(String address, String message) throws IOException {
        enrolled();
        assertEquals(2, run("run", "--data", data.toString(), "--listen", "ex01=" + address));
        assertTrue(err.contains("postern agent run: " + message), err);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n\t"})
    void anEmptyTokenIsRefused(String token) throws IOException {
        Path file = Files.writeString(data.resolve("token"), token);
        assertEquals(2, enrol("http://127.0.0.1:1", file));
        assertEquals("postern agent enrol: no token was given, or it is too long", err.strip());
    }

    @Test
    void aTokenThatIsTooLongIsRefused() throws IOException {
        Path file = Files.writeString(data.resolve("token"), "x".repeat(1025));
        assertEquals(2, enrol("http://127.0.0.1:1", file));
        assertEquals("postern agent enrol: no token was given, or it is too long", err.strip());
    }

    @Test
    void anAddressThatIsNoServiceIsRefused() throws IOException {
        Path file = Files.writeString(data.resolve("token"), "token");
        assertEquals(2, enrol("ftp://127.0.0.1", file));
        assertTrue(err.contains("'ftp://127.0.0.1' is no URL of a service"), err);
        assertFalse(Files.exists(data.resolve("identity.json")));
    }

    @Test
    void enrollingTwiceIsRefused() throws IOException {
        enrolled();
        Path file = Files.writeString(data.resolve("token"), "token");
        assertEquals(2, enrol("http://127.0.0.1:1", file));
        assertTrue(err.contains("holds the agent 'agent-a' already"), err);
    }

    private int enrol(String service, Path token) {
        return run(
                "enrol",
                "--service",
                service,
                "--name",
                "agent-a",
                "--data",
                data.toString(),
                "--token-file",
                token.toString());
    }

    @Test
    void withoutAVerbTheUsageIsShown() {
        assertEquals(2, run());
        assertTrue(err.contains("enrol, run or restore?"), err);
    }
}
