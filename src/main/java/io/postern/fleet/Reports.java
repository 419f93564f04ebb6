package io.postern.fleet;

import java.util.List;
import java.util.Optional;

/** The newest report of each server. */
public interface Reports {
    Optional<ServerReport> find(String server);

    List<ServerReport> all();

    /** Replaces the server's report, in the caller's transaction. */
    void save(ServerReport report, long agentId);
}
