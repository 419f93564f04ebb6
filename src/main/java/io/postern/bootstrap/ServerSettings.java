package io.postern.bootstrap;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads the service's environment and turns it into the framework's settings. With
 * POSTERN_DATABASE_URL several replicas share that database and every secret must be given as a
 * file; without it the service keeps a database and secrets of its own in its data directory. A
 * missing security setting refuses to start.
 */
public final class ServerSettings implements AutoCloseable {
    private final Map<String, String> environment;
    private EmbeddedDatabase database;

    public ServerSettings(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /** The data directory when none is named. */
    public static Path defaultDataDirectory() {
        return Path.of(System.getProperty("user.home"), ".postern", "server");
    }

    /**
     * Prepares everything that must exist before the framework starts, and sets its system
     * properties.
     *
     * @param databaseLost told why the database of its own is gone for good, on any thread
     * @throws StartRefusedException saying what is missing
     */
    public void prepare(Consumer<String> databaseLost) {
        Path data =
                Path.of(
                                environment.getOrDefault(
                                        "POSTERN_DATA_DIRECTORY",
                                        defaultDataDirectory().toString()))
                        .toAbsolutePath();
        try {
            PrivateFiles.makeDirectory(data);
            PrivateFiles.makeDirectory(data.resolve("keys"));
            System.setProperty("postern.data-directory", data.toString());
            String url = environment.get("POSTERN_DATABASE_URL");
            if (url == null || url.isBlank()) {
                prepareEmbedded(data, databaseLost);
            } else {
                prepareExternal(url);
            }
        } catch (IOException e) {
            throw new StartRefusedException(
                    "the data directory " + data + " cannot be used: " + e.getMessage(), e);
        }
    }

    private void prepareEmbedded(Path data, Consumer<String> databaseLost) throws IOException {
        String sessionKey = ownOrMade(data.resolve("keys/session.key"));
        requireLong(sessionKey);
        System.setProperty("quarkus.http.auth.session.encryption-key", sessionKey);
        System.setProperty(
                "postern.signing-key-file",
                environment.getOrDefault(
                        "POSTERN_SIGNING_KEY_FILE", data.resolve("keys/signing.jwk").toString()));
        System.setProperty("postern.signing-key-may-be-made", "true");
        database = EmbeddedDatabase.start(data, databaseLost);
        use(database.jdbcUrl(), database.user(), database.password());
    }

    private String ownOrMade(Path file) throws IOException {
        Optional<String> own = secret("POSTERN_SESSION_KEY_FILE");
        return own.isPresent()
                ? own.get()
                : PrivateFiles.readOrCreate(file, () -> PrivateFiles.randomSecret(32));
    }

    private void prepareExternal(String url) throws IOException {
        if (!url.startsWith("jdbc:postgresql:")) {
            throw new StartRefusedException(
                    "POSTERN_DATABASE_URL must start with jdbc:postgresql:");
        }
        String user = required("POSTERN_DATABASE_USER", "the database user");
        String password =
                requiredSecret(
                        "POSTERN_DATABASE_PASSWORD_FILE", "a file with the database password");
        String sessionKey =
                requiredSecret(
                        "POSTERN_SESSION_KEY_FILE",
                        "a file with a random text of 32 characters or more, the same on every"
                                + " replica");
        requireLong(sessionKey);
        required(
                "POSTERN_SIGNING_KEY_FILE",
                "the Ed25519 private key (JWK) that signs desired states, on every replica");
        System.setProperty("quarkus.http.auth.session.encryption-key", sessionKey);
        System.setProperty("postern.signing-key-file", environment.get("POSTERN_SIGNING_KEY_FILE"));
        System.setProperty("postern.signing-key-may-be-made", "false");
        use(url, user, password);
    }

    private static void requireLong(String sessionKey) {
        if (sessionKey.length() < 32) {
            throw new StartRefusedException(
                    "POSTERN_SESSION_KEY_FILE: at least 32 characters are needed");
        }
    }

    private static void use(String url, String user, String password) {
        System.setProperty("quarkus.datasource.jdbc.url", url);
        System.setProperty("quarkus.datasource.username", user);
        System.setProperty("quarkus.datasource.password", password);
    }

    private String required(String name, String what) {
        String value = environment.get(name);
        if (value == null || value.isBlank()) {
            throw new StartRefusedException(name + " is not set: " + what);
        }
        return value;
    }

    private String requiredSecret(String name, String what) throws IOException {
        required(name, what);
        return secret(name).orElseThrow();
    }

    private Optional<String> secret(String name) throws IOException {
        String file = environment.get(name);
        if (file == null || file.isBlank()) {
            return Optional.empty();
        }
        Path path = Path.of(file);
        if (!Files.isReadable(path)) {
            throw new StartRefusedException(name + ": the file " + file + " cannot be read");
        }
        String value = Files.readString(path, StandardCharsets.UTF_8).strip();
        if (value.isEmpty()) {
            throw new StartRefusedException(name + ": the file " + file + " is empty");
        }
        return Optional.of(value);
    }

    /** The service stops: a database of its own that stops as well is not started again. */
    public void expectStop() {
        if (database != null) {
            database.expectStop();
        }
    }

    /** Stops the database if it is ours. */
    @Override
    public void close() {
        if (database != null) {
            database.close();
        }
    }
}
