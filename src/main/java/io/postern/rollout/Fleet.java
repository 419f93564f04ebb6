package io.postern.rollout;

import io.postern.enforcement.ReceiveConnector;
import io.postern.enforcement.server.DesiredState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The servers as a rollout needs them. Writes join the caller's transaction. */
public interface Fleet {
    /** What the server's agent reports; {@link ServerView#UNKNOWN} if it never did. */
    ServerView view(String server);

    /**
     * The connectors that the agent read back last, unmanaged ones included; empty = never read.
     */
    Optional<List<ReceiveConnector>> observed(String server);

    /**
     * Publishes a desired state.
     *
     * @param rolloutId the rollout it belongs to
     * @param confirmWindow after which the agent undoes it unless confirmed; null = needs no
     *     confirmation
     * @return its serial on that server, higher than any before
     */
    long publish(DesiredState state, long rolloutId, Duration confirmWindow);

    /** Confirms a publication: its agent keeps it. */
    void confirm(String server, long serial);

    /**
     * What the server held confirmed before that serial; with no publication before, nothing
     * managed.
     */
    DesiredState before(String server, long serial);
}
