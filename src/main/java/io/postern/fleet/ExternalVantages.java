package io.postern.fleet;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The registered external vantages. Writes join the caller's transaction. */
public interface ExternalVantages {
    Optional<ExternalVantage> find(String name);

    /** All, by name. */
    List<ExternalVantage> all();

    /** Adds one; its name must be free. */
    void add(ExternalVantage vantage);

    /** Removes one; nothing if there is none. */
    void remove(String name);

    /** Notes that its account was heard. */
    void seen(String name, Instant at);
}
