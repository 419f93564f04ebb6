package io.postern.cli.network;

import java.io.IOException;

/**
 * How a command ended.
 *
 * @param exit its exit status
 * @param output standard output and standard error as they came, at most {@link
 *     LabCommand#MAX_OUTPUT} bytes of it
 */
public record CommandResult(int exit, String output) {
    public boolean isGood() {
        return exit == 0;
    }

    /**
     * The output of a command that ended well.
     *
     * @param what was asked for, for the message
     * @throws IOException if it did not end well
     */
    public String okay(String what) throws IOException {
        if (!isGood()) {
            throw new IOException(what + " failed (" + exit + "): " + output.strip());
        }
        return output;
    }
}
