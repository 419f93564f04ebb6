package io.postern.change;

import io.postern.enforcement.server.ObservedServer;
import java.util.Optional;

/** What was read back of a server, as an analysis needs it. */
@FunctionalInterface
interface ServerObservations {
    /** As it was read back last; empty = never read. */
    Optional<ObservedServer> of(String server);
}
