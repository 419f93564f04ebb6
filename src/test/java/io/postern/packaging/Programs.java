package io.postern.packaging;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs programs of the system, for tests of what is installed on one. */
final class Programs {
    private static final long PATIENCE_SECONDS = 60;

    /** What a program said; standard output and error together. */
    record Ran(int exitStatus, String output) {}

    private Programs() {}

    static Ran run(String... command) throws IOException, InterruptedException {
        return run(Map.of(), command);
    }

    /**
     * Runs a program to its end.
     *
     * @param environment added to that of the tests
     */
    static Ran run(Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile("ran", ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectInput(new File("/dev/null"))
                        .redirectOutput(output.toFile());
        builder.environment().put("LC_ALL", "C");
        builder.environment().putAll(environment);
        Process process = builder.start();
        boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly();
        String said = Files.readString(output);
        Files.delete(output);
        if (!ended) {
            throw new AssertionError(String.join(" ", command) + " did not end:\n" + said);
        }
        return new Ran(process.exitValue(), said);
    }

    /** Skips the test, saying why, where one of these programs is missing. */
    static void assumePrograms(String... names) {
        for (String name : names) {
            assumeTrue(find(name).isPresent(), "skipped: there is no " + name + " here");
        }
    }

    /** Skips the test where it may not make a network namespace. */
    static void assumeNetworkNamespaces() throws IOException, InterruptedException {
        assumePrograms("ip", "setpriv", "unshare");
        assumeTrue(
                run("id", "-u").output().strip().equals("0"),
                "skipped: only root can make a network namespace");
        assumeTrue(
                run("unshare", "--net", "true").exitStatus() == 0,
                "skipped: this kernel or container lets nobody make a network namespace");
    }

    /** Where a program lies; the directories of root count too. */
    static Optional<Path> find(String name) {
        return Stream.concat(
                        Stream.of(System.getenv("PATH").split(File.pathSeparator)),
                        Stream.of("/usr/sbin", "/sbin"))
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** The words of a setting of a unit; the last assignment counts, an empty one is no word. */
    static List<String> setting(Path unit, String name) throws IOException {
        return Files.readAllLines(unit).stream()
                .filter(line -> line.startsWith(name + "="))
                .map(line -> line.substring(name.length() + 1).strip())
                .reduce((first, last) -> last)
                .map(words -> List.of(words.split(" ")))
                .orElse(List.of());
    }

    /** An option's argument for setpriv that leaves these capabilities and no other. */
    static String only(List<String> capabilities) {
        StringBuilder text = new StringBuilder("-all");
        for (String capability : capabilities) {
            text.append(",+").append(capability.substring("CAP_".length()).toLowerCase());
        }
        return text.toString();
    }
}
