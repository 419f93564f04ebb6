package io.postern.policy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/** Entries whose keys hash alike, in order, with the hash over their lines. Immutable. */
final class PolicyHashBucket {
    /** 12 bits: small enough to hash anew for one entry, few enough to list for every revision. */
    static final int COUNT = 4096;

    static final PolicyHashBucket EMPTY = new PolicyHashBucket(new PolicyEntry[0], sha256());

    private static final Comparator<EntryChange> ORDER =
            (a, b) -> compare(a.kind(), a.key(), b.kind(), b.key());

    private final PolicyEntry[] entries;
    private final String hash;

    private PolicyHashBucket(PolicyEntry[] entries, MessageDigest digest) {
        this.entries = entries;
        this.hash = hash(entries, digest);
    }

    /**
     * Which bucket an entry belongs to, 0 to {@link #COUNT} - 1.
     *
     * @param digest SHA-256 at its start, and again afterwards: to make one costs as much as this
     */
    static int number(EntryKind kind, String key, MessageDigest digest) {
        byte[] bytes = digest.digest(place(kind, key).getBytes(StandardCharsets.UTF_8));
        return (bytes[0] & 0xff) << 4 | (bytes[1] & 0xff) >> 4;
    }

    /** Begins an entry's line: section and key, a space between. */
    private static String place(EntryKind kind, String key) {
        return kind.section() + " " + CanonicalJson.write(key);
    }

    static String line(PolicyEntry entry) {
        return place(entry.kind(), entry.key()) + " " + entry.json() + "\n";
    }

    /** By section, then key, both by code point. */
    static int compare(EntryKind kind, String key, EntryKind otherKind, String otherKey) {
        int sections = KeyOrder.CODE_POINT.compare(kind.section(), otherKind.section());
        return sections != 0 ? sections : KeyOrder.CODE_POINT.compare(key, otherKey);
    }

    private static int compare(EntryChange change, PolicyEntry entry) {
        return compare(change.kind(), change.key(), entry.kind(), entry.key());
    }

    private static String hash(PolicyEntry[] entries, MessageDigest digest) {
        for (PolicyEntry entry : entries) {
            digest.update(line(entry).getBytes(StandardCharsets.UTF_8));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    int size() {
        return entries.length;
    }

    /** 64 lower-case hex digits. */
    String hash() {
        return hash;
    }

    /** The entry of that key, or null. */
    PolicyEntry find(EntryKind kind, String key) {
        for (PolicyEntry entry : entries) {
            if (entry.kind() == kind && entry.key().equals(key)) {
                return entry;
            }
        }
        return null;
    }

    void addTo(List<PolicyEntry> all) {
        all.addAll(List.of(entries));
    }

    /**
     * This bucket after changes that belong to it; itself if they change nothing.
     *
     * @param changes in any order; they are sorted in place
     * @param digest SHA-256 at its start, and again afterwards
     * @throws IllegalArgumentException if a key is changed twice
     */
    PolicyHashBucket with(List<EntryChange> changes, MessageDigest digest) {
        changes.sort(ORDER);
        List<PolicyEntry> merged = new ArrayList<>(entries.length + changes.size());
        boolean differs = false;
        int next = 0;
        EntryChange last = null;
        for (EntryChange change : changes) {
            if (last != null && last.kind() == change.kind() && last.key().equals(change.key())) {
                throw new IllegalArgumentException(
                        change.kind().section() + " '" + change.key() + "' stands there twice");
            }
            last = change;
            int order = 1;
            while (next < entries.length && (order = compare(change, entries[next])) > 0) {
                merged.add(entries[next++]);
            }
            PolicyEntry before = next < entries.length && order == 0 ? entries[next++] : null;
            PolicyEntry after = change.entry();
            if (before != null && before.equals(after)) {
                merged.add(before);
            } else {
                differs |= before != null || after != null;
                if (after != null) {
                    merged.add(after);
                }
            }
        }
        while (next < entries.length) {
            merged.add(entries[next++]);
        }
        return differs ? new PolicyHashBucket(merged.toArray(PolicyEntry[]::new), digest) : this;
    }
}
