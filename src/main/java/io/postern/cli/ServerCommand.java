package io.postern.cli;

import io.postern.bootstrap.ServerSettings;
import io.postern.bootstrap.StartRefusedException;
import io.quarkus.runtime.Quarkus;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the service until it is stopped. */
@Command(
        name = "server",
        mixinStandardHelpOptions = true,
        description =
                "Run the service: API, pages, rollouts. Without POSTERN_DATABASE_URL it keeps its own database.")
final class ServerCommand implements Callable<Integer> {
    private static final int STOP_SECONDS = 30;
    private static final int DATABASE_LOST = 1;

    @Option(
            names = "--data",
            paramLabel = "DIRECTORY",
            description = "Data directory (default: ~/.postern/server).")
    private Path data;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            description = "Address to listen on (default: 127.0.0.1).")
    private String host;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Port to listen on, 0 = a free one (default: 8080).")
    private Integer port;

    @Option(
            names = "--stop-with",
            paramLabel = "PID",
            hidden = true,
            description = "Stop when that process ends.")
    private Long stopWith;

    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        ServerSettings settings = new ServerSettings(environment());
        CountDownLatch stopped = new CountDownLatch(1);
        // The database stops last: after the framework, whatever ends the process.
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> closeLast(settings, stopped), "postern-stop"));
        AtomicInteger exit = new AtomicInteger();
        try {
            settings.prepare(this::databaseLost);
            stopWithParent();
            Quarkus.run(
                    null,
                    (code, failure) -> {
                        exit.set(code);
                        stopped.countDown();
                    });
            return exit.get();
        } catch (StartRefusedException e) {
            spec.commandLine().getErr().println("postern server: " + e.getMessage());
            return 2;
        } finally {
            stopped.countDown();
        }
    }

    private Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>(System.getenv());
        if (data != null) {
            environment.put("POSTERN_DATA_DIRECTORY", data.toString());
        }
        if (host != null) {
            System.setProperty("quarkus.http.host", host);
        }
        if (port != null) {
            System.setProperty("quarkus.http.port", port.toString());
        }
        if (environment.get("POSTERN_ADMIN_PASSWORD_FILE") != null) {
            System.setProperty(
                    "postern.admin-password-file", environment.get("POSTERN_ADMIN_PASSWORD_FILE"));
        }
        return environment;
    }

    /** Without a database nothing can be promised: whoever keeps the service starts both anew. */
    private void databaseLost(String why) {
        spec.commandLine().getErr().println("postern server: " + why + "; the service stops");
        Quarkus.asyncExit(DATABASE_LOST);
        try {
            TimeUnit.SECONDS.sleep(STOP_SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // It waits for a connection that never comes.
        Runtime.getRuntime().halt(DATABASE_LOST);
    }

    private void stopWithParent() {
        if (stopWith != null) {
            ProcessHandle.of(stopWith)
                    .ifPresentOrElse(
                            parent -> parent.onExit().thenRun(Quarkus::asyncExit),
                            Quarkus::asyncExit);
        }
    }

    private static void closeLast(ServerSettings settings, CountDownLatch stopped) {
        settings.expectStop();
        try {
            stopped.await(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        settings.close();
    }
}
