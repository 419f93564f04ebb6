package io.postern.policy.persistence;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was made of revisions, by their hash: the most recently used ones. A hash stands for one
 * content for ever, so what a transaction that rolls back leaves here is never wrong, only unused.
 * Safe for threads.
 */
final class ContentCache<V> {
    private static final int MAX_CONTENTS = 16;

    /** Bounds the memory, a few hundred bytes an entry; one content may be larger. */
    private static final long MAX_ENTRIES = 500_000;

    private record Content<V>(V value, int size) {}

    private final Map<String, Content<V>> contents = new LinkedHashMap<>(32, 0.75f, true);
    private long entries;

    synchronized Optional<V> get(String hash) {
        return Optional.ofNullable(contents.get(hash)).map(Content::value);
    }

    /** The one used last; empty if there is none. */
    synchronized Optional<V> latest() {
        List<Content<V>> all = new ArrayList<>(contents.values());
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1).value());
    }

    /**
     * Keeps a value.
     *
     * @param size how many entries it was made of
     */
    synchronized void put(String hash, V value, int size) {
        Content<V> old = contents.put(hash, new Content<>(value, size));
        entries += size - (old == null ? 0 : old.size());
        var eldest = contents.values().iterator();
        while (contents.size() > MAX_CONTENTS || entries > MAX_ENTRIES && contents.size() > 1) {
            entries -= eldest.next().size();
            eldest.remove();
        }
    }
}
