package io.postern.cli;

import io.postern.agent.AgentIdentity;
import io.postern.agent.AgentProgram;
import io.postern.agent.AgentTime;
import io.postern.agent.Driver;
import io.postern.agent.Enrolment;
import io.postern.agent.ServiceException;
import io.postern.agent.simulated.ConnectorStore;
import io.postern.agent.simulated.SimulatedExchangeDriver;
import io.postern.agent.simulated.SimulatedServerSettings;
import io.postern.enforcement.Binding;
import io.postern.enforcement.DefaultConnectors;
import io.postern.enforcement.ReceiveConnector;
import io.postern.policy.Address;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The agent program: enrol once, then run. */
@Command(
        name = "agent",
        mixinStandardHelpOptions = true,
        description = "Apply, read back, probe: what stands beside the servers.",
        synopsisSubcommandLabel = "(enrol | run)",
        subcommands = {AgentCommand.Enrol.class, AgentCommand.Run.class})
final class AgentCommand implements Runnable {
    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "enrol or run?");
    }

    /** Trades a one-time token for an identity. */
    @Command(
            name = "enrol",
            mixinStandardHelpOptions = true,
            description = "Enrol this agent with a one-time token.")
    static final class Enrol implements Callable<Integer> {
        private static final int MAX_TOKEN = 1024;

        @Option(
                names = "--service",
                required = true,
                paramLabel = "URL",
                description = "The service.")
        private String service;

        @Option(
                names = "--token-file",
                paramLabel = "FILE",
                description = "File that holds the token (default: standard input).")
        private Path tokenFile;

        @Option(
                names = "--name",
                required = true,
                paramLabel = "NAME",
                description = "The agent's name.")
        private String name;

        @Option(
                names = "--data",
                required = true,
                paramLabel = "DIRECTORY",
                description = "Where key, identity and journals are kept.")
        private Path data;

        @Option(
                names = "--service-key-fingerprint",
                paramLabel = "THUMBPRINT",
                description = "Refuse a service whose key has another SHA-256 thumbprint.")
        private String fingerprint;

        @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

        @Override
        public Integer call() throws IOException {
            try {
                AgentIdentity identity =
                        Enrolment.enrol(data, service, token(), name, Version.text(), fingerprint);
                spec.commandLine()
                        .getOut()
                        .println(
                                "enrolled as "
                                        + identity.name()
                                        + " for "
                                        + String.join(", ", identity.servers()));
                return 0;
            } catch (ServiceException | IOException | IllegalArgumentException e) {
                spec.commandLine().getErr().println("postern agent enrol: " + e.getMessage());
                return 2;
            }
        }

        private String token() throws IOException {
            byte[] bytes =
                    tokenFile == null
                            ? System.in.readNBytes(MAX_TOKEN)
                            : Files.readAllBytes(tokenFile);
            String token = new String(bytes, StandardCharsets.UTF_8).strip();
            if (token.isEmpty() || token.length() > MAX_TOKEN) {
                throw new IOException("no token was given, or it is too long");
            }
            return token;
        }
    }

    /** Runs until stopped. */
    @Command(
            name = "run",
            mixinStandardHelpOptions = true,
            description = "Run an enrolled agent until it is stopped.")
    static final class Run implements Callable<Integer> {
        private static final int TOKEN_BYTES = 32;
        private static final int MAX_SESSIONS = 500;
        private static final long STOP_SECONDS = 10;

        @Option(
                names = "--data",
                required = true,
                paramLabel = "DIRECTORY",
                description = "As in enrol.")
        private Path data;

        @Option(
                names = "--driver",
                defaultValue = "simulated-exchange",
                paramLabel = "DRIVER",
                description = "simulated-exchange (the only one of this version).")
        private String driver;

        @Option(
                names = "--listen",
                paramLabel = "SERVER=HOST:PORT",
                description = "Where a simulated server listens (default: 127.0.0.1, a free port).")
        private Map<String, String> listen = Map.of();

        @Option(
                names = "--accepted-domain",
                paramLabel = "DOMAIN",
                description = "An accepted domain of the simulated organisation; repeatable.")
        private List<String> acceptedDomains = List.of("contoso.example");

        @Option(
                names = "--tarpit-millis",
                defaultValue = "5000",
                paramLabel = "MILLIS",
                description =
                        "Tarpit of the simulated servers' default connectors (default: 5000).")
        private int tarpitMillis;

        @Option(names = "--long-poll", description = "Wait by long poll, not by an event stream.")
        private boolean longPoll;

        @Option(names = "--fault-file", hidden = true)
        private Path faultFile;

        @Option(names = "--stop-with", hidden = true)
        private Long stopWith;

        @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

        @Override
        public Integer call() {
            PrintWriter out = spec.commandLine().getOut();
            PrintWriter err = spec.commandLine().getErr();
            if (!driver.equals("simulated-exchange")) {
                err.println(
                        "postern agent run: there is no driver '"
                                + driver
                                + "' (allowed: simulated-exchange)");
                return 2;
            }
            AgentProgram program;
            try {
                program =
                        new AgentProgram(
                                data,
                                (server, directory) -> open(server, directory, out),
                                longPoll,
                                AgentTime.system(),
                                line -> say(out, line));
            } catch (IOException | IllegalArgumentException e) {
                err.println("postern agent run: " + e.getMessage());
                return 2;
            }
            runUntilStopped(program);
            say(out, "stopped");
            return 0;
        }

        private void runUntilStopped(AgentProgram program) {
            CountDownLatch ended = new CountDownLatch(1);
            Runtime.getRuntime()
                    .addShutdownHook(
                            new Thread(
                                    () -> {
                                        program.stop();
                                        await(ended);
                                    },
                                    "postern-stop"));
            if (stopWith != null) {
                ProcessHandle.of(stopWith)
                        .ifPresentOrElse(
                                parent -> parent.onExit().thenRun(program::stop), program::stop);
            }
            try {
                program.run();
            } finally {
                ended.countDown();
            }
        }

        private static void await(CountDownLatch ended) {
            try {
                ended.await(STOP_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private static void say(PrintWriter out, String line) {
            synchronized (out) {
                out.println(line);
                out.flush();
            }
        }

        private Driver open(String server, Path directory, PrintWriter out) throws IOException {
            String domain = acceptedDomains.get(0);
            byte[] token = new byte[TOKEN_BYTES];
            new SecureRandom().nextBytes(token);
            writeToken(directory.resolve("simulation-token"), token);
            List<ReceiveConnector> fresh =
                    DefaultConnectors.ofFreshServer(server, domain).stream()
                            .map(this::withTarpit)
                            .toList();
            SimulatedServerSettings settings =
                    SimulatedServerSettings.of(
                            server,
                            server + "." + domain,
                            acceptedDomains,
                            address(server),
                            token,
                            MAX_SESSIONS,
                            new Binding(Address.parse("192.0.2.25"), 25),
                            Clock.systemUTC());
            SimulatedExchangeDriver opened =
                    new SimulatedExchangeDriver(
                            settings,
                            new ConnectorStore(directory.resolve("connectors.json"), fresh),
                            faultFile);
            say(
                    out,
                    server
                            + ": simulated Exchange listening on "
                            + opened.endpoint().getAddress().getHostAddress()
                            + ":"
                            + opened.endpoint().getPort());
            return opened;
        }

        /** Whoever may read this file may name any source to the simulated server. */
        private static void writeToken(Path file, byte[] token) throws IOException {
            Files.deleteIfExists(file);
            if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.createFile(
                        file,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
            }
            Files.writeString(file, HexFormat.of().formatHex(token));
        }

        private ReceiveConnector withTarpit(ReceiveConnector connector) {
            return new ReceiveConnector(
                    connector.name(),
                    connector.managed(),
                    connector.enabled(),
                    connector.transportRole(),
                    connector.bindings(),
                    connector.remoteIpRanges(),
                    connector.permissionGroups(),
                    connector.authMechanism(),
                    connector.anonymousRelay(),
                    connector.fqdn(),
                    connector.comment(),
                    connector.tarpitMillis() == 0 ? 0 : tarpitMillis,
                    connector.verboseLogging());
        }

        private InetSocketAddress address(String server) throws IOException {
            String wanted = listen.getOrDefault(server, "127.0.0.1:0");
            try {
                Binding binding = wanted.endsWith(":0") ? null : Binding.parse(wanted);
                String host =
                        binding == null
                                ? wanted.substring(0, wanted.length() - 2)
                                : binding.address().toString();
                InetAddress local = InetAddress.getByName(Address.parse(host).toString());
                if (!local.isLoopbackAddress()) {
                    throw new IOException(
                            "a simulated server listens on loopback only, not " + host);
                }
                return new InetSocketAddress(local, binding == null ? 0 : binding.port());
            } catch (IllegalArgumentException e) {
                throw new IOException("--listen " + server + "=" + wanted + ": " + e.getMessage());
            }
        }
    }
}
