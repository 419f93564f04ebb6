package io.postern.enforcement.pickup;

import java.util.Locale;
import java.util.Objects;

/**
 * One entry of a share's access list.
 *
 * @param sid in text form, upper case
 * @param account its name; null = the server knows none
 * @param isAllow else it denies
 * @param right {@code Full}, {@code Change}, {@code Read} or {@code Custom}
 */
public record ShareEntry(String sid, String account, boolean isAllow, String right) {
    /** The right that Postern gives. */
    public static final String CHANGE = "Change";

    public ShareEntry {
        sid = sid.toUpperCase(Locale.ROOT);
        Objects.requireNonNull(right);
    }

    /** The entry that Postern writes for an account. */
    public static ShareEntry own(String sid) {
        return new ShareEntry(sid, null, true, CHANGE);
    }

    /** Whether it is of the shape that Postern writes for this account. */
    boolean isOwnOf(String other) {
        return isAllow && right.equals(CHANGE) && is(other);
    }

    boolean is(String other) {
        return sid.equalsIgnoreCase(other);
    }

    /** Without the name, which is a label. */
    ShareEntry withoutName() {
        return new ShareEntry(sid, null, isAllow, right);
    }
}
