package io.postern.policy;

import java.time.Instant;
import java.util.Objects;

/**
 * One allow entry.
 *
 * @param key unique among grants; a protected source's grant is {@code protected:<name>}
 * @param tier never NONE
 * @param owner who answers for it; null = not stated
 * @param reason null = not stated
 * @param ticket null = not stated
 * @param notBefore first instant it holds, whole seconds; null = always did
 * @param expires first instant it no longer holds, whole seconds; null = never ends
 */
public record Grant(
        String key,
        From from,
        To to,
        Tier tier,
        String owner,
        String reason,
        String ticket,
        Instant notBefore,
        Instant expires) {
    public Grant {
        Objects.requireNonNull(key);
        Objects.requireNonNull(from);
        Objects.requireNonNull(to);
        if (Objects.requireNonNull(tier) == Tier.NONE) {
            throw new IllegalArgumentException("a grant's tier cannot be none");
        }
    }

    /** Whether the instant lies in [notBefore, expires). */
    public boolean holdsAt(Instant at) {
        return (notBefore == null || !at.isBefore(notBefore))
                && (expires == null || at.isBefore(expires));
    }
}
