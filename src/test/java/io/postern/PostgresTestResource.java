package io.postern;

import io.postern.bootstrap.EmbeddedDatabase;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A real PostgreSQL, the service's own embedded one, for every @QuarkusTest. */
public final class PostgresTestResource implements QuarkusTestResourceLifecycleManager {
    private EmbeddedDatabase database;

    @Override
    public Map<String, String> start() {
        try {
            Path data = Files.createTempDirectory(Path.of("target"), "test-data").toAbsolutePath();
            database = EmbeddedDatabase.start(data, System.err::println);
            Path password = data.resolve("admin-password");
            Files.writeString(password, TestUsers.PASSWORD);
            return Map.ofEntries(
                    Map.entry("quarkus.datasource.jdbc.url", database.jdbcUrl()),
                    Map.entry("quarkus.datasource.username", database.user()),
                    Map.entry("quarkus.datasource.password", database.password()),
                    Map.entry(
                            "quarkus.http.auth.session.encryption-key",
                            "a-session-key-for-tests-only-0123456789"),
                    Map.entry("postern.signing-key-file", data.resolve("signing.jwk").toString()),
                    Map.entry("postern.signing-key-may-be-made", "true"),
                    Map.entry("postern.data-directory", data.toString()),
                    Map.entry("postern.admin-password-file", password.toString()),
                    // Its tests ask by themselves, of their own servers, as often as they need.
                    Map.entry("postern.rollout.probe-pause", "PT0.2S"),
                    Map.entry("postern.validation.enabled", "false"),
                    Map.entry("postern.validation.probes-per-round", "1000"),
                    Map.entry("postern.validation.probes-per-minute", "1000000"));
        } catch (IOException e) {
            throw new IllegalStateException("no database for the tests", e);
        }
    }

    @Override
    public void stop() {
        if (database != null) {
            database.close();
        }
    }
}
