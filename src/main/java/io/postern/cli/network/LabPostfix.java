package io.postern.cli.network;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A Postfix of its own on a host of the lab: configuration, queue, data and log lie in one
 * directory, and what it accepts is thrown away. The machine's own Postfix and {@code /etc/postfix}
 * are not touched: commands that root runs need no entry in {@code alternate_config_directories},
 * and the set-gid programs, which would, are not used (no local submission).
 */
public final class LabPostfix implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration START = Duration.ofSeconds(15);

    private final NetworkLab lab;
    private final LabHost host;
    private final Path directory;

    /**
     * How it is set up.
     *
     * @param acceptedDomain the one domain it takes mail for
     * @param trustedNetworks as in {@code mynetworks}
     * @param delaysReject whether it refuses a client only at RCPT, {@code smtpd_delay_reject}
     * @param relayRestrictions as in {@code smtpd_relay_restrictions}; null = not set, and then
     *     Postfix only defers a relay (454 4.7.1), which is no verdict for a probe
     */
    public record Settings(
            String acceptedDomain,
            String trustedNetworks,
            boolean delaysReject,
            String relayRestrictions) {
        /** Trusts this machine only, refuses at RCPT as is Postfix's default, and for good. */
        public static Settings of(String acceptedDomain) {
            return new Settings(
                    acceptedDomain,
                    "127.0.0.0/8 [::1]/128",
                    true,
                    "permit_mynetworks, reject_unauth_destination");
        }
    }

    private LabPostfix(NetworkLab lab, LabHost host, Path directory) {
        this.lab = lab;
        this.host = host;
        this.directory = directory;
    }

    /**
     * Sets one up in the lab's directory and starts it; returns when port 25 answers.
     *
     * @throws IOException if it does not start, with the end of its log
     */
    public static LabPostfix start(NetworkLab lab, LabHost host, Settings settings)
            throws IOException {
        LabPostfix postfix =
                new LabPostfix(lab, host, lab.directory().resolve("postfix-" + host.word()));
        postfix.make(settings);
        postfix.start();
        return postfix;
    }

    private void make(Settings settings) throws IOException {
        Files.createDirectory(directory);
        Files.createDirectory(configDirectory());
        Files.createDirectory(directory.resolve("queue"));
        Path data = Files.createDirectory(directory.resolve("data"));
        for (Path path : List.of(directory, configDirectory(), directory.resolve("queue"), data)) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        // The master process gives up its rights before it writes here.
        Files.setOwner(
                data,
                data.getFileSystem()
                        .getUserPrincipalLookupService()
                        .lookupPrincipalByName(installed("mail_owner")));
        Files.writeString(configDirectory().resolve("main.cf"), mainText(settings));
        Files.writeString(configDirectory().resolve("master.cf"), MASTER);
        Path dynamicMaps = Path.of(installed("config_directory"), "dynamicmaps.cf");
        if (Files.exists(dynamicMaps, LinkOption.NOFOLLOW_LINKS)) {
            Files.copy(
                    dynamicMaps,
                    configDirectory().resolve("dynamicmaps.cf"),
                    StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** A parameter as the package was built; the machine's own main.cf is not asked. */
    private static String installed(String parameter) throws IOException {
        return LabCommand.run("postconf", "-d", "-h", parameter)
                .okay("asking Postfix for " + parameter)
                .strip();
    }

    private String mainText(Settings settings) {
        return String.join(
                "\n",
                "compatibility_level = 3.6",
                "config_directory = " + configDirectory(),
                "queue_directory = " + directory.resolve("queue"),
                "data_directory = " + directory.resolve("data"),
                "myhostname = " + host.word() + "." + settings.acceptedDomain(),
                "mydestination = " + settings.acceptedDomain(),
                "mynetworks = " + settings.trustedNetworks(),
                "smtpd_delay_reject = " + (settings.delaysReject() ? "yes" : "no"),
                settings.relayRestrictions() == null
                        ? "# smtpd_relay_restrictions: as Postfix has it by itself."
                        : "smtpd_relay_restrictions = " + settings.relayRestrictions(),
                "inet_protocols = all",
                "inet_interfaces = all",
                "# No mail goes anywhere.",
                "default_transport = discard",
                "local_transport = discard",
                "relay_transport = discard",
                "local_recipient_maps =",
                "alias_maps =",
                "alias_database =",
                "# There is no DNS, and many probes come from one address.",
                "smtpd_peername_lookup = no",
                "smtpd_client_connection_count_limit = 0",
                "# It is also the length of the queue of connections not yet served.",
                "default_process_limit = 1000",
                "max_use = 10000",
                "maillog_file = " + log(),
                "maillog_file_prefixes = " + directory,
                "");
    }

    private static final String MASTER =
            """
            smtp      inet       n - n - 40 smtpd
            postlog   unix-dgram n - n - 1  postlogd
            cleanup   unix       n - n - 0  cleanup
            qmgr      unix       n - n 300 1 qmgr
            rewrite   unix       - - n - -  trivial-rewrite
            bounce    unix       - - n - 0  bounce
            defer     unix       - - n - 0  bounce
            trace     unix       - - n - 0  bounce
            flush     unix       n - n 1000 0 flush
            proxymap  unix       - - n - -  proxymap
            showq     unix       n - n - -  showq
            error     unix       - - n - -  error
            retry     unix       - - n - -  error
            discard   unix       - - n - -  discard
            anvil     unix       - - n - 1  anvil
            """;

    /** Of {@code main.cf} and {@code master.cf}. */
    public Path configDirectory() {
        return directory.resolve("config");
    }

    /** Its log. */
    public Path log() {
        return directory.resolve("mail.log");
    }

    public LabHost host() {
        return host;
    }

    /** Starts it, again if it was stopped; returns when port 25 answers. */
    public void start() throws IOException {
        CommandResult started = command("start");
        if (!started.isGood()) {
            throw new IOException("Postfix does not start: " + tail() + started.output());
        }
        long end = System.nanoTime() + START.toNanos();
        while (!answers()) {
            if (System.nanoTime() > end) {
                throw new IOException("Postfix does not answer: " + tail());
            }
            pause();
        }
    }

    /** Whether something listens on port 25 of the host, in both families. */
    private boolean answers() throws IOException {
        String listening =
                lab.run(host, List.of("cat", "/proc/net/tcp", "/proc/net/tcp6"), TIMEOUT)
                        .okay("listing sockets");
        // Local address and port, any remote one, state 0A = listening.
        return listening.contains("00000000:0019 00000000:0000 0A")
                && listening.contains("0".repeat(32) + ":0019 " + "0".repeat(32) + ":0000 0A");
    }

    private static void pause() throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Stops it as an administrator does. */
    public void stop() throws IOException {
        command("stop").okay("stopping Postfix");
    }

    /** Has it read its configuration and tables again. */
    public void reload() throws IOException {
        command("reload").okay("reloading Postfix");
    }

    public boolean isRunning() throws IOException {
        return command("status").isGood();
    }

    private CommandResult command(String verb) throws IOException {
        return lab.run(host, List.of("postfix", "-c", configDirectory().toString(), verb), TIMEOUT);
    }

    /** Ends all its processes at once, as a crash does; {@link #start} starts it again. */
    public void kill() throws IOException {
        Optional<ProcessHandle> master = master();
        if (master.isPresent()) {
            List<ProcessHandle> children = master.get().descendants().toList();
            master.get().destroyForcibly();
            children.forEach(ProcessHandle::destroyForcibly);
            LabNamespaces.end(children);
            LabNamespaces.end(List.of(master.get()));
        }
    }

    /** Its main process; empty = it does not run. */
    private Optional<ProcessHandle> master() throws IOException {
        Path file = directory.resolve("queue/pid/master.pid");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        long pid = Long.parseLong(Files.readString(file).strip());
        return LabNamespaces.pids(lab.namespace(host)).stream()
                .filter(process -> process.pid() == pid)
                .findFirst();
    }

    private String tail() throws IOException {
        if (!Files.exists(log())) {
            return "";
        }
        List<String> lines = Files.readAllLines(log(), StandardCharsets.UTF_8);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()))
                + "\n";
    }

    /** Stops it if it runs; its files stay until the lab is closed. */
    @Override
    public void close() throws IOException {
        if (isRunning()) {
            stop();
        }
        kill();
    }
}
