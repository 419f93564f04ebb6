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
            return Map.of(
                    "quarkus.datasource.jdbc.url", database.jdbcUrl(),
                    "quarkus.datasource.username", database.user(),
                    "quarkus.datasource.password", database.password(),
                    "quarkus.http.auth.session.encryption-key",
                            "a-session-key-for-tests-only-0123456789",
                    "postern.signing-key-file", data.resolve("signing.jwk").toString(),
                    "postern.signing-key-may-be-made", "true",
                    "postern.data-directory", data.toString(),
                    "postern.admin-password-file", password.toString());
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
