package io.postern.cli.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The processes of the story and their directory. Closing it leaves neither behind. */
public final class Stage implements AutoCloseable {
    private static final long STOP_SECONDS = 25;
    private static final long ENROL_SECONDS = 180;
    private static final int USUAL_PORT = 8080;

    /** How a process of the stage is started where it belongs. */
    @FunctionalInterface
    public interface Place {
        /**
         * The command that runs a command there.
         *
         * @param name of the process
         */
        List<String> command(String name, List<String> command);
    }

    /** Condition of a wait. */
    @FunctionalInterface
    public interface Condition {
        boolean holds() throws Exception;
    }

    private final Path directory;
    private final Path application;
    private final Place place;
    private final List<Process> processes = new ArrayList<>();
    private boolean closed;
    private volatile boolean kept;

    /** A stage whose processes run on this machine as they are. */
    Stage() throws IOException {
        this((name, command) -> command);
    }

    /** A stage whose processes run at a place of their own. */
    public Stage(Place place) throws IOException {
        this(place, "postern-demo");
    }

    /**
     * The same in a directory whose name begins as stated.
     *
     * @param prefix of the directory's name
     */
    public Stage(Place place, String prefix) throws IOException {
        this.place = place;
        this.application = application();
        this.directory = Files.createTempDirectory(prefix).toAbsolutePath();
        Files.createDirectories(directory.resolve("logs"));
    }

    /** The built application beside the class path that this process runs from. */
    private static Path application() throws IOException {
        for (String entry :
                System.getProperty("java.class.path").split(java.io.File.pathSeparator)) {
            Path path = Path.of(entry).toAbsolutePath();
            for (Path up = path; up != null; up = up.getParent()) {
                if (Files.exists(up.resolve("quarkus-run.jar"))) {
                    return up;
                }
            }
        }
        String named = System.getProperty("postern.application");
        if (named != null && Files.exists(Path.of(named, "quarkus-run.jar"))) {
            return Path.of(named);
        }
        throw new IOException(
                "the built application is not found; start the demo with ./postern demo");
    }

    /** From now on closing it leaves the directory, for somebody to look at. */
    public void keep() {
        kept = true;
    }

    /** Of everything that its processes keep; gone when it is closed, unless it is kept. */
    public Path directory() {
        return directory;
    }

