package io.postern.cli;

import io.postern.agent.AgentIdentity;
import io.postern.agent.AgentLock;
import io.postern.agent.AgentProgram;
import io.postern.agent.AgentTime;
import io.postern.agent.Enrolment;
import io.postern.agent.Restoration;
import io.postern.agent.ServiceException;
import io.postern.agent.account.ProbeAs;
import io.postern.agent.probe.Prober;
import io.postern.smtp.netty.ProbeSource;
import io.postern.smtp.netty.ProbeTimeouts;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The agent program: enrol once, then run; restore undoes all it ever did. */
@Command(
        name = "agent",
        mixinStandardHelpOptions = true,
        description = "Apply, read back, probe: what stands beside the servers.",
        synopsisSubcommandLabel = "(enrol | run | restore)",
        subcommands = {
            AgentCommand.Enrol.class,
            AgentCommand.Run.class,
            AgentCommand.Restore.class,
            AgentCommand.ProbeAsCommand.class
        })
final class AgentCommand implements Runnable {
    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "enrol, run or restore?");
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
                                        + (identity.servers().isEmpty()
                                                ? ", to probe"
                                                : " for " + String.join(", ", identity.servers())));
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
        private static final long STOP_SECONDS = 10;

        @Option(
                names = "--data",
                required = true,
                paramLabel = "DIRECTORY",
                description = "As in enrol.")
        private Path data;

        @CommandLine.Mixin private DriverOptions drivers;

        @Option(names = "--long-poll", description = "Wait by long poll, not by an event stream.")
        private boolean longPoll;

        @Option(names = "--stop-with", hidden = true)
        private Long stopWith;

        @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

        @Override
        public Integer call() {
            PrintWriter out = spec.commandLine().getOut();
            PrintWriter err = spec.commandLine().getErr();
            try {
                drivers.check();
                AgentIdentity.read(data);
                try (AgentLock lock = AgentLock.take(data)) {
                    run(out);
                }
            } catch (IOException | IllegalArgumentException e) {
                err.println("postern agent run: " + e.getMessage());
                return 2;
            }
            say(out, "stopped");
            return 0;
        }

        private void run(PrintWriter out) throws IOException {
            runUntilStopped(
                    new AgentProgram(
                            data,
                            (server, directory) -> drivers.open(server, directory, out),
                            drivers.accounts(data),
                            longPoll,
                            drivers.time(),
                            line -> say(out, line)));
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
    }

    /** Brings back what was found. */
    @Command(
            name = "restore",
            mixinStandardHelpOptions = true,
            description = {
                "Bring servers back to the receive connectors found at adoption.",
                "Needs neither the service nor its network; the agent must be stopped."
            })
    static final class Restore implements Callable<Integer> {
        @Option(
                names = "--data",
                required = true,
                paramLabel = "DIRECTORY",
                description = "As in enrol.")
        private Path data;

        @Option(
                names = "--server",
                paramLabel = "NAME",
                description = "Only this server; repeatable (default: all of this agent).")
        private List<String> servers = List.of();

        @Option(names = "--what-if", description = "Say the steps and take none.")
        private boolean whatIf;

        @CommandLine.Mixin private DriverOptions drivers;

        @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

        @Override
        public Integer call() {
            PrintWriter out = spec.commandLine().getOut();
            try {
                drivers.check();
                AgentIdentity.read(data);
                try (AgentLock lock = AgentLock.take(data)) {
                    boolean well =
                            new Restoration(
                                            data,
                                            (server, directory) ->
                                                    drivers.open(server, directory, out),
                                            AgentTime.system(),
                                            line -> say(out, line))
                                    .restore(servers, whatIf);
                    return well ? 0 : 1;
                }
            } catch (IOException | IllegalArgumentException e) {
                spec.commandLine().getErr().println("postern agent restore: " + e.getMessage());
                return 2;
            }
        }
    }

    /** What a prepared scheduled task runs; see docs/vantages.md. */
    @Command(
            name = "probe-as",
            hidden = true,
            mixinStandardHelpOptions = true,
            description =
                    "Make the one probe that an agent asks for in a directory, as whoever runs"
                            + " this.")
    static final class ProbeAsCommand implements Callable<Integer> {
        private static final Duration TARPIT = Duration.ofSeconds(5);

        @Option(
                names = "--directory",
                required = true,
                paramLabel = "DIRECTORY",
                description = "Where the request lies and the result goes.")
        private Path directory;

        @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

        @Override
        public Integer call() {
            try {
                ProbeAs.run(
                        directory,
                        System.getProperty("user.name"),
                        AgentTime.system(),
                        (target, source, settings) ->
                                new Prober()
                                        .probe(
                                                target,
                                                new ProbeSource.Real(source),
                                                settings,
                                                ProbeTimeouts.forTarpit(TARPIT)));
                return 0;
            } catch (IOException e) {
                spec.commandLine().getErr().println("postern agent probe-as: " + e.getMessage());
                return 2;
            }
        }
    }

    static void say(PrintWriter out, String line) {
        synchronized (out) {
            out.println(line);
            out.flush();
        }
    }
}
