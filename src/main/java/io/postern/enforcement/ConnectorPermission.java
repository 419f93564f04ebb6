package io.postern.enforcement;

import java.util.List;
import java.util.Objects;

/**
 * One access entry of a connector (Get-ADPermission). Immutable.
 *
 * @param identity the connector as exported: {@code SERVER\Name}, a distinguished name, a GUID or a
 *     canonical path
 * @param user an account name or a SID
 * @param deny a deny entry beats every allow entry
 * @param inherited whether it comes from a container above the connector; it counts all the same
 * @param extendedRights such as {@code ms-Exch-SMTP-Accept-Any-Recipient}; {@code *} = all of them
 */
public record ConnectorPermission(
        String identity,
        String user,
        boolean deny,
        boolean inherited,
        List<String> extendedRights) {
    /** In {@link #extendedRights}: every right there is. */
    public static final String EVERY_RIGHT = "*";

    public ConnectorPermission {
        Objects.requireNonNull(identity);
        Objects.requireNonNull(user);
        extendedRights = List.copyOf(extendedRights);
    }

    /** Whether the entry is about that right; case does not matter. */
    public boolean isAbout(String right) {
        return extendedRights.stream()
                .anyMatch(held -> held.equals(EVERY_RIGHT) || held.equalsIgnoreCase(right));
    }
}
