package io.postern.enforcement.outlook;

import java.util.Objects;

/**
 * A value that is not as everywhere else.
 *
 * @param value null = absent, or unreadable
 * @param isReadable whether it is known
 */
public record GuardDeviation(GuardKey key, String name, Integer value, boolean isReadable) {
    public GuardDeviation {
        Objects.requireNonNull(key);
        Objects.requireNonNull(name);
        if (!isReadable && value != null) {
            throw new IllegalArgumentException("what is unreadable has no value");
        }
    }
}
