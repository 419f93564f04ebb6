package io.postern.policy;

import java.util.Objects;

/**
 * A source that must never be cut off: for decisions the grant {@code protected:<name>} on all
 * servers and ports.
 *
 * @param kind exchange, edge, gateway, hybrid, loadbalancer or monitor
 * @param tier internal unless stated
 * @param forwards whether others reach us through it with their address hidden
 */
public record ProtectedSource(
        String name, String kind, Addresses addresses, Tier tier, boolean forwards) {
    public ProtectedSource {
        Objects.requireNonNull(name);
        Objects.requireNonNull(kind);
        Objects.requireNonNull(addresses);
        Objects.requireNonNull(tier);
    }

    /** The key of its grant. */
    public String grantKey() {
        return "protected:" + name;
    }
}
