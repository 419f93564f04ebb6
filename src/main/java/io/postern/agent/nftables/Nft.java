package io.postern.agent.nftables;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs {@code nft}, one process each, without a shell and with an environment of one word. What
 * takes too long, or says too much, is ended.
 */
final class Nft {
    /** A listing of a million ranges has less than this. */
    static final int MAX_OUTPUT_BYTES = 128_000_000;

    private static final int MAX_ERROR_BYTES = 64_000;
    private static final int MAX_SHOWN = 300;
    private static final long END_SECONDS = 5;

    /** It ran to its end and said no: nothing has changed. */
    static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1;

        RefusedException(String message) {
            super(message);
        }
    }

    /** It could not be started: nothing has changed. */
    static final class NotStartedException extends IOException {
        private static final long serialVersionUID = 1;

        NotStartedException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    private final Path binary;
    private final Duration timeout;
    private final int maxOutputBytes;

    /**
     * @param timeout for one process
     */
    Nft(Path binary, Duration timeout, int maxOutputBytes) {
        this.binary = binary;
        this.timeout = timeout;
        this.maxOutputBytes = maxOutputBytes;
    }

    /**
     * What it writes.
     *
     * @throws RefusedException with its first words if it ended with an error
     * @throws NotStartedException if there is no such program
     * @throws IOException if it is not known what it did
     */
    String run(String... arguments) throws IOException {
        Process process = start(arguments);
        CompletableFuture<byte[]> output = read(process.getInputStream(), maxOutputBytes, process);
        CompletableFuture<byte[]> errors = read(process.getErrorStream(), MAX_ERROR_BYTES, null);
        try {
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(
                        String.format(
                                Locale.ROOT,
                                "nft did not end within %.1f s and was stopped",
                                timeout.toMillis() / 1000.0));
            }
            byte[] said = output.get(END_SECONDS, TimeUnit.SECONDS);
            byte[] complained = errors.get(END_SECONDS, TimeUnit.SECONDS);
            int code = process.exitValue();
            if (code > 128) {
                throw new IOException("nft was killed by signal " + (code - 128));
            }
            if (code != 0) {
                throw new RefusedException(shown(text(complained), code));
            }
            return text(said);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("nft was interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException(
                    "nft left no whole output"
                            + (e.getCause() == null ? "" : ": " + e.getCause().getMessage()),
                    e);
        } finally {
            end(process);
            await(process);
        }
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(binary.toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().clear();
        // Its messages are shown, and never read in another language.
        builder.environment().put("LC_ALL", "C");
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            return process;
        } catch (IOException e) {
            throw new NotStartedException(
                    binary + " cannot be started (is nftables installed?): " + e.getMessage(), e);
        }
    }

    /**
     * Reads to the end; what is over the limit is dropped, or ends the process where one is given.
     */
    private static CompletableFuture<byte[]> read(InputStream stream, int limit, Process strict) {
        CompletableFuture<byte[]> read = new CompletableFuture<>();
        Thread thread =
                new Thread(
                        () -> {
                            try (stream) {
                                read.complete(kept(stream, limit, strict));
                            } catch (IOException e) {
                                read.completeExceptionally(e);
                            }
                        },
                        "postern-nft");
        thread.setDaemon(true);
        thread.start();
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

    private static void end(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
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

    private static String shown(String complaint, int code) {
        String line = complaint.strip().lines().findFirst().orElse("");
        return line.isEmpty()
                ? "nft ended with " + code + " and said nothing"
                : "nft says: " + line.substring(0, Math.min(MAX_SHOWN, line.length()));
    }
}
