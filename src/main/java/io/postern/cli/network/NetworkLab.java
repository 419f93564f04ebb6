package io.postern.cli.network;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Hosts on a network of their own: network namespaces of this machine, with cables (veth pairs) to
 * bridges in one more namespace. Nothing of it is seen in the machine's own network and nothing
 * leads out of it. Closing it leaves nothing behind; what a crash left is taken down by the next
 * start. Several labs can be up at once. Linux and root only: ask {@link #missing} first.
 */
public final class NetworkLab implements AutoCloseable {
    /** The namespace that holds the bridges. */
    private static final String SWITCH = "switch";

    private static final int TRIES = 20;

    private final String run;
    private final Path directory;
    private final List<Process> processes = Collections.synchronizedList(new ArrayList<>());
    private final Thread atExit = new Thread(this::closeAtExit, "postern-lab-stop");
    private boolean isClosed;

    private NetworkLab(String run, Path directory) {
        this.run = run;
        this.directory = directory;
    }

    /** What is missing to run a lab here, a sentence for a user; empty = it can run. */
    public static Optional<String> missing() {
        return LabRequirements.missing();
    }

    /**
     * Makes a lab, after taking down what crashed ones left.
     *
     * @throws IOException if it cannot be made; nothing is left then
     */
    public static NetworkLab start() throws IOException {
        LabNamespaces.takeDownLeftovers();
        NetworkLab lab = named();
        Runtime.getRuntime().addShutdownHook(lab.atExit);
        try {
            new LabWiring(lab::namespace, SWITCH).make(LabMark.own());
            return lab;
        } catch (IOException | RuntimeException e) {
            lab.close();
            throw e;
        }
    }

    /** Whoever makes the directory has the name. */
    private static NetworkLab named() throws IOException {
        for (int tries = 0; tries < TRIES; tries++) {
            String run = String.format("postern-%04x", new SecureRandom().nextInt(1 << 16));
            try {
                Path directory = Files.createDirectory(LabNamespaces.directory(run));
                // Postfix's processes are not root's.
                Files.setPosixFilePermissions(
                        directory, PosixFilePermissions.fromString("rwxr-xr-x"));
                return new NetworkLab(run, directory);
            } catch (FileAlreadyExistsException e) {
                continue;
            }
        }
        throw new IOException("there is no free name for a lab");
    }

    /** For files of the lab; deleted with it. Everybody on this machine may read it. */
    public Path directory() {
        return directory;
    }

    /** Of the host, e.g. {@code postern-1f2e-gw}. */
    public String namespace(LabHost host) {
        return namespace(host.word());
    }

    /** What runs on a host now. */
    public List<ProcessHandle> processes(LabHost host) throws IOException {
        return LabNamespaces.pids(namespace(host));
    }

    private String namespace(String word) {
        return run + "-" + word;
    }

    /** A command as it must be called to run on a host. */
    public List<String> commandOn(LabHost host, List<String> command) {
        return Stream.concat(Stream.of("ip", "netns", "exec", namespace(host)), command.stream())
                .toList();
    }

    /**
     * Starts a program on a host. It is stopped on close.
     *
     * @param log where its output is appended
     * @param environment added to this process's own
     */
    public Process start(
            LabHost host, List<String> command, Path log, Map<String, String> environment)
            throws IOException {
        ProcessBuilder builder = LabCommand.builder(commandOn(host, command));
        builder.environment().putAll(environment);
        builder.redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        Process process = started(builder);
        process.getOutputStream().close();
        return process;
    }

    /** Starts a program on a host that is talked to over its standard streams. */
    Process open(LabHost host, List<String> command, Path errors) throws IOException {
        ProcessBuilder builder = LabCommand.builder(commandOn(host, command));
        builder.redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()));
        return started(builder);
    }

    private Process started(ProcessBuilder builder) throws IOException {
        synchronized (processes) {
            if (isClosed) {
                throw new IOException("the network lab is being taken down");
            }
            Process process = builder.start();
            processes.add(process);
            return process;
        }
    }

    /**
     * Runs a command on a host to its end.
     *
     * @throws IOException if it cannot be started or has not ended in time
     */
    public CommandResult run(LabHost host, List<String> command, Duration timeout)
            throws IOException {
        return run(host, command, "", timeout);
    }

    /** As above, with standard input. */
    public CommandResult run(LabHost host, List<String> command, String input, Duration timeout)
            throws IOException {
        return LabCommand.run(commandOn(host, command), input, timeout);
    }

    /** Pulls a host's cables: its addresses and routes stay, as on a real machine. */
    public void isolate(LabHost host) throws IOException {
        link(host, "down");
    }

    /** Plugs them in again. */
    public void rejoin(LabHost host) throws IOException {
        link(host, "up");
    }

    private void link(LabHost host, String state) throws IOException {
        for (LabSegment segment : host.segments()) {
            LabCommand.run("ip", "-n", namespace(SWITCH), "link", "set", host.port(segment), state)
                    .okay("link of " + host.word());
        }
    }

    /** Ends every process, children first, and deletes the namespaces and the directory. */
    @Override
    public void close() throws IOException {
        synchronized (processes) {
            if (isClosed) {
                return;
            }
            isClosed = true;
        }
        for (int i = processes.size() - 1; i >= 0; i--) {
            ProcessHandle process = processes.get(i).toHandle();
            LabNamespaces.end(process.descendants().toList());
            LabNamespaces.end(List.of(process));
        }
        for (String name : LabNamespaces.lookingLikeOurs()) {
            if (LabNamespaces.run(name).equals(run)
                    && LabMark.read(name).equals(Optional.of(LabMark.own()))) {
                LabNamespaces.takeDown(name);
            }
        }
        LabNamespaces.deleteDirectory(directory);
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // The process is ending; this may even be the hook.
            return;
        }
    }

    private void closeAtExit() {
        try {
            close();
        } catch (IOException e) {
            System.err.println("postern: the network lab is left behind: " + e.getMessage());
        }
    }
}
