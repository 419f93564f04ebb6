package io.postern.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * A source checkout with a copy of the launcher, one source file, and a PATH that holds only fakes
 * of {@code java} and {@code mvn} and the few tools that the launcher may use.
 */
final class FakeCheckout {

    /** What the launcher may take from the system; anything else fails the tests. */
    private static final List<String> TOOLS =
            List.of(
                    "sh",
                    "find",
                    "head",
                    "tail",
                    "sed",
                    "grep",
                    "mkdir",
                    "mv",
                    "rm",
                    "ln",
                    "readlink",
                    "touch",
                    "date",
                    "sleep",
                    "ps");

    private static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00Z");

    final Path home;
    final Path bin;
    final Path launcher;
    private final Map<String, String> environment = new TreeMap<>();

    /** A started launcher with the files that take its output. */
    record Started(Process process, Path output, Path errors) {
        Finished finish() throws IOException, InterruptedException {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("the launcher did not end:\n" + Files.readString(errors));
            }
            return new Finished(
                    process.exitValue(), Files.readString(output), Files.readString(errors));
        }
    }

    record Finished(int exitStatus, String output, String errors) {}

    FakeCheckout(Path directory) throws IOException {
        home = Files.createDirectories(directory.resolve("check out"));
        bin = Files.createDirectories(directory.resolve("bin"));
        launcher = home.resolve("postern");
        Files.copy(Path.of("postern"), launcher);
        makeExecutable(launcher);
        writeSource("pom.xml", LONG_AGO);
        writeSource("src/main/java/Thing.java", LONG_AGO);
        for (Path folder :
                List.of("src/main/java", "src/main").stream().map(home::resolve).toList())
            Files.setLastModifiedTime(folder, FileTime.from(LONG_AGO));
        for (String tool : TOOLS) callTool(tool);
        environment.put("PATH", bin.toString());
        environment.put("FAKES", directory.toString());
        fakeJava("17.0.9");
        fakeMaven("3.9.9", "mkdir -p target/quarkus-app && : >target/quarkus-app/quarkus-run.jar");
    }

    void set(String variable, String value) {
        environment.put(variable, value);
    }

    void writeSource(String path, Instant modified) throws IOException {
        Path file = home.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "text\n");
        Files.setLastModifiedTime(file, FileTime.from(modified));
    }

    /** Puts an application built after every source in place. */
    void writeFreshApplication() throws IOException {
        writeSource("target/quarkus-app/quarkus-run.jar", LONG_AGO.plusSeconds(60));
    }

    /** Tells its version, else notes its arguments, one a line, and ends with $FAKE_STATUS. */
    void fakeJava(String version) throws IOException {
        writeScript(
                "java",
                """
                case "$1" in -version) echo 'openjdk version "%s" 2023-10-17' >&2; exit 0 ;; esac
                case "$*" in *ArchiveClassesAtExit*) exit 0 ;; esac
                for argument in "$@"; do printf '%%s\\n' "$argument"; done >"$FAKES/arguments"
                printf 'pid %%s in %%s\\n' "$$" "$(pwd)"
                exit "${FAKE_STATUS:-0}"
                """
                        .formatted(version));
    }

    /** Tells its version, else notes that and where it was called and does what the body says. */
    void fakeMaven(String version, String body) throws IOException {
        writeScript(
                "mvn",
                """
                case "$1" in -v) echo 'Apache Maven %s'; exit 0 ;; esac
                printf '%%s\\n' "$*" >>"$FAKES/builds"
                %s
                """
                        .formatted(version, body));
    }

    void remove(String command) throws IOException {
        Files.delete(bin.resolve(command));
    }

    /** The argument lists of the builds so far. */
    List<String> builds() throws IOException {
        Path file = Path.of(environment.get("FAKES"), "builds");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    /** The arguments that java got last. */
    List<String> javaArguments() throws IOException {
        return Files.readAllLines(Path.of(environment.get("FAKES"), "arguments"));
    }

    Finished run(String... arguments) throws IOException, InterruptedException {
        return start(launcher.toString(), home, arguments).finish();
    }

    Started start(String command, Path workingDirectory, String... arguments) throws IOException {
        List<String> line = new ArrayList<>(List.of(command));
        line.addAll(List.of(arguments));
        Path output = Files.createTempFile(home.getParent(), "output", ".txt");
        Path errors = Files.createTempFile(home.getParent(), "errors", ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(line)
                        .directory(workingDirectory.toFile())
                        .redirectOutput(output.toFile())
                        .redirectError(errors.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return new Started(builder.start(), output, errors);
    }

    private void writeScript(String name, String body) throws IOException {
        Path script = bin.resolve(name);
        Files.writeString(script, "#!/bin/sh\n" + body);
        makeExecutable(script);
    }

    private void callTool(String tool) throws IOException {
        for (String directory : System.getenv("PATH").split(":")) {
            Path file = Path.of(directory).resolve(tool);
            if (Files.isExecutable(file)) {
                writeScript(tool, "exec '%s' \"$@\"\n".formatted(file));
                return;
            }
        }
        // ps is asked only about another user's process; slim systems lack it.
        if (!tool.equals("ps")) throw new IOException("the test needs the command " + tool);
    }

    private static void makeExecutable(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
