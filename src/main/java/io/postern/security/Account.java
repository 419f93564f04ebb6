package io.postern.security;

import java.time.Instant;
import java.util.Set;

/**
 * A person's account.
 *
 * @param name lower case, unique
 * @param passwordHash bcrypt in modular crypt form
 */
public record Account(
        String name, String passwordHash, Set<String> roles, boolean enabled, Instant createdAt) {
    public Account {
        roles = Set.copyOf(roles);
    }
}
