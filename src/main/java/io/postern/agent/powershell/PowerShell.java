package io.postern.agent.powershell;

import io.postern.agent.DurableFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Runs scripts in Windows PowerShell, one process each. The scripts are written to a directory
 * whose access list is the installer's to close; what makes the system run one checks it first. A
 * request goes to standard input, never to the command line. A script that takes too long, or says
 * too much, is ended with everything it started.
 */
public final class PowerShell implements Shell {
    private static final int MAX_OUTPUT_BYTES = 32_000_000;
    private static final int MAX_ERROR_BYTES = 64_000;
    private static final long END_SECONDS = 5;

    private final Path executable;
    private final Path directory;
    private final Duration timeout;
    private final int maxOutputBytes;

    /**
     * Writes the scripts anew, so that they are those of this program.
     *
     * @param executable see {@link #ofWindows}
     * @param directory made if it is not there
     * @param timeout for one script, its session with whatever it asks included
     * @param scripts those that it runs, and what they need beside them
     */
    public PowerShell(
            Path executable,
            Path directory,
            Duration timeout,
            Collection<? extends ShellScript> scripts)
            throws IOException {
        this(executable, directory, timeout, scripts, MAX_OUTPUT_BYTES);
    }

    PowerShell(
            Path executable,
            Path directory,
            Duration timeout,
            Collection<? extends ShellScript> scripts,
            int maxOutputBytes)
            throws IOException {
        this.executable = executable;
        this.directory = directory.toAbsolutePath();
        this.timeout = timeout;
        this.maxOutputBytes = maxOutputBytes;
        DurableFile.makeDirectory(this.directory);
        for (ShellScript script : scripts) {
            DurableFile.write(
                    this.directory.resolve(script.fileName()),
                    script.text().getBytes(StandardCharsets.UTF_8));
        }
    }

    /**
     * The Windows PowerShell of this machine, by its full path: whoever can change a search path
     * must not choose what runs.
     *
     * @param systemRoot the environment's SystemRoot; null = none
     * @param driver the name of the driver that needs it, for the message
     * @throws IOException if there is none, as on every system but Windows
     */
    public static Path ofWindows(String systemRoot, String driver) throws IOException {
        Path found =
                systemRoot == null || systemRoot.isBlank()
                        ? null
                        : Path.of(
                                systemRoot,
                                "System32",
                                "WindowsPowerShell",
                                "v1.0",
                                "powershell.exe");
        if (found == null || !Files.isRegularFile(found)) {
            throw new IOException(
                    "powershell.exe is missing: the driver '"
                            + driver
                            + "' runs on Windows with Windows PowerShell 5.1 only (this is "
                            + System.getProperty("os.name")
                            + ")");
        }
        return found;
    }

    @Override
    public ShellOutput run(ShellScript script, String request) throws ShellException {
        Process process = start(script);
        CompletableFuture<byte[]> output = read(process.getInputStream(), maxOutputBytes, process);
        CompletableFuture<byte[]> errors = read(process.getErrorStream(), MAX_ERROR_BYTES, null);
        try {
            CompletableFuture<Void> input = write(process.getOutputStream(), request);
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                end(process);
                throw new ShellException(
                        String.format(
                                Locale.ROOT,
                                "%s did not end within %.1f s and was stopped",
                                script.fileName(),
                                timeout.toMillis() / 1000.0),
                        true,
                        null);
            }
            input.cancel(true);
            return new ShellOutput(
                    process.exitValue(),
                    text(output.get(END_SECONDS, TimeUnit.SECONDS)),
                    text(errors.get(END_SECONDS, TimeUnit.SECONDS)));
        } catch (InterruptedException e) {
            end(process);
            Thread.currentThread().interrupt();
            throw new ShellException(script.fileName() + " was interrupted", true, e);
        } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
            end(process);
            throw new ShellException(
                    script.fileName()
                            + " left no whole output"
                            + (e.getCause() == null ? "" : ": " + e.getCause().getMessage()),
                    true,
                    e);
        }
    }

    private Process start(ShellScript script) throws ShellException {
        try {
            return new ProcessBuilder(
                            List.of(
                                    executable.toString(),
                                    "-NoProfile",
                                    "-NonInteractive",
                                    "-ExecutionPolicy",
                                    "Bypass",
                                    "-File",
                                    directory.resolve(script.fileName()).toString()))
                    .directory(directory.toFile())
                    .start();
        } catch (IOException e) {
            throw new ShellException(
                    executable + " cannot be started: " + e.getMessage(), false, e);
        }
    }

    private static CompletableFuture<Void> write(OutputStream stream, String request) {
        return CompletableFuture.runAsync(
                () -> {
                    try (stream) {
                        stream.write(request.getBytes(StandardCharsets.US_ASCII));
                    } catch (IOException e) {
                        // It ended without reading: its answer, or the lack of one, says why.
                    }
                },
                PowerShell::daemon);
    }

    /**
     * Reads to the end; what is over the limit is dropped, or ends the process where one is given.
     */
    private static CompletableFuture<byte[]> read(InputStream stream, int limit, Process strict) {
        CompletableFuture<byte[]> read = new CompletableFuture<>();
        daemon(
                () -> {
                    try (stream) {
                        ByteArrayOutputStream kept = new ByteArrayOutputStream();
                        byte[] block = new byte[8192];
                        for (int n = stream.read(block); n >= 0; n = stream.read(block)) {
                            int room = limit - kept.size();
                            if (n > room && strict != null) {
                                end(strict);
                                throw new IOException("more than " + limit + " bytes");
                            }
                            kept.write(block, 0, Math.min(n, room));
                        }
                        read.complete(kept.toByteArray());
                    } catch (IOException e) {
                        read.completeExceptionally(e);
                    }
                });
        return read;
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "postern-script");
        thread.setDaemon(true);
        thread.start();
    }

    private static void end(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