    /** 8080 if it is free, or else any free port of loopback. */
    public static int freePort() throws IOException {
        try (ServerSocket usual =
                new ServerSocket(USUAL_PORT, 1, InetAddress.getLoopbackAddress())) {
            return usual.getLocalPort();
        } catch (IOException e) {
            try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                return any.getLocalPort();
            }
        }
    }

    /**
     * Starts the service.
     *
     * @param host address it listens on
     * @param settings further settings, each {@code name=value}
     */
    public Process service(String host, int port, List<String> settings) throws IOException {
        List<String> java = new ArrayList<>(List.of("-XX:+UseSerialGC", "-Xmx256m"));
        settings.forEach(setting -> java.add("-D" + setting));
        java.addAll(List.of("-jar", application.resolve("quarkus-run.jar").toString()));
        return start(
                "service",
                java,
                List.of(
                        "server",
                        "--host",
                        host,
                        "--port",
                        String.valueOf(port),
                        "--data",
                        directory.resolve("service").toString(),
                        "--stop-with",
                        pid()));
    }

    /** Starts the verb {@code agent}. */
    public Process agent(String name, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("agent"));
        all.addAll(List.of(arguments));
        String path =
                Stream.of("app", "lib/main", "lib/boot", "quarkus")
                        .map(folder -> application.resolve(folder) + "/*")
                        .reduce((a, b) -> a + java.io.File.pathSeparator + b)
                        .orElseThrow();
        return start(
                name,
                List.of(
                        "-XX:+UseSerialGC",
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        path,
                        "io.postern.cli.Postern"),
                all);
    }

    /** A file with a token that lets one agent in; whoever asks for it deletes it. */
    public Path token(Person admin, List<String> servers) throws Exception {
        String token =
                admin.post("/api/v1/enrolment-tokens", Map.of("servers", servers))
                        .ok("making an enrolment token")
                        .path("token")
                        .asText();
        return Files.writeString(Files.createTempFile(directory, "token", ""), token);
    }

    /**
     * Runs {@code agent enrol}.
     *
     * @param agent name of the agent; its data goes to a directory of that name
     * @return its exit status
     */
    public int enrol(String agent, String service, Path token) throws Exception {
        Process enrol =
                agent(
                        "enrol-" + agent,
                        "enrol",
                        "--service",
                        service,
                        "--token-file",
                        token.toString(),
                        "--name",
                        agent,
                        "--data",
                        directory.resolve(agent).toString());
        if (!enrol.waitFor(ENROL_SECONDS, TimeUnit.SECONDS)) {
            throw new StoryException("enrolment: " + tail("enrol-" + agent));
        }
        return enrol.exitValue();
    }

    /**
     * Enrols an agent for servers.
     *
     * @param service where the agent finds the service; a host of the lab finds it elsewhere than
     *     the admin does
     */
    public void enrol(String agent, String service, Person admin, List<String> servers)
            throws Exception {
        Path token = token(admin, servers);
        try {
            if (enrol(agent, service, token) != 0) {
                throw new StoryException("enrolment: " + tail("enrol-" + agent));
            }
        } finally {
            Files.delete(token);
        }
    }

    /** Of this process, for {@code --stop-with}. */
    public static String pid() {
        return String.valueOf(ProcessHandle.current().pid());
    }

    private synchronized Process start(String name, List<String> java, List<String> arguments)
            throws IOException {
        if (closed) {
            throw new IOException("the demo is being stopped");
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(java);
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(place.command(name, command));
        Map<String, String> environment = builder.environment();
        // The demo never touches a database or a key of the user's own.
        environment
                .keySet()
                .removeIf(key -> key.startsWith("POSTERN_") || key.startsWith("QUARKUS_"));
        builder.redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log(name).toFile()));
        Process process = builder.start();
        process.getOutputStream().close();
        processes.add(process);
        return process;
    }

    /** What a process said. */
    public Path log(String name) {
        return directory.resolve("logs").resolve(name + ".log");
    }

    /** The first line of a log that contains the text, the part after it; empty = not yet there. */
    public Optional<String> logged(String name, String text) throws IOException {
        if (!Files.exists(log(name))) {
            return Optional.empty();
        }
        try (Stream<String> lines = Files.lines(log(name), StandardCharsets.UTF_8)) {
            return lines.filter(line -> line.contains(text))
                    .map(line -> line.substring(line.indexOf(text) + text.length()))
                    .findFirst();
        }
    }

    /** The last lines of a log. */
    public String tail(String name) {
        try {
            List<String> lines = Files.readAllLines(log(name), StandardCharsets.UTF_8);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
        } catch (IOException e) {
            return "(no log)";
        }
    }

    /**
     * Waits until a condition holds.
     *
     * @param name of what is waited for
     * @param process that must be alive meanwhile; null = none
     * @throws StoryException if it does not hold in time, with the end of the log
     */
    public void await(String name, Process process, long seconds, Condition condition)
            throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!condition.holds()) {
            if (process != null && !process.isAlive()) {
                throw new StoryException(name + " ended:\n" + tail(name));
            }
            if (System.nanoTime() > end) {
                throw new StoryException(
                        name + ": nothing within " + seconds + " s\n" + tail(name));
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /** Whether a service says that it is ready. */
    public static boolean isReady(String url) {
        try {
            return HttpClient.newHttpClient()
                            .send(
                                    HttpRequest.newBuilder(URI.create(url + "/q/health/ready"))
                                            .timeout(Duration.ofSeconds(5))
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The account that the service makes on its first start. */
    public Person admin(String url) throws IOException {
        Path password = directory.resolve("service/initial-admin-password");
        return new Person(url, "admin", Files.readString(password, StandardCharsets.UTF_8).strip());
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        // Agents first, so that nobody misses the service.
        for (int i = processes.size() - 1; i >= 0; i--) {
            stop(processes.get(i));
        }
        stopDatabase();
        if (kept) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            System.err.println("postern demo: " + directory + " is left behind: " + e.getMessage());
        }
    }

    private Path databasePidFile() {
        return directory.resolve("service/postgres/postmaster.pid");
    }

    /** Process id of the service's database. */
    public long databasePid() throws IOException {
        return Long.parseLong(Files.readAllLines(databasePidFile()).get(0).strip());
    }

    /** A service that was killed leaves its database running. */
    private void stopDatabase() {
        try {
            if (Files.exists(databasePidFile())) {
                ProcessHandle.of(databasePid())
                        .filter(
                                p ->
                                        p.info()
                                                .command()
                                                .map(c -> c.contains("postgres"))
                                                .orElse(false))
                        .ifPresent(
                                database -> {
                                    database.destroy();
                                    database.onExit()
                                            .orTimeout(STOP_SECONDS, TimeUnit.SECONDS)
                                            .join();
                                });
            }
        } catch (IOException | RuntimeException e) {
            System.err.println("postern demo: the database may still run: " + e.getMessage());
        }
    }

    private static void stop(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                process.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
