package io.postern.policy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The entries of one revision, kept so that its hash and the next revision's cost what the change
 * between them costs: a tree after a change shares every bucket that the change does not touch.
 * Immutable and safe for threads.
 */
public final class PolicyHashTree {
    /** No entries. */
    public static final PolicyHashTree EMPTY = new PolicyHashTree(emptyBuckets(), 0);

    private static final Comparator<PolicyEntry> ORDER =
            Comparator.comparing(PolicyEntry::kind)
                    .thenComparing(PolicyEntry::key, KeyOrder.CODE_POINT);

    private final PolicyHashBucket[] buckets;
    private final int size;

    /** Sorted when first asked for; every thread would make the same list. */
    private volatile List<PolicyEntry> sorted;

    private PolicyHashTree(PolicyHashBucket[] buckets, int size) {
        this.buckets = buckets;
        this.size = size;
    }

    private static PolicyHashBucket[] emptyBuckets() {
        PolicyHashBucket[] buckets = new PolicyHashBucket[PolicyHashBucket.COUNT];
        Arrays.fill(buckets, PolicyHashBucket.EMPTY);
        return buckets;
    }

    /**
     * The tree of these entries.
     *
     * @param entries in any order
     * @throws IllegalArgumentException if a key stands there twice within its kind
     */
    public static PolicyHashTree of(Collection<PolicyEntry> entries) {
        return EMPTY.with(entries.stream().map(EntryChange::put).toList());
    }

    /**
     * The tree after some changes; this one if they change nothing. To remove what is not there
     * changes nothing.
     *
     * @param changes in any order
     * @throws IllegalArgumentException if a key is changed twice
     */
    public PolicyHashTree with(Collection<EntryChange> changes) {
        MessageDigest digest = PolicyHashBucket.sha256();
        List<List<EntryChange>> perBucket =
                new ArrayList<>(Collections.nCopies(buckets.length, null));
        for (EntryChange change : changes) {
            int number = PolicyHashBucket.number(change.kind(), change.key(), digest);
            List<EntryChange> own = perBucket.get(number);
            if (own == null) {
                own = new ArrayList<>();
                perBucket.set(number, own);
            }
            own.add(change);
        }
        PolicyHashBucket[] next = buckets.clone();
        int nextSize = size;
        boolean differs = false;
        for (int number = 0; number < next.length; number++) {
            if (perBucket.get(number) != null) {
                next[number] = buckets[number].with(perBucket.get(number), digest);
                differs |= next[number] != buckets[number];
                nextSize += next[number].size() - buckets[number].size();
            }
        }
        return differs ? new PolicyHashTree(next, nextSize) : this;
    }

    /** How many entries there are. */
    public int size() {
        return size;
    }

    /** The entry of that key; empty if there is none. */
    public Optional<PolicyEntry> find(EntryKind kind, String key) {
        int number = PolicyHashBucket.number(kind, key, PolicyHashBucket.sha256());
        return Optional.ofNullable(buckets[number].find(kind, key));
    }

    /** All entries by kind, then key by code point; unmodifiable. */
    public List<PolicyEntry> entries() {
        List<PolicyEntry> all = sorted;
        if (all == null) {
            List<PolicyEntry> collected = new ArrayList<>(size);
            for (PolicyHashBucket bucket : buckets) {
                bucket.addTo(collected);
            }
            collected.sort(ORDER);
            all = List.copyOf(collected);
            sorted = all;
        }
        return all;
    }

    /**
     * The revision's hash, version 2; see {@link PolicyHash}. Its cost is bounded by the number of
     * buckets, whatever the number of entries.
     *
     * @param parentHash hash of the revision before, as it is stored; null for the first
     * @return 64 lower-case hex digits
     */
    String hash(String parentHash) {
        StringBuilder text = new StringBuilder(size == 0 ? 128 : 70 * PolicyHashBucket.COUNT);
        text.append("postern-policy-hash 2\nparent ")
                .append(parentHash == null ? "-" : parentHash)
                .append('\n');
        HexFormat hex = HexFormat.of();
        for (int number = 0; number < buckets.length; number++) {
            if (buckets[number].size() > 0) {
                text.append(hex.toHexDigits(number, 3))
                        .append(' ')
                        .append(buckets[number].hash())
                        .append('\n');
            }
        }
        MessageDigest digest = PolicyHashBucket.sha256();
        return hex.formatHex(digest.digest(text.toString().getBytes(StandardCharsets.UTF_8)));
    }
}
