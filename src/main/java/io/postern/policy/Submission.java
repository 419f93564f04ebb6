package io.postern.policy;

import java.time.Instant;
import java.util.Objects;

/**
 * An attempt to hand over a message.
 *
 * @param account proven account by name or SID; null or {@code (none)} = not proven; a name nobody
 *     declared counts as {@code (other)}
 * @param computer proven computer, as {@code account}
 * @param server name of a server of the policy
 * @param port the server's port
 * @param at the instant, whole seconds
 */
public record Submission(
        Address address, String account, String computer, String server, int port, Instant at) {
    public Submission {
        Objects.requireNonNull(address);
        Objects.requireNonNull(server);
        Objects.requireNonNull(at);
    }
}
