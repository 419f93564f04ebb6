package io.postern.agent.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExchangeSettingsTest {
    private static final String GOOD =
            """
            {"servers": {"ex01": {"exchangeName": "EX01", "connect": "ex01.contoso.example",
             "smtp": "192.0.2.25:25"}}}
            """;

    @TempDir Path directory;

    private ExchangeSettings read(String json) throws IOException {
        return ExchangeSettings.read(Files.writeString(directory.resolve("exchange.json"), json));
    }

    @Test
    void whatIsLeftOutIsUsual() throws IOException {
        ExchangeSettings settings = read(GOOD);
        assertEquals(Duration.ofMinutes(3), settings.scriptTimeout());
        ExchangeServerSettings ex01 = settings.of("ex01");
        assertEquals("EX01", ex01.exchangeName());
        assertEquals("/192.0.2.25:25", ex01.endpoint().toString());
        assertNull(ex01.domainController());
        assertEquals(Duration.ofMinutes(15), ex01.replication());
        String message = assertThrows(IOException.class, () -> settings.of("EX01")).getMessage();
        assertTrue(message.endsWith("no entry for the server 'EX01' (it has: ex01)"), message);
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        Path file = directory.resolve("none.json");
        assertEquals(
                file + " is not there",
                assertThrows(IOException.class, () -> ExchangeSettings.read(file)).getMessage());
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "\"ex01.contoso.example\" | \"192.0.2.1\" | connect '192.0.2.1' is no FQDN",
                "\"ex01.contoso.example\" | \"localhost\" | connect 'localhost' is no FQDN",
                "\"ex01.contoso.example\" | null | connect is missing: FQDN of the server whose",
                "\"ex01.contoso.example\" | \"a.b/x?y\" | connect 'a.b/x?y' is no host name",
                "\"ex01.contoso.example\" | \"a.b' -X\" | connect 'a.b' -X' is no host name",
                "\"ex01.contoso.example\" | \"a.b\\nc\" | is no host name",
                "\"EX01\" | \"EX*\" | exchangeName 'EX*' is no host name",
                "\"EX01\" | \"\" | exchangeName '' is no host name",
                "\"EX01\" | null | exchangeName is missing",
                "\"EX01\" | \"ex01.contoso.example\" | is the short name, without a domain",
                "\"192.0.2.25:25\" | null | smtp is missing: address and port that probes connect",
                "\"192.0.2.25:25\" | \"ex01:25\" | server 'ex01': ",
                "\"192.0.2.25:25\" | \"192.0.2.25\" | is not a binding (address:port)",
                "\"smtp\" | \"domainController\": \"$(x)\", \"smtp\" | domainController '$(x)' is no",
                "\"smtp\" | \"anonymousLogon\": \" \", \"smtp\" | anonymousLogon is no account name",
                "\"smtp\" | \"port\": 25, \"smtp\" | :2:",
                "\"servers\" | \"replicationMinutes\": 0, \"servers\" | replicationMinutes 0 is not",
                "\"servers\" | \"scriptTimeoutSeconds\": 9999, \"servers\" | 9999 is not in 1 to 3600",
                "\"servers\" | \"server\" | unknown setting 'server' (allowed: ",
                "}}} | }} | :3:"
            })
    void aWrongSettingIsRefusedSayingWhereAndWhat(String from, String to, String message) {
        String error =
                assertThrows(IOException.class, () -> read(GOOD.replace(from, to))).getMessage();
        assertTrue(error.startsWith(directory.resolve("exchange.json").toString()), error);
        assertTrue(error.contains(message), error);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "{}", "{\"servers\": {}}", "{\"servers\": null}"})
    void aFileWithoutServersIsRefused(String json) {
        String error = assertThrows(IOException.class, () -> read(json)).getMessage();
        assertTrue(error.endsWith(": 'servers' is missing or names no server"), error);
    }

    @Test
    void aServerWithoutSettingsIsRefused() {
        String error =
                assertThrows(IOException.class, () -> read("{\"servers\": {\"ex01\": null}}"))
                        .getMessage();
        assertTrue(error.endsWith(": server 'ex01': it has no settings"), error);
    }
}
