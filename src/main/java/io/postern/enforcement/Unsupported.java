package io.postern.enforcement;

import java.util.Objects;

/**
 * Something the policy says that an enforcement point cannot hold.
 *
 * @param entry key of the grant or block, {@code protected:<name>}, or the server's name where no
 *     single entry is to blame
 * @param reason for people: what stands in the way
 * @param remedy for people: what would remove it
 */
public record Unsupported(String entry, String reason, String remedy) {
    public Unsupported {
        Objects.requireNonNull(entry);
        Objects.requireNonNull(reason);
        Objects.requireNonNull(remedy);
    }
}
