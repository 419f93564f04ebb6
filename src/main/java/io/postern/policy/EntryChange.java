package io.postern.policy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What becomes of one entry between two revisions. Immutable.
 *
 * @param key the entry's key within its kind
 * @param json the whole new entry in canonical JSON; null = it is removed
 */
public record EntryChange(EntryKind kind, String key, String json) {
    private static final Comparator<EntryChange> ORDER =
            Comparator.comparing(EntryChange::kind)
                    .thenComparing(EntryChange::key, KeyOrder.CODE_POINT);

    private record Place(EntryKind kind, String key) {}

    public EntryChange {
        Objects.requireNonNull(kind);
        Objects.requireNonNull(key);
    }

    /** The entry is added, or replaces the one of its key. */
    public static EntryChange put(PolicyEntry entry) {
        return new EntryChange(entry.kind(), entry.key(), entry.json());
    }

    /** The entry of that key is taken away. */
    public static EntryChange removed(EntryKind kind, String key) {
        return new EntryChange(kind, key, null);
    }

    /** The new entry; null if it is removed. */
    public PolicyEntry entry() {
        return json == null ? null : new PolicyEntry(kind, key, json);
    }

    /**
     * What turns one set of entries into another, by kind, then key by code point; empty if they
     * are equal. It looks at every entry of both.
     *
     * @param before entries in any order, each key once per kind; so is {@code after}
     */
    public static List<EntryChange> between(
            Collection<PolicyEntry> before, Collection<PolicyEntry> after) {
        Map<Place, PolicyEntry> old = new HashMap<>(before.size() * 2);
        before.forEach(entry -> old.put(new Place(entry.kind(), entry.key()), entry));
        List<EntryChange> changes = new ArrayList<>();
        for (PolicyEntry entry : after) {
            PolicyEntry same = old.remove(new Place(entry.kind(), entry.key()));
            if (same == null || !same.json().equals(entry.json())) {
                changes.add(put(entry));
            }
        }
        old.keySet().forEach(gone -> changes.add(removed(gone.kind(), gone.key())));
        changes.sort(ORDER);
        return changes;
    }
}
