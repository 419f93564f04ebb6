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

    static final PolicyHashBucket EMPTY = new PolicyHashBucket(new PolicyEntry[0]);

    private static final Comparator<String> SECTION_ORDER = KeyOrder.CODE_POINT;

    private final PolicyEntry[] entries;
    private final String hash;

    private PolicyHashBucket(PolicyEntry[] entries) {
        this.entries = entries;
        this.hash = hash(entries);
    }

    /** Which bucket an entry belongs to, 0 to {@link #COUNT} - 1. */
    static int number(EntryKind kind, String key) {
        byte[] digest = sha256().digest(place(kind, key).getBytes(StandardCharsets.UTF_8));
        return (digest[0] & 0xff) << 4 | (digest[1] & 0xff) >> 4;
    }

    /** Begins an entry's line: section and key, a space between. */
    private static String place(EntryKind kind, String key) {
        return kind.section() + " " + CanonicalJson.write(key);
    }

    static String line(PolicyEntry entry) {
        return place(entry.kind(), entry.key()) + " " + entry.json() + "\n";
    }

    static int compare(EntryKind kind, String key, PolicyEntry other) {
        int sections = SECTION_ORDER.compare(kind.section(), other.kind().section());
        return sections != 0 ? sections : KeyOrder.CODE_POINT.compare(key, other.key());
    }

    private static String hash(PolicyEntry[] entries) {
        MessageDigest digest = sha256();
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
     * @param changes sorted by section, then key
     * @throws IllegalArgumentException if a key is changed twice
     */
    PolicyHashBucket with(List<EntryChange> changes) {
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
            while (next < entries.length
                    && (order = compare(change.kind(), change.key(), entries[next])) > 0) {
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
        return differs ? new PolicyHashBucket(merged.toArray(PolicyEntry[]::new)) : this;
    }
}
