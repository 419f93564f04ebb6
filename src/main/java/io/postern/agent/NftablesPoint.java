package io.postern.agent;

import io.postern.enforcement.nftables.NftablesStep;
import io.postern.enforcement.nftables.ObservedNftables;
import java.io.IOException;

/** One server's table of nftables as an agent reads and writes it. One caller at a time. */
public interface NftablesPoint {
    /**
     * The rule set, as far as it bears on the server.
     *
     * @throws IOException if it cannot be read
     */
    ObservedNftables read() throws IOException;

    /**
     * Takes one step; when it returns the step is in force.
     *
     * @throws IOException if it was refused, and nothing has changed, or if it is not known what
     *     has; the message says which
     */
    void execute(NftablesStep step) throws IOException;

    /**
     * What was changed is kept or undone by now: what is there is what a reboot must bring back.
     *
     * @throws IOException if it cannot be kept
     */
    default void settle() throws IOException {}
}
