package io.postern.agent.simulated;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The file that makes simulated servers misbehave on purpose: one fault a line, {@code [@SERVER]
 * [always] KIND [ARGUMENT...]}; blank lines and those that begin with {@code #} mean nothing. A
 * fault strikes with the first change after it was armed and is gone when what was held before is
 * written again; with {@code always} it holds at once and stays. Read anew at every use.
 * Thread-safe.
 */
public final class FaultFile {
    private static final int MAX_BYTES = 65_536;

    private final Path file;

    /**
     * @param file need not exist; null = no faults ever
     */
    public FaultFile(Path file) {
        this.file = file;
    }

    /**
     * The faults of a server, in their order.
     *
     * @throws IOException naming the line that is none
     */
    List<SimulatedFault> of(String server) throws IOException {
        return all().stream().filter(fault -> fault.isOf(server)).toList();
    }

    private List<SimulatedFault> all() throws IOException {
        if (file == null) {
            return List.of();
        }
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return List.of();
        }
        if (bytes.length > MAX_BYTES) {
            throw new IOException(file + " is larger than " + MAX_BYTES + " bytes");
        }
        List<SimulatedFault> faults = new ArrayList<>();
        String[] lines = new String(bytes, StandardCharsets.UTF_8).split("\n");
        for (int i = 0; i < lines.length; i++) {
            if (lines[i].isBlank() || lines[i].strip().startsWith("#")) {
                continue;
            }
            try {
                faults.add(SimulatedFault.parse(lines[i]));
            } catch (IllegalArgumentException e) {
                throw new IOException(file + ":" + (i + 1) + ": " + e.getMessage(), e);
            }
        }
        return faults;
    }

    /** By how much the agent's wall clock is wrong; zero if the file cannot be read. */
    public Duration clockSkew() {
        try {
            return all().stream()
                    .filter(fault -> fault.kind() == SimulatedFault.Kind.CLOCK_SKEW)
                    .map(fault -> Duration.ofSeconds(fault.number(0)))
                    .findFirst()
                    .orElse(Duration.ZERO);
        } catch (IOException e) {
            // The driver says so; a clock has nobody to say it to.
            return Duration.ZERO;
        }
    }
}
