package io.postern.fleet;

import io.postern.enforcement.server.DesiredState;
import java.time.Instant;
import java.util.Optional;

/** The stored publications. Writes join the caller's transaction. */
public interface Publications {
    /**
     * Stores one under the server's next serial.
     *
     * @param rolloutId null = none: it mends drift
     */
    Publication add(DesiredState state, Long rolloutId, Integer confirmWindowSeconds, Instant at);

    /** The newest of a server; empty = none. */
    Optional<Publication> newest(String server);

    /** Serial of the newest of a server; 0 = none. */
    long newestSerial(String server);

    /** That of a serial; empty = none. */
    Optional<Publication> find(String server, long serial);

    /** The newest confirmed one with a serial below the given; empty = none. */
    Optional<Publication> confirmedBefore(String server, long serial);

    /** Marks it confirmed; a second time changes nothing. */
    void confirm(String server, long serial, Instant at);
}
