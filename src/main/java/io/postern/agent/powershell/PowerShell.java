package io.postern.agent.powershell;

import io.postern.agent.DurableFile;
import io.postern.agent.program.BoundedProgram;
import io.postern.agent.program.NotStartedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/**
 * Runs scripts in Windows PowerShell, one process each. The scripts are written to a directory
 * whose access list is the installer's to close; what makes the system run one checks it first. A
 * request goes to standard input, never to the command line. A script that takes too long, or says
 * too much, is ended with everything it started.
 */
public final class PowerShell implements Shell {
    private static final int MAX_OUTPUT_BYTES = 32_000_000;

    private final Path executable;
    private final Path directory;
    private final BoundedProgram program;

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
        this.program = new BoundedProgram(timeout, maxOutputBytes, null, this.directory);
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
        List<String> command =
                List.of(
                        executable.toString(),
                        "-NoProfile",
                        "-NonInteractive",
                        "-ExecutionPolicy",
                        "Bypass",
                        "-File",
                        directory.resolve(script.fileName()).toString());
        try {
            BoundedProgram.Result result = program.run(script.fileName(), command, request);
            return new ShellOutput(result.exit(), result.output(), result.errors());
        } catch (NotStartedException e) {
            throw new ShellException(e.getMessage(), false, e);
        } catch (IOException e) {
            throw new ShellException(e.getMessage(), true, e);
        }
    }
}
