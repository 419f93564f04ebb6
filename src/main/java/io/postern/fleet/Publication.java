package io.postern.fleet;

import io.postern.enforcement.server.DesiredState;
import java.time.Instant;

/**
 * A desired state as it was given to a server's agent.
 *
 * @param serial rises with every publication to the server, rollbacks too
 * @param confirmWindowSeconds after which the agent undoes it unless confirmed; null = needs no
 *     confirmation
 * @param confirmedAt null = not confirmed
 */
public record Publication(
        String server,
        long serial,
        DesiredState state,
        String digest,
        Integer confirmWindowSeconds,
        Instant publishedAt,
        Instant confirmedAt) {
    /** Whether the agent keeps it without further word. */
    public boolean isConfirmed() {
        return confirmWindowSeconds == null || confirmedAt != null;
    }
}
