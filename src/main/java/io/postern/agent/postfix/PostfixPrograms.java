package io.postern.agent.postfix;

import io.postern.agent.program.BoundedProgram;
import io.postern.agent.program.NotStartedException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The programs of a Postfix, by their full paths, for one configuration directory.
 *
 * @param postconf of the system
 * @param postmap likewise
 * @param postfix likewise
 * @param configDirectory where main.cf and master.cf are
 * @param timeout for one call
 */
record PostfixPrograms(
        Path postconf, Path postmap, Path postfix, Path configDirectory, Duration timeout) {
    private static final int MAX_BYTES = 8_000_000;

    /** Whoever can change a search path must not choose what a program starts. */
    private static final Map<String, String> ENVIRONMENT =
            Map.of("LC_ALL", "C", "PATH", "/usr/sbin:/usr/bin:/sbin:/bin");

    /** What a question to postconf brought: its answer, and what it complained about. */
    record Answer(String text, String warnings) {}

    /** Asks postconf. */
    Answer ask(List<String> arguments) throws IOException {
        BoundedProgram.Result result = run(postconf, arguments, "");
        if (result.exit() != 0) {
            throw new IOException("postconf failed: " + complaint(result));
        }
        return new Answer(result.output(), result.errors());
    }

    /** Sets a parameter of main.cf; null = takes it away. */
    void set(String name, String value) throws IOException {
        ask(value == null ? List.of("-X", name) : List.of("-e", name + " = " + value));
    }

    /**
     * What Postfix itself finds in a table.
     *
     * @param map type and path
     * @return results by key; keys that are not found are left out
     */
    Map<String, String> look(String map, List<String> keys) throws IOException {
        BoundedProgram.Result result =
                run(postmap, List.of("-q", "-", map), String.join("\n", keys) + "\n");
        // Exit status 1 without a word means that nothing was found.
        if (result.exit() > 1 || !result.errors().isBlank()) {
            throw new IOException("postmap cannot read " + map + ": " + complaint(result));
        }
        Map<String, String> found = new HashMap<>();
        for (String line : result.output().lines().toList()) {
            int tab = line.indexOf('\t');
            if (tab < 0) {
                throw new IOException("postmap's answer cannot be read");
            }
            found.put(line.substring(0, tab), line.substring(tab + 1));
        }
        return Collections.unmodifiableMap(found);
    }

    /** Whether Postfix runs. */
    boolean isRunning() throws IOException {
        BoundedProgram.Result result = run(postfix, List.of("status"), "");
        if (result.exit() > 1) {
            throw new IOException("postfix status failed: " + complaint(result));
        }
        return result.exit() == 0;
    }

    /** Makes Postfix read its files again. */
    void reload() throws IOException {
        BoundedProgram.Result result = run(postfix, List.of("reload"), "");
        if (result.exit() != 0) {
            throw new IOException("postfix reload failed: " + complaint(result));
        }
    }

    private BoundedProgram.Result run(Path program, List<String> arguments, String input)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(program.toString());
        command.add("-c");
        command.add(configDirectory.toString());
        command.addAll(arguments);
        try {
            return new BoundedProgram(timeout, MAX_BYTES, ENVIRONMENT, Path.of("/"))
                    .run(program.getFileName().toString(), command, input);
        } catch (NotStartedException e) {
            throw new IOException(program + " cannot be started: is Postfix installed?", e);
        }
    }

    /** The last line that it said on its errors, else its exit status; for people. */
    private static String complaint(BoundedProgram.Result result) {
        String[] lines = result.errors().strip().split("\n");
        String last = lines[lines.length - 1].strip();
        return last.isEmpty() ? "exit status " + result.exit() : last;
    }
}
