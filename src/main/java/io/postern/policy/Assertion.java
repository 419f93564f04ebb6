package io.postern.policy;

import java.time.Instant;
import java.util.Objects;

/**
 * A named example with the tier it must get: the policy's unit test.
 *
 * @param expect a tier word, or {@code must-allow} (not none), or {@code must-deny} (none)
 * @param account null = not proven
 * @param computer null = not proven
 * @param at the instant it is judged at; null = when the check runs
 * @param message what to tell whoever breaks it; null = none
 */
public record Assertion(
        String key,
        String expect,
        Address address,
        String account,
        String computer,
        String server,
        int port,
        Instant at,
        String message) {
    public Assertion {
        Objects.requireNonNull(key);
        Objects.requireNonNull(expect);
        Objects.requireNonNull(address);
        Objects.requireNonNull(server);
    }
}
