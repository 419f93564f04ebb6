package io.postern.agent.postfix;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs one program without a shell, with an environment of its own. One that takes too long, or
 * says too much, is ended with everything it started.
 */
final class ProgramRun {
    private static final int MAX_BYTES = 8_000_000;
    private static final long END_SECONDS = 5;

    /** Whoever can change a search path must not choose what a program starts. */
    private static final Map<String, String> ENVIRONMENT =
            Map.of("LC_ALL", "C", "PATH", "/usr/sbin:/usr/bin:/sbin:/bin");

    /**
     * What came of it.
     *
     * @param exit its exit status
     */
    record Result(int exit, String output, String errors) {
        /** The last line that it said on its errors, else its exit status; for people. */
        String complaint() {
            String[] lines = errors.strip().split("\n");
            String last = lines[lines.length - 1].strip();
            return last.isEmpty() ? "exit status " + exit : last;
        }
    }

    private ProgramRun() {}

    /**
     * Waits for the end of a program.
     *
     * @param input its standard input
     * @throws IOException if it cannot be started, does not end in time, or says too much
     */
    static Result run(List<String> command, String input, Duration timeout) throws IOException {
        String name = Path.of(command.get(0)).getFileName().toString();
        Process process = start(command);
        CompletableFuture<byte[]> output = read(process.getInputStream(), process);
        CompletableFuture<byte[]> errors = read(process.getErrorStream(), process);
        write(process.getOutputStream(), input);
        try {
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                end(process);
                throw new IOException(
                        String.format(
                                Locale.ROOT,
                                "%s did not end within %.1f s and was stopped",
                                name,
                                timeout.toMillis() / 1000.0));
            }
            return new Result(
                    process.exitValue(),
                    text(output.get(END_SECONDS, TimeUnit.SECONDS)),
                    text(errors.get(END_SECONDS, TimeUnit.SECONDS)));
        } catch (InterruptedException e) {
            end(process);
            Thread.currentThread().interrupt();
            throw new IOException(name + " was interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            end(process);
            throw new IOException(
                    name
                            + " left no whole output"
                            + (e.getCause() == null ? "" : ": " + e.getCause().getMessage()),
                    e);
        }
    }

    private static Process start(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().putAll(ENVIRONMENT);
        builder.directory(Path.of("/").toFile());
        try {
            return builder.start();
        } catch (IOException e) {
            throw new IOException(command.get(0) + " cannot be started: is Postfix installed?", e);
        }
    }

    private static void write(OutputStream stream, String input) {
        daemon(
                () -> {
                    try (stream) {
                        stream.write(input.getBytes(StandardCharsets.US_ASCII));
                    } catch (IOException e) {
                        // It ended without reading: its answer, or the lack of one, says why.
                    }
                });
    }

    private static CompletableFuture<byte[]> read(InputStream stream, Process process) {
        CompletableFuture<byte[]> read = new CompletableFuture<>();
        daemon(
                () -> {
                    try (stream) {
                        ByteArrayOutputStream kept = new ByteArrayOutputStream();
                        byte[] block = new byte[8192];
                        for (int n = stream.read(block); n >= 0; n = stream.read(block)) {
                            if (n > MAX_BYTES - kept.size()) {
                                end(process);
                                throw new IOException("more than " + MAX_BYTES + " bytes");
                            }
                            kept.write(block, 0, n);
                        }
                        read.complete(kept.toByteArray());
                    } catch (IOException e) {
                        read.completeExceptionally(e);
                    }
                });
        return read;
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "postern-postfix");
        thread.setDaemon(true);
        thread.start();
    }

    private static void end(Process process) {
        // It first: a script whose child is ended goes on with its next line.
        List<ProcessHandle> started = process.descendants().toList();
        process.destroyForcibly();
        started.forEach(ProcessHandle::destroyForcibly);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
