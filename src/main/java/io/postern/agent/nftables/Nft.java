package io.postern.agent.nftables;

import io.postern.agent.program.BoundedProgram;
import io.postern.agent.program.NotStartedException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Runs {@code nft}, one process each, without a shell and with an environment of one word. What
 * takes too long, or says too much, is ended.
 */
final class Nft {
    /** A listing of a million ranges has less than this. */
    static final int MAX_OUTPUT_BYTES = 128_000_000;

    private static final int MAX_SHOWN = 300;

    /** It ran to its end and said no: nothing has changed. */
    static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1;

        RefusedException(String message) {
            super(message);
        }
    }

    private final Path binary;
    private final BoundedProgram program;

    /**
     * @param timeout for one process
     */
    Nft(Path binary, Duration timeout, int maxOutputBytes) {
        this.binary = binary;
        // Its messages are shown, and never read in another language.
        this.program = new BoundedProgram(timeout, maxOutputBytes, Map.of("LC_ALL", "C"), null);
    }

    /**
     * What it writes.
     *
     * @throws RefusedException with its first words if it ended with an error
     * @throws NotStartedException if there is no such program
     * @throws IOException if it is not known what it did
     */
    String run(String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(binary.toString());
        command.addAll(List.of(arguments));
        BoundedProgram.Result result = result(command);
        if (result.exit() > 128) {
            throw new IOException("nft was killed by signal " + (result.exit() - 128));
        }
        if (result.exit() != 0) {
            throw new RefusedException(shown(result.errors(), result.exit()));
        }
        return result.output();
    }

    private BoundedProgram.Result result(List<String> command) throws IOException {
        try {
            return program.run("nft", command, "");
        } catch (NotStartedException e) {
            throw new NotStartedException(e.getMessage() + " (is nftables installed?)", e);
        }
    }

    private static String shown(String complaint, int code) {
        String line = complaint.strip().lines().findFirst().orElse("");
        return line.isEmpty()
                ? "nft ended with " + code + " and said nothing"
                : "nft says: " + line.substring(0, Math.min(MAX_SHOWN, line.length()));
    }
}
