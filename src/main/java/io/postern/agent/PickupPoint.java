package io.postern.agent;

import io.postern.enforcement.pickup.ObservedPickup;
import io.postern.enforcement.pickup.PickupDrop;
import io.postern.enforcement.pickup.PickupStep;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** One server's pickup folder as an agent reads and writes it. One caller at a time. */
public interface PickupPoint {
    /**
     * The folder with its access list and those of its shares.
     *
     * @throws IOException if it cannot be read
     */
    ObservedPickup read() throws IOException;

    /**
     * Takes one step; when it returns the step is in force.
     *
     * @throws IOException if it was refused, and nothing has changed, or if it is not known what
     *     has; the message says which
     */
    void execute(PickupStep step) throws IOException;

    /**
     * Looks for a while who drops files, and keeps what is new. It does not see what is gone before
     * it looks, nor what is dropped between two calls.
     *
     * @param duration 1 to 20 seconds
     * @return those that were not known before
     * @throws IOException if it cannot look; the folder being disabled is no error
     */
    List<PickupDrop> watch(Duration duration) throws IOException;

    /**
     * The newest drops that are kept, oldest first.
     *
     * @throws IOException if they cannot be read
     */
    List<PickupDrop> drops() throws IOException;
}
