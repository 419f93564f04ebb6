package io.postern.enforcement.pickup;

import java.time.Instant;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * That somebody put a file into the pickup folder. Neither its name nor its content is kept.
 *
 * @param nameHash SHA-256 of the file's name, lower-case hex: tells drops apart, not what they are
 * @param ownerSid SID of the file's owner, upper case; null = it was gone before it could be asked
 * @param owner name of the owner; null = not known
 * @param createdAt when the file was created, by the server's clock
 */
public record PickupDrop(String nameHash, String ownerSid, String owner, Instant createdAt) {
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    public PickupDrop {
        if (!HASH.matcher(nameHash).matches()) {
            throw new IllegalArgumentException("a name's hash is 64 lower-case hex digits");
        }
        Objects.requireNonNull(createdAt);
    }
}
