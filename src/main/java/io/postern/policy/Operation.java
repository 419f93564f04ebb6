package io.postern.policy;

import java.util.Objects;

/**
 * One proposed edit of a policy.
 *
 * @param action PUT adds or replaces the entry, REMOVE takes it away
 * @param key the entry's key within its kind
 * @param json the whole new entry as JSON text; null exactly for REMOVE
 */
public record Operation(Action action, EntryKind kind, String key, String json) {
    /** What is done. */
    public enum Action {
        PUT,
        REMOVE
    }

    public Operation {
        Objects.requireNonNull(action);
        Objects.requireNonNull(kind);
        Objects.requireNonNull(key);
        if ((action == Action.PUT) == (json == null)) {
            throw new IllegalArgumentException("an entry belongs to put, and only to put");
        }
    }
}
