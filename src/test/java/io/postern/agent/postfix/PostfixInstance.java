package io.postern.agent.postfix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A real Postfix with configuration, queue and data of its own in a directory, inside a network
 * namespace. No mail leaves it: everything is discarded. Needs root.
 */
public final class PostfixInstance implements AutoCloseable {
    public static final Path POSTFIX = Path.of("/usr/sbin/postfix");
    public static final Path POSTCONF = Path.of("/usr/sbin/postconf");
    public static final Path POSTMAP = Path.of("/usr/sbin/postmap");
    private static final Duration LONGEST = Duration.ofSeconds(20);
    private static final Duration POLL = Duration.ofMillis(5);

    private static final String MASTER =
            """
            %s inet n - n - - smtpd
            pickup unix n - n 60 1 pickup
            cleanup unix n - n - 0 cleanup
            qmgr unix n - n 300 1 qmgr
            rewrite unix - - n - - trivial-rewrite
            bounce unix - - n - 0 bounce
            defer unix - - n - 0 bounce
            trace unix - - n - 0 bounce
            verify unix - - n - 1 verify
            proxymap unix - - n - - proxymap
            discard unix - - n - - discard
            retry unix - - n - - error
            error unix - - n - - error
            anvil unix - - n - 1 anvil
            postlog unix-dgram n - n - 1 postlogd
            """;

    private final String namespace;
    private final Path directory;

    private PostfixInstance(String namespace, Path directory) {
        this.namespace = namespace;
        this.directory = directory;
    }

    /** What is missing to run one, a sentence; empty = nothing. */
    public static Optional<String> missing() throws IOException {
        if (!Files.exists(Path.of("/proc/self"))
                || !Integer.valueOf(0)
                        .equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
            return Optional.of("a Postfix of its own needs root");
        }
        for (Path program : List.of(POSTFIX, POSTCONF, POSTMAP, Path.of("/usr/sbin/ip"))) {
            if (!Files.isExecutable(program)
                    && !Files.isExecutable(Path.of("/sbin").resolve(program.getFileName()))) {
                return Optional.of(program + " is missing");
            }
        }
        return Optional.empty();
    }

    /**
     * Starts one, and waits until it is up.
     *
     * @param namespace an existing network namespace
     * @param directory made if it is not there; others may enter it and all above it then
     * @param service the name of its smtpd service, such as {@code smtp} or {@code 25}
     * @param mainCf lines of main.cf beside those that keep it apart, such as {@code mynetworks};
     *     as written, so that odd forms can be tried
     */
    public static PostfixInstance start(
            String namespace, Path directory, String service, String mainCf) throws IOException {
        PostfixInstance instance = new PostfixInstance(namespace, directory);
        for (Path made :
                List.of(directory, instance.configDirectory(), instance.queueDirectory())) {
            Files.createDirectories(made);
            Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Path data = Files.createDirectories(directory.resolve("data"));
        Files.setOwner(
                data,
                data.getFileSystem()
                        .getUserPrincipalLookupService()
                        .lookupPrincipalByName("postfix"));
        Files.writeString(instance.mainCf(), instance.base() + mainCf);
        Files.writeString(
                instance.configDirectory().resolve("master.cf"), MASTER.formatted(service));
        instance.start();
        return instance;
    }

    private String base() {
        Map<String, String> base = new TreeMap<>();
        base.put("compatibility_level", "3.6");
        base.put("meta_directory", "/etc/postfix");
        base.put("queue_directory", queueDirectory().toString());
        base.put("data_directory", directory.resolve("data").toString());
        base.put("maillog_file", log().toString());
        base.put("maillog_file_prefixes", "/tmp, " + directory);
        base.put("myhostname", "mx.postern.example");
        base.put("mydestination", "contoso.example");
        base.put("local_recipient_maps", "");
        base.put("alias_maps", "");
        base.put("default_transport", "discard");
        base.put("local_transport", "discard");
        base.put("relay_transport", "discard");
        base.put("inet_interfaces", "all");
        base.put("inet_protocols", "all");
        base.put("smtpd_peername_lookup", "no");
        base.put("smtpd_error_sleep_time", "0");
        StringBuilder text = new StringBuilder();
        base.forEach((name, value) -> text.append(name).append(" = ").append(value).append('\n'));
        return text.toString();
    }

    public Path configDirectory() {
        return directory.resolve("config");
    }

    public Path mainCf() {
        return configDirectory().resolve("main.cf");
    }

    public Path log() {
        return directory.resolve("maillog");
    }

    private Path queueDirectory() {
        return directory.resolve("queue");
    }

    /** Starts it again after {@link #stop()}. */
    public void start() throws IOException {
        int exit = postfix("start");
        if (exit != 0) {
            throw new IOException("postfix start failed: " + Files.readString(output()));
        }
        await(this::isUp, "Postfix did not come up");
    }

    private boolean isUp() {
        return master().isPresent();
    }

    private Optional<ProcessHandle> master() {
        try {
            String pid = Files.readString(queueDirectory().resolve("pid/master.pid")).strip();
            return ProcessHandle.of(Long.parseLong(pid)).filter(process -> !hasEnded(process));
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Stops it and waits for its end. */
    public void stop() throws IOException {
        Optional<ProcessHandle> master = master();
        if (master.isPresent()) {
            // "stop" sleeps a second at a time.
            postfix("abort");
            await(() -> hasEnded(master.get()), "Postfix did not end");
        }
    }

    /** Where nobody collects orphans, one that has ended stays as a zombie. */
    private static boolean hasEnded(ProcessHandle process) {
        try {
            String state = Files.readString(Path.of("/proc", process.pid() + "", "stat"));
            return state.substring(state.lastIndexOf(')')).startsWith(") Z");
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        stop();
    }

    private Path output() {
        return directory.resolve("output");
    }

    private int postfix(String verb) throws IOException {
        return inside(List.of(POSTFIX.toString(), "-c", configDirectory().toString(), verb));
    }

    private int inside(List<String> command) throws IOException {
        List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        whole.addAll(command);
        // To a file: what it leaves running would hold a pipe open.
        Process process =
                new ProcessBuilder(whole)
                        .redirectErrorStream(true)
                        .redirectOutput(output().toFile())
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                        .start();
        try {
            if (!process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(command + " did not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return process.exitValue();
    }

    /** A condition that may need a while. */
    interface Condition {
        boolean holds();
    }

    static void await(Condition condition, String otherwise) throws IOException {
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() - deadline > 0) {
                throw new IOException(otherwise);
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }
}
