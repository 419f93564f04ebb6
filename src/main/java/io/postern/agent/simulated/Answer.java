package io.postern.agent.simulated;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What the server does after a line of the client.
 *
 * @param lines the reply as it goes over the wire, without line ends
 * @param afterTarpit whether the connector's tarpit comes first
 * @param chunkBytes how many bytes to read and discard <em>before</em> the reply (BDAT); 0 = none
 * @param accepted whether the reply takes a message over
 */
record Answer(
        List<String> lines, boolean afterTarpit, Then then, long chunkBytes, boolean accepted) {
    /** What comes after the reply. */
    enum Then {
        COMMAND,
        /** Message text up to a dot alone on a line. */
        MESSAGE,
        CLOSE
    }

    static Answer of(String line) {
        return new Answer(List.of(line), false, Then.COMMAND, 0, false);
    }

    static Answer lines(List<String> lines) {
        return new Answer(lines, false, Then.COMMAND, 0, false);
    }

    static Answer tarpitted(String line) {
        return new Answer(List.of(line), true, Then.COMMAND, 0, false);
    }

    static Answer closing(String line) {
        return new Answer(List.of(line), false, Then.CLOSE, 0, false);
    }

    static Answer message(String line) {
        return new Answer(List.of(line), false, Then.MESSAGE, 0, false);
    }

    static Answer accepted(String line) {
        return new Answer(List.of(line), false, Then.COMMAND, 0, true);
    }

    Answer afterChunk(long bytes) {
        return new Answer(lines, afterTarpit, then, bytes, accepted);
    }

    /** The reply as one record of the protocol log: blanks instead of line breaks. */
    String logLine() {
        if (lines.size() == 1) {
            return lines.get(0);
        }
        return lines.get(0).substring(0, 3)
                + "  "
                + lines.stream().map(line -> line.substring(4)).collect(Collectors.joining(" "));
    }
}
