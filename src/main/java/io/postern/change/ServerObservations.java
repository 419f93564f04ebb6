package io.postern.change;

import io.postern.enforcement.ReceiveConnector;
import java.util.List;
import java.util.Optional;

/** What was read back of a server, as an analysis needs it. */
@FunctionalInterface
interface ServerObservations {
    /** The connectors read back last; empty = never read. */
    Optional<List<ReceiveConnector>> of(String server);
}
