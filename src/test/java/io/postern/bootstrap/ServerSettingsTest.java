package io.postern.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With a shared database nothing that keeps it safe may be missing. */
class ServerSettingsTest {
    private static final String URL = "jdbc:postgresql://db.example/postern";

    @TempDir Path directory;

    private final Map<String, String> environment = new HashMap<>();
    private Properties before;

    @BeforeEach
    void completeSettings() throws IOException {
        before = (Properties) System.getProperties().clone();
        environment.put("POSTERN_DATA_DIRECTORY", directory.resolve("data").toString());
        environment.put("POSTERN_DATABASE_URL", URL);
        environment.put("POSTERN_DATABASE_USER", "postern");
        environment.put("POSTERN_DATABASE_PASSWORD_FILE", file("password", "a password\n"));
        environment.put("POSTERN_SESSION_KEY_FILE", file("session", "s".repeat(32)));
        environment.put("POSTERN_SIGNING_KEY_FILE", file("signing", "{}"));
    }

    /** Settings are system properties; other tests of this process must not see them. */
    @AfterEach
    void restore() {
        System.setProperties(before);
    }

    private String file(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content).toString();
    }

    private String refusal() {
        try (ServerSettings settings = new ServerSettings(environment)) {
            String message =
                    assertThrows(StartRefusedException.class, () -> settings.prepare(why -> {}))
                            .getMessage();
            assertFalse(message.contains("a password"), message);
            return message;
        }
    }

    @Test
    void completeSettingsReachTheFrameworkAndNoSecretMayBeMade() {
        try (ServerSettings settings = new ServerSettings(environment)) {
            settings.prepare(why -> {});
        }

        assertEquals(URL, System.getProperty("quarkus.datasource.jdbc.url"));
        assertEquals("postern", System.getProperty("quarkus.datasource.username"));
        assertEquals("a password", System.getProperty("quarkus.datasource.password"));
        assertEquals(
                "s".repeat(32), System.getProperty("quarkus.http.auth.session.encryption-key"));
        assertEquals("false", System.getProperty("postern.signing-key-may-be-made"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POSTERN_DATABASE_USER",
                "POSTERN_DATABASE_PASSWORD_FILE",
                "POSTERN_SESSION_KEY_FILE",
                "POSTERN_SIGNING_KEY_FILE"
            })
    void whatIsMissingOrBlankIsNamed(String variable) {
        environment.remove(variable);
        assertTrue(refusal().startsWith(variable + " is not set: "), variable);

        environment.put(variable, " ");
        assertTrue(refusal().startsWith(variable + " is not set: "), variable);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POSTERN_DATABASE_PASSWORD_FILE", "POSTERN_SESSION_KEY_FILE"})
    void anEmptyOrAbsentSecretFileIsRefused(String variable) throws IOException {
        environment.put(variable, file("empty", " \n"));
        String empty = refusal();
        assertTrue(empty.startsWith(variable) && empty.endsWith(" is empty"), empty);

        environment.put(variable, directory.resolve("absent").toString());
        String absent = refusal();
        assertTrue(absent.startsWith(variable) && absent.endsWith(" cannot be read"), absent);
    }

    @Test
    void aShortSessionKeyIsRefused() throws IOException {
        environment.put("POSTERN_SESSION_KEY_FILE", file("short", "s".repeat(31)));

        assertEquals("POSTERN_SESSION_KEY_FILE: at least 32 characters are needed", refusal());
    }

    @Test
    void aShortSessionKeyIsRefusedWithTheOwnDatabaseToo() throws IOException {
        environment.remove("POSTERN_DATABASE_URL");
        environment.put("POSTERN_SESSION_KEY_FILE", file("short", "s".repeat(31)));

        assertEquals("POSTERN_SESSION_KEY_FILE: at least 32 characters are needed", refusal());
    }

    @Test
    void anotherKindOfDatabaseIsRefused() {
        environment.put("POSTERN_DATABASE_URL", "jdbc:h2:mem:x");

        assertEquals("POSTERN_DATABASE_URL must start with jdbc:postgresql:", refusal());
    }

    @Test
    void aDataDirectoryThatCannotBeMadeIsRefused() throws IOException {
        environment.put("POSTERN_DATA_DIRECTORY", file("a-file", "x") + "/data");

        assertTrue(refusal().contains("cannot be used"));
    }
}
