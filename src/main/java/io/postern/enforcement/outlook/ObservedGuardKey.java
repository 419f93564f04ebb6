package io.postern.enforcement.outlook;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The values of one key as read. A name of {@link GuardKey#names} that is neither present nor
 * unreadable is absent.
 *
 * @param present by name
 * @param unreadable names that could not be read, or hold no number
 */
public record ObservedGuardKey(
        GuardKey key, Map<String, Integer> present, List<String> unreadable) {
    public ObservedGuardKey {
        Objects.requireNonNull(key);
        present = Map.copyOf(present);
        unreadable = List.copyOf(unreadable);
    }

    /** The value of a name; null = absent, or unreadable. */
    Integer value(String name) {
        return present.get(name);
    }

    boolean isUnreadable(String name) {
        return unreadable.contains(name);
    }

    ObservedGuardKey with(String name, Integer value) {
        Map<String, Integer> changed = new TreeMap<>(present);
        if (value == null) {
            changed.remove(name);
        } else {
            changed.put(name, value);
        }
        return new ObservedGuardKey(key, changed, unreadable);
    }
}
