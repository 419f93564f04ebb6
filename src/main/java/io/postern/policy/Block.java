package io.postern.policy;

import java.time.Instant;
import java.util.Objects;

/**
 * One deny entry, the emergency brake. It beats every grant and never ends by time.
 *
 * @param key unique among blocks
 * @param reason null = not stated
 * @param expires a reminder for people, never read by a decision; null = none
 */
public record Block(String key, From from, To to, String reason, Instant expires) {
    public Block {
        Objects.requireNonNull(key);
        Objects.requireNonNull(from);
        Objects.requireNonNull(to);
    }
}
