package io.postern.cli.network;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** Runs programs of the system, without a shell, with a bound on time and output. */
final class LabCommand {
    /** Bytes of output that are kept; a command that says more is refused. */
    static final int MAX_OUTPUT = 16 << 20;

    private static final Duration USUAL = Duration.ofSeconds(20);

    /** Where administrators' programs lie, also where the PATH of a plain user lacks them. */
    private static final List<String> SYSTEM = List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin");

    private LabCommand() {}

    /** A program on the PATH or where the system keeps its own; empty = there is none. */
    static Optional<Path> find(String program) {
        String path = System.getenv("PATH");
        return Stream.concat(
                        Stream.of(path == null ? new String[0] : path.split(":")), SYSTEM.stream())
                .filter(directory -> directory.startsWith("/"))
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** As {@link #run(List, String, Duration)}, without input and within the usual time. */
    static CommandResult run(String... command) throws IOException {
        return run(List.of(command), "", USUAL);
    }

    /**
     * Runs a command to its end.
     *
     * @param command program and arguments; the program is searched as in {@link #find}
     * @param input for its standard input
     * @throws IOException if it cannot be started, says too much or has not ended in time; it is
     *     stopped then
     */
    static CommandResult run(List<String> command, String input, Duration timeout)
            throws IOException {
        Process process = builder(command).redirectErrorStream(true).start();
        CompletableFuture<byte[]> output =
                CompletableFuture.supplyAsync(() -> read(process.getInputStream()));
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // It ended without reading; its exit status says why.
            output.isDone();
        }
        try {
            byte[] said = output.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            if (said.length > MAX_OUTPUT || !process.waitFor(USUAL.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException(String.join(" ", command) + " says too much");
            }
            return new CommandResult(process.exitValue(), new String(said, StandardCharsets.UTF_8));
        } catch (TimeoutException e) {
            throw new IOException(
                    String.join(" ", command) + " did not end within " + timeout.toMillis() + " ms",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /** A builder of a process with the program's full path. */
    static ProcessBuilder builder(List<String> command) throws IOException {
        List<String> full = new ArrayList<>(command);
        String program = command.get(0);
        full.set(
                0,
                program.startsWith("/")
                        ? program
                        : find(program)
                                .orElseThrow(() -> new IOException(program + " is not installed"))
                                .toString());
        ProcessBuilder builder = new ProcessBuilder(full);
        builder.environment().put("LC_ALL", "C");
        return builder;
    }

    private static byte[] read(InputStream stream) {
        try (stream) {
            return stream.readNBytes(MAX_OUTPUT + 1);
        } catch (IOException e) {
            return new byte[0];
        }
    }
}
