package io.postern.agent.powershell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.agent.exchange.Script;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, with a POSIX shell script in PowerShell's place. */
@DisabledOnOs(OS.WINDOWS)
class PowerShellTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir Path directory;

    private PowerShell shell(Duration timeout, int maxBytes, String... lines) throws IOException {
        Path stub = directory.resolve("stub");
        Files.writeString(stub, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        Files.setPosixFilePermissions(stub, PosixFilePermissions.fromString("rwx------"));
        return new PowerShell(
                stub, directory.resolve("scripts"), timeout, List.of(Script.values()), maxBytes);
    }

    private static String failure(PowerShell shell, boolean begun) {
        ShellException e = assertThrows(ShellException.class, () -> shell.run(Script.READ, "{}"));
        assertEquals(begun, e.begun());
        return e.getMessage();
    }

    @Test
    void requestAnswerAndExitCodeGoThroughAndNothingElseIsOnTheCommandLine() throws IOException {
        PowerShell shell = shell(PATIENCE, 100_000, "echo \"$@\"", "cat", "echo oh >&2", "exit 3");
        ShellOutput output = shell.run(Script.READ, "{\"secret\":\"värde\"}");
        assertEquals(3, output.exitCode());
        assertEquals("oh\n", output.standardError());
        assertEquals(
                "-NoProfile -NonInteractive -ExecutionPolicy Bypass -File "
                        + directory.resolve("scripts/read.ps1").toAbsolutePath()
                        + "\n{\"secret\":\"v?rde\"}",
                output.standardOutput());
    }

    @Test
    void outputIsUtf8() throws IOException {
        PowerShell shell = shell(PATIENCE, 100_000, "printf 'NT-AUTORIT\\303\\204T'");
        assertEquals("NT-AUTORITÄT", shell.run(Script.READ, "{}").standardOutput());
    }

    @Test
    void theScriptsLieInADirectoryOfTheirOwnerOnly() throws IOException {
        shell(PATIENCE, 100_000, "exit 0");
        Path scripts = directory.resolve("scripts");
        assertEquals(
                "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(scripts)));
        for (Script script : Script.values()) {
            Path file = scripts.resolve(script.fileName());
            assertEquals(script.text(), Files.readString(file, StandardCharsets.UTF_8));
            assertEquals(
                    "rw-------",
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        }
    }

    @Test
    void aScriptThatDoesNotEndIsEndedWithItsChildren() throws IOException {
        PowerShell shell =
                shell(Duration.ofMillis(500), 100_000, "sleep 600 & echo $! > child", "wait");
        assertEquals("read.ps1 did not end within 0.5 s and was stopped", failure(shell, true));
        Path child = directory.resolve("scripts/child");
        assertFalse(
                Files.exists(child)
                        && ProcessHandle.of(Long.parseLong(Files.readString(child).strip()))
                                .map(
                                        one ->
                                                one.onExit()
                                                        .orTimeout(
                                                                20,
                                                                java.util.concurrent.TimeUnit
                                                                        .SECONDS)
                                                        .join()
                                                        .isAlive())
                                .orElse(false));
    }

    @Test
    void aScriptThatSaysTooMuchIsEnded() throws IOException {
        PowerShell shell = shell(PATIENCE, 10_000, "while :; do echo 0123456789; done");
        assertEquals("read.ps1 left no whole output: more than 10000 bytes", failure(shell, true));
    }

    @Test
    void tooManyErrorWordsAreCutOnly() throws IOException {
        PowerShell shell =
                shell(PATIENCE, 10_000, "head -c 200000 /dev/zero | tr '\\0' x >&2", "exit 1");
        assertEquals(64_000, shell.run(Script.READ, "{}").standardError().length());
    }

    @Test
    void aScriptThatReadsNothingGetsALongRequestAllTheSame() throws IOException {
        PowerShell shell = shell(PATIENCE, 10_000, "exec <&-", "echo done");
        assertEquals("done\n", shell.run(Script.READ, "x".repeat(1_000_000)).standardOutput());
    }

    @Test
    void aProgramThatIsNotThereHasNotBegun() throws IOException {
        PowerShell shell =
                new PowerShell(
                        directory.resolve("none"),
                        directory.resolve("scripts"),
                        PATIENCE,
                        List.of(Script.values()));
        assertTrue(failure(shell, false).contains("none cannot be started"));
    }

    @Test
    void withoutWindowsItIsSaidThatPowerShellIsMissing() {
        for (String root : new String[] {null, "", directory.toString()}) {
            String message =
                    assertThrows(IOException.class, () -> PowerShell.ofWindows(root, "exchange"))
                            .getMessage();
            assertTrue(message.startsWith("powershell.exe is missing: the driver 'exchange' "));
        }
    }
}
