package io.postern.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The service's own database keeps what was committed, whatever happened to the service. */
class EmbeddedDatabaseTest {
    private static final String INVALID_PASSWORD = "28P01";
    private static final int ORPHAN_LEFT = 7;

    private Path data;

    /** Not deleted afterwards: other databases of this test run share the unpacked programs. */
    @BeforeEach
    void directory() throws IOException {
        data = Files.createTempDirectory(Path.of("target"), "embedded-").toAbsolutePath();
    }

    private static EmbeddedDatabase start(Path data) {
        return EmbeddedDatabase.start(
                data,
                why -> {
                    throw new AssertionError(why);
                });
    }

    private static Connection connect(EmbeddedDatabase database) throws SQLException {
        return DriverManager.getConnection(
                database.jdbcUrl(), database.user(), database.password());
    }

    private static void execute(EmbeddedDatabase database, String sql) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String one(EmbeddedDatabase database, String sql) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            assertTrue(result.next(), sql);
            return result.getString(1);
        }
    }

    @Test
    void whatWasCommittedIsThereAfterARestart() throws SQLException {
        try (EmbeddedDatabase database = start(data)) {
            execute(database, "create table kept (word text)");
            execute(database, "insert into kept values ('still here')");
        }
        try (EmbeddedDatabase database = start(data)) {
            assertEquals("still here", one(database, "select word from kept"));
        }
    }

    @Test
    void committedMeansWrittenToDisk() throws SQLException {
        try (EmbeddedDatabase database = start(data)) {
            assertEquals("on", one(database, "show fsync"));
            assertEquals("on", one(database, "show synchronous_commit"));
            assertEquals("on", one(database, "show full_page_writes"));
        }
    }

    @Test
    void nobodyConnectsWithoutThePassword() {
        try (EmbeddedDatabase database = start(data)) {
            SQLException wrong =
                    assertThrows(
                            SQLException.class,
                            () ->
                                    DriverManager.getConnection(
                                                    database.jdbcUrl(),
                                                    database.user(),
                                                    "a wrong password")
                                            .close());
            assertEquals(INVALID_PASSWORD, wrong.getSQLState(), wrong.getMessage());
            assertThrows(
                    SQLException.class,
                    () ->
                            DriverManager.getConnection(
                                            database.jdbcUrl() + "?user=" + database.user())
                                    .close());
        }
    }

    @Test
    void aSecondServiceOnTheSameDirectoryIsRefused() throws SQLException {
        try (EmbeddedDatabase database = start(data)) {
            StartRefusedException refused =
                    assertThrows(StartRefusedException.class, () -> start(data));
            assertEquals(
                    "another Postern service is running on "
                            + data
                            + "; stop it or choose another data directory",
                    refused.getMessage());
            assertEquals("1", one(database, "select 1"), "the first one goes on");
        }
    }

    @Test
    void theDatabaseOfAKilledServiceIsFoundAndStopped() throws Exception {
        int status = runAndKill();
        assertEquals(ORPHAN_LEFT, status, Files.readString(data.resolve("child.log")));
        ProcessHandle orphan = orphan();
        assertTrue(orphan.isAlive(), "the child leaves its PostgreSQL running");

        try (EmbeddedDatabase database = start(data)) {
            assertFalse(orphan.isAlive(), "the orphan is stopped first");
            assertEquals("before the kill", one(database, "select word from kept"));
        }
    }

    @Test
    void aKilledDatabaseIsStartedAgainUnderItsServiceAndLosesNothingCommitted() throws Exception {
        try (EmbeddedDatabase database = start(data)) {
            execute(database, "create table kept (word text)");
            for (int kill = 1; kill <= 2; kill++) {
                String url = database.jdbcUrl();
                execute(database, "insert into kept values ('before kill " + kill + "')");
                ProcessHandle killed = orphan();
                try (Connection busy = connect(database);
                        Statement statement = busy.createStatement()) {
                    statement.execute("begin");
                    statement.execute("insert into kept values ('never committed')");
                    killed.destroyForcibly();
                    killed.onExit().get(20, TimeUnit.SECONDS);
                    Awaitility.await()
                            .atMost(Duration.ofSeconds(90))
                            .ignoreExceptionsInstanceOf(SQLException.class)
                            .until(() -> "1".equals(one(database, "select 1")));
                }
                assertEquals(url, database.jdbcUrl(), "connection pools keep their address");
                assertEquals(
                        String.valueOf(kill), one(database, "select count(*)::text from kept"));
            }
        }
    }

    private int runAndKill() throws IOException, InterruptedException {
        Process child =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx128m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                KilledService.class.getName(),
                                data.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(data.resolve("child.log").toFile())
                        .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                        .start();
        if (!child.waitFor(120, TimeUnit.SECONDS)) {
            child.destroyForcibly();
        }
        return child.waitFor();
    }

    private ProcessHandle orphan() throws IOException {
        String pid = Files.readAllLines(data.resolve("postgres/postmaster.pid")).get(0).strip();
        return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    }

    /** A service that is gone without a word, while its PostgreSQL runs on. */
    static final class KilledService {
        private KilledService() {}

        public static void main(String[] arguments) throws SQLException {
            EmbeddedDatabase database = start(Path.of(arguments[0]));
            execute(database, "create table kept (word text)");
            execute(database, "insert into kept values ('before the kill')");
            Runtime.getRuntime().halt(ORPHAN_LEFT);
        }
    }
}
