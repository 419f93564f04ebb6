package io.postern.bootstrap;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * PostgreSQL for a service without a configured database: durable (fsync and synchronous commit
 * on), on loopback, behind a password, in a directory of its own. One service at a time may hold
 * the directory. The PostgreSQL of a service that was killed is found by its pid file and stopped
 * before a new one starts on the same data. One that ends under a running service is started again
 * on the same data and port, so that the service's connections find it. Thread-safe.
 */
public final class EmbeddedDatabase implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(EmbeddedDatabase.class);
    private static final String DATABASE = "postern";
    private static final String USER = "postgres";
    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final long STOP_SECONDS = 20;

    /** While backends of the one that ended still hold its memory, the next one cannot start. */
    private static final long RESTART_NANOS = TimeUnit.SECONDS.toNanos(60);

    private static final long RESTART_PAUSE_MILLIS = 200;

    /** One that ends so often in so long is not killed from outside; it is broken. */
    private static final int MAX_RESTARTS = 10;

    private static final long RESTARTS_WITHIN_NANOS = TimeUnit.MINUTES.toNanos(5);

    private final Path dataDirectory;
    private final String password;
    private final FileChannel lockChannel;
    private final Consumer<String> lost;
    private final int port;
    private final Deque<Long> restarts = new ArrayDeque<>();
    private volatile boolean stopping;
    private EmbeddedPostgres postgres;
    private boolean closed;

    private EmbeddedDatabase(
            Path dataDirectory,
            EmbeddedPostgres postgres,
            String password,
            FileChannel lockChannel,
            Consumer<String> lost) {
        this.dataDirectory = dataDirectory;
        this.postgres = postgres;
        this.password = password;
        this.lockChannel = lockChannel;
        this.lost = lost;
        this.port = postgres.getPort();
    }

    /**
     * Starts PostgreSQL on the directory, which is made if it does not exist.
     *
     * @param lost told once, on a thread of its own, why a PostgreSQL that ended could not be
     *     started again: nothing can be stored from then on
     * @throws StartRefusedException if another service holds the directory or PostgreSQL does not
     *     start
     */
    public static EmbeddedDatabase start(Path dataDirectory, Consumer<String> lost) {
        FileChannel lockChannel = null;
        try {
            PrivateFiles.makeDirectory(dataDirectory);
            lockChannel = lock(dataDirectory.resolve("postern.lock"));
            String password =
                    PrivateFiles.readOrCreate(
                            dataDirectory.resolve("database-password"),
                            () -> PrivateFiles.randomSecret(24));
            Path cluster = dataDirectory.resolve("postgres");
            discardHalfMadeCluster(cluster);
            stopOrphan(cluster);
            EmbeddedPostgres postgres = startPostgres(dataDirectory, password, 0);
            createDatabase(postgres);
            EmbeddedDatabase database =
                    new EmbeddedDatabase(dataDirectory, postgres, password, lockChannel, lost);
            database.watch(postgres);
            return database;
        } catch (IOException | SQLException | RuntimeException e) {
            closeQuietly(lockChannel);
            if (e instanceof StartRefusedException refused) {
                throw refused;
            }
            throw new StartRefusedException(
                    "PostgreSQL does not start on "
                            + dataDirectory
                            + ": "
                            + e.getMessage()
                            + " (set POSTERN_DATABASE_URL to use a database of your own)",
                    e);
        }
    }

    private static FileChannel lock(Path file) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            channel.close();
            throw new StartRefusedException(
                    "another Postern service is running on "
                            + file.getParent()
                            + "; stop it or choose another data directory");
        }
        return channel;
    }

    /**
     * A first start that was killed inside initdb leaves a cluster without its last file; it holds
     * nothing yet.
     */
    private static void discardHalfMadeCluster(Path cluster) throws IOException {
        Path done = cluster.resolveSibling("postgres-initialised");
        if (Files.exists(cluster.resolve("PG_VERSION")) && !Files.exists(done)) {
            Path aside =
                    cluster.resolveSibling(
                            "postgres-unfinished-" + Files.getLastModifiedTime(cluster).toMillis());
            Files.move(cluster, aside);
            LOG.warnf("An unfinished database was put aside, directory=%s", aside);
        }
    }

    private static void stopOrphan(Path cluster) throws IOException {
        Optional<ProcessHandle> orphan = running(cluster);
        if (orphan.isEmpty()) {
            // Where a file names nobody who runs, PostgreSQL itself clears it and recovers.
            return;
        }
        LOG.infof(
                "Found the PostgreSQL of an earlier service that was killed; stopping it, pid=%d",
                orphan.get().pid());
        orphan.get().destroy();
        if (!awaitExit(orphan.get())) {
            orphan.get().destroyForcibly();
            if (!awaitExit(orphan.get())) {
                throw new StartRefusedException(
                        "an orphaned PostgreSQL (pid "
                                + orphan.get().pid()
                                + ") does not stop; stop it by hand");
            }
        }
    }

    /** The PostgreSQL on a cluster; empty = none runs. */
    private static Optional<ProcessHandle> running(Path cluster) throws IOException {
        Path pidFile = cluster.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(pidFile, StandardCharsets.UTF_8);
        return lines.isEmpty() ? Optional.empty() : postmaster(lines.get(0).strip());
    }

    private static Optional<ProcessHandle> postmaster(String pid) {
        try {
            return ProcessHandle.of(Long.parseLong(pid))
                    .filter(ProcessHandle::isAlive)
                    .filter(
                            process ->
                                    process.info()
                                            .command()
                                            .map(c -> c.contains("postgres"))
                                            .orElse(false));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static boolean awaitExit(ProcessHandle process) {
        try {
            process.onExit().get(STOP_SECONDS, TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (java.util.concurrent.ExecutionException e) {
            return !process.isAlive();
        }
    }

    /**
     * @param port 0 = any free one
     */
    private static EmbeddedPostgres startPostgres(Path dataDirectory, String password, int port)
            throws IOException {
        Path cluster = dataDirectory.resolve("postgres");
        Path binaries = dataDirectory.resolve("postgres-binaries");
        PrivateFiles.makeDirectory(binaries);
        System.setProperty("ot.epg.working-dir", binaries.toString());
        Path passwordFile = dataDirectory.resolve("database-password");
        EmbeddedPostgres postgres =
                EmbeddedPostgres.builder()
                        .setPort(port)
                        .setDataDirectory(cluster)
                        .setCleanDataDirectory(false)
                        .setRegisterShutdownHook(false)
                        .setOverrideWorkingDirectory(binaries.toFile())
                        .setPGStartupWait(START_LIMIT)
                        .setLocaleConfig("auth-host", "scram-sha-256")
                        .setLocaleConfig("auth-local", "scram-sha-256")
                        .setLocaleConfig("pwfile", passwordFile.toString())
                        .setLocaleConfig("locale", "C")
                        .setConnectConfig("password", password)
                        // The library turns both off for throw-away tests; here committed means
                        // kept.
                        .setServerConfig("fsync", "on")
                        .setServerConfig("synchronous_commit", "on")
                        .setServerConfig("full_page_writes", "on")
                        .setServerConfig("max_connections", "60")
                        .setServerConfig("shared_buffers", "64MB")
                        .setServerConfig("unix_socket_directories", "")
                        .start();
        Files.writeString(cluster.resolveSibling("postgres-initialised"), "1\n");
        return postgres;
    }

    private static void createDatabase(EmbeddedPostgres postgres) throws SQLException {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet found =
                        statement.executeQuery(
                                "select 1 from pg_database where datname = '" + DATABASE + "'")) {
            if (!found.next()) {
                statement.execute("create database " + DATABASE);
            }
        }
    }

    /** The library knows only the program that started it, not PostgreSQL itself. */
    private void watch(EmbeddedPostgres watched) throws IOException {
        ProcessHandle process =
                running(dataDirectory.resolve("postgres"))
                        .orElseThrow(() -> new IOException("PostgreSQL ended at once"));
        process.onExit()
                .thenAccept(
                        ended -> {
                            Thread thread =
                                    new Thread(
                                            () -> startAgain(watched).ifPresent(lost),
                                            "postern-database");
                            thread.setDaemon(true);
                            thread.start();
                        });
    }

    /** Why it cannot be started again; empty = it was, or need not be. */
    private synchronized Optional<String> startAgain(EmbeddedPostgres ended) {
        if (closed || stopping || ended != postgres) {
            return Optional.empty();
        }
        LOG.warn("PostgreSQL ended, it is started again on the same data");
        long now = System.nanoTime();
        restarts.removeIf(at -> now - at > RESTARTS_WITHIN_NANOS);
        restarts.add(now);
        if (restarts.size() > MAX_RESTARTS) {
            return Optional.of("PostgreSQL ended " + restarts.size() + " times within 5 minutes");
        }
        closeQuietly(ended);
        String failure = "";
        while (System.nanoTime() - now < RESTART_NANOS && !stopping) {
            EmbeddedPostgres again = null;
            try {
                again = startPostgres(dataDirectory, password, port);
                postgres = again;
                watch(again);
                LOG.infof("PostgreSQL is there again, port=%d", port);
                return Optional.empty();
            } catch (IOException | RuntimeException e) {
                failure = e.getMessage();
                if (again != null) {
                    closeQuietly(again);
                }
            }
            try {
                TimeUnit.MILLISECONDS.sleep(RESTART_PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
        }
        return stopping
                ? Optional.empty()
                : Optional.of("PostgreSQL ended and does not start again: " + failure);
    }

    /** JDBC address of the service's database; it stays the same. */
    public String jdbcUrl() {
        return "jdbc:postgresql://localhost:" + port + "/" + DATABASE;
    }

    public String user() {
        return USER;
    }

    public String password() {
        return password;
    }

    /**
     * From now on a PostgreSQL that ends stays ended: whoever stops the service may stop it too.
     */
    public void expectStop() {
        stopping = true;
    }

    /** Stops PostgreSQL and frees the directory; a second call does nothing. */
    @Override
    public void close() {
        stopping = true;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            try {
                postgres.close();
            } catch (IOException e) {
                LOG.warnf("PostgreSQL did not stop cleanly: %s", e.getMessage());
            }
            closeQuietly(lockChannel);
        }
    }

    private static void closeQuietly(Closeable resource) {
        if (resource != null) {
            try {
                resource.close();
            } catch (IOException e) {
                LOG.debug("not closed cleanly", e);
            }
        }
    }
}
