package io.postern.fleet;

import io.postern.rollout.ServerView;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** The newest report of each server. */
public interface Reports {
    Optional<ServerReport> find(String server);

    /**
     * The same of many in one query, as a rollout sees them; those without a report are left out.
     */
    Map<String, ServerView> views(Collection<String> servers);

    /** Replaces the server's report, in the caller's transaction. */
    void save(ServerReport report, long agentId);
}
