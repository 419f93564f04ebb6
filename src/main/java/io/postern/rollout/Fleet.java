package io.postern.rollout;

import io.postern.enforcement.server.DesiredState;
import io.postern.enforcement.server.ObservedServer;
import io.postern.policy.Server;
import io.postern.probe.Vantage;
import io.postern.probe.VantageReach;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The servers as a rollout needs them. Writes join the caller's transaction. */
public interface Fleet {
    /**
     * What the agent of a post reports; {@link ServerView#UNKNOWN} if it never did.
     *
     * @param server name of the post, as in {@link io.postern.enforcement.server.Post}; so below
     */
    ServerView view(String server);

    /**
     * The same of many at once; a server without a report has no entry.
     *
     * @param servers any number
     */
    Map<String, ServerView> views(Collection<String> servers);

    /** Serial of the newest publication to a server, whoever published it; 0 = none. */
    long newestSerial(String server);

    /** Names of the posts of a server that have an agent: its own first, then its gateways. */
    List<String> posts(String server);

    /**
     * Those who can probe a server as its clients do, by name: none of them keeps the server or a
     * gateway before it, and each was heard just now.
     *
     * @param server its name in the policy
     */
    List<Vantage> vantages(String server);

    /** What the agent read back last, ours and others; empty = never read. */
    Optional<ObservedServer> observed(String server);

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

    /** What can be shown to a server just now, by whom. */
    default VantageReach reach(Server server) {
        if (!observed(server.name()).map(ObservedServer::showsIdentities).orElse(false)) {
            return VantageReach.of(vantages(server.name()), server.addresses());
        }
        String agent = view(server.name()).agent();
        return agent == null ? VantageReach.NONE : VantageReach.simulated("agent:" + agent);
    }
}
