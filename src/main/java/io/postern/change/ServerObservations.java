package io.postern.change;

import io.postern.enforcement.server.ObservedServer;
import io.postern.policy.Server;
import io.postern.probe.VantageReach;
import java.util.List;
import java.util.Optional;

/** What was read back of servers, as an analysis needs it. */
interface ServerObservations {
    /**
     * As it was read back last; empty = never read.
     *
     * @param post name of a post, as in {@link io.postern.enforcement.server.Post}
     */
    Optional<ObservedServer> of(String post);

    /** What can be shown to a server just now, by whom. */
    VantageReach reach(Server server);

    /** Names of the posts of a server that have an agent: its own first, then its gateways. */
    List<String> posts(String server);
}
