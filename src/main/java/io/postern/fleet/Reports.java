package io.postern.fleet;

import java.util.Optional;

/** The newest report of each server. */
public interface Reports {
    Optional<ServerReport> find(String server);

    /** Replaces the server's report, in the caller's transaction. */
    void save(ServerReport report, long agentId);
}
