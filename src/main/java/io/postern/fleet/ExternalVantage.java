package io.postern.fleet;

import java.time.Instant;
import java.util.Objects;

/**
 * Automation outside that probes by itself and posts what it saw.
 *
 * @param name unique among them
 * @param account whose results are taken
 * @param registeredBy who registered it
 * @param lastSeen when the account last asked for its probes or posted results
 */
public record ExternalVantage(
        String name,
        String account,
        VantageOffer offer,
        String registeredBy,
        Instant registeredAt,
        Instant lastSeen) {
    /** How names of such vantages begin. */
    public static final String PREFIX = "external:";

    public ExternalVantage {
        Objects.requireNonNull(name);
        Objects.requireNonNull(account);
        Objects.requireNonNull(offer);
    }

    /** Its name as a vantage. */
    public String vantage() {
        return PREFIX + name;
    }
}
