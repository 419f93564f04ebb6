package io.postern.security;

import java.util.Set;

/**
 * Who does something.
 *
 * @param name a user's name, {@code agent:<name>}, or {@code postern} for the service itself
 * @param roles words of {@link Role}
 */
public record Actor(String name, Set<String> roles) {
    /** The service acting by itself. */
    public static final Actor SERVICE = new Actor("postern", Set.of());

    public Actor {
        roles = Set.copyOf(roles);
    }

    public boolean has(String role) {
        return roles.contains(role);
    }
}
