package io.postern.agent.program;

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
 * Runs one program at a time of a kind. What takes too long, or says too much, is ended with
 * everything it started. Thread-safe.
 *
 * @param timeout for one run
 * @param maxOutputBytes of standard output; more ends it
 * @param environment the whole of it; null = that of this process
 * @param directory it runs in; null = that of this process
 */
public record BoundedProgram(
        Duration timeout, int maxOutputBytes, Map<String, String> environment, Path directory) {
    /** What is said beyond this on standard error is dropped. */
    private static final int MAX_ERROR_BYTES = 64_000;

    private static final long END_SECONDS = 5;

    /**
     * What came of it.
     *
     * @param exit its exit status; over 128 = a signal ended it
     */
    public record Result(int exit, String output, String errors) {}

    /**
     * Waits for its end.
     *
     * @param name for messages
     * @param command the program by its full path, and its arguments
     * @param input its standard input, ASCII
     * @throws NotStartedException if there is no such program
     * @throws IOException if it is not known what it did
     */
    public Result run(String name, List<String> command, String input) throws IOException {
        Process process = start(command);
        CompletableFuture<byte[]> output = read(process.getInputStream(), maxOutputBytes, process);
        CompletableFuture<byte[]> errors = read(process.getErrorStream(), MAX_ERROR_BYTES, null);
        write(process.getOutputStream(), input);
        boolean isWhole = false;
        try {
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(
                        String.format(
                                Locale.ROOT,
                                "%s did not end within %.1f s and was stopped",
                                name,
                                timeout.toMillis() / 1000.0));
            }
            Result result =
                    new Result(
                            process.exitValue(),
                            text(output.get(END_SECONDS, TimeUnit.SECONDS)),
                            text(errors.get(END_SECONDS, TimeUnit.SECONDS)));
            isWhole = true;
            return result;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(name + " was interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException(
                    name
                            + " left no whole output"
                            + (e.getCause() == null ? "" : ": " + e.getCause().getMessage()),
                    e);
        } finally {
            if (!isWhole) {
                end(process);
                await(process);
            }
        }
    }

    private Process start(List<String> command) throws NotStartedException {
        ProcessBuilder builder = new ProcessBuilder(command);
        if (environment != null) {
            builder.environment().clear();
            builder.environment().putAll(environment);
        }
        if (directory != null) {
            builder.directory(directory.toFile());
        }
        try {
            return builder.start();
        } catch (IOException e) {
            throw new NotStartedException(
                    command.get(0) + " cannot be started: " + e.getMessage(), e);
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

    /**
     * Reads to the end; what is over the limit is dropped, or ends the process where one is given.
     */
    private static CompletableFuture<byte[]> read(InputStream stream, int limit, Process strict) {
        CompletableFuture<byte[]> read = new CompletableFuture<>();
        daemon(
                () -> {
                    try (stream) {
                        read.complete(kept(stream, limit, strict));
                    } catch (IOException e) {
                        read.completeExceptionally(e);
                    }
                });
        return read;
    }

    private static byte[] kept(InputStream stream, int limit, Process strict) throws IOException {
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        byte[] block = new byte[65_536];
        for (int n = stream.read(block); n >= 0; n = stream.read(block)) {
            int room = limit - kept.size();
            if (n > room && strict != null) {
                end(strict);
                throw new IOException("more than " + limit + " bytes");
            }
            kept.write(block, 0, Math.min(n, room));
        }
        return kept.toByteArray();
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "postern-program");
        thread.setDaemon(true);
        thread.start();
    }

    /** It first: a script whose child is ended goes on with its next line. */
    private static void end(Process process) {
        List<ProcessHandle> started = process.descendants().toList();
        process.destroyForcibly();
        started.forEach(ProcessHandle::destroyForcibly);
    }

    /** What it was doing in the kernel is done or undone when it is gone. */
    private static void await(Process process) {
        try {
            process.waitFor(END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
