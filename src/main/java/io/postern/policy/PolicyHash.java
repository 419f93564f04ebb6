package io.postern.policy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/**
 * The hash of a revision, SHA-256 in lower-case hex, chained to its parent's. An entry's line is
 * {@code SECTION "KEY" JSON} and a line feed; key and entry are written by {@link CanonicalJson},
 * so a line never holds another line feed. Of version 2, the one that new revisions get, the text
 * that is hashed is
 *
 * <pre>
 * postern-policy-hash 2
 * parent HASH            ("-" for the first revision)
 * BBB HASH               (one line per bucket that has entries, ascending)
 * </pre>
 *
 * where an entry belongs to the bucket of the first three hex digits of SHA-256 over {@code SECTION
 * "KEY"}, and a bucket's hash is over its lines, sorted by section, then key, by code point.
 * Version 1 had the sorted lines of all entries in place of the buckets; it is still verified.
 * docs/policy-hash.md says the same for other programs.
 */
public final class PolicyHash {
    /** The version of new revisions' hashes. */
    public static final int VERSION = 2;

    private static final Comparator<PolicyEntry> ORDER =
            (a, b) -> PolicyHashBucket.compare(a.kind(), a.key(), b.kind(), b.key());

    private PolicyHash() {}

    /**
     * The hash of a new revision, version {@link #VERSION}.
     *
     * @param parentHash hash of the revision before, as it is stored; null for the first
     * @return 64 lower-case hex digits
     */
    public static String of(PolicyHashTree content, String parentHash) {
        return content.hash(parentHash);
    }

    /**
     * The same, of entries in any order.
     *
     * @throws IllegalArgumentException if a key stands there twice within its kind
     */
    public static String of(Collection<PolicyEntry> entries, String parentHash) {
        return of(PolicyHashTree.of(entries), parentHash);
    }

    /**
     * Whether a revision's hash is the one of this content and of the parent's hash that the
     * revision names.
     *
     * @throws IllegalArgumentException if the revision's hash is of a version that is not known
     */
    public static boolean verifies(Revision revision, PolicyHashTree content) {
        String expected =
                switch (revision.hashVersion()) {
                    case 1 -> version1(content.entries(), revision.parentHash());
                    case 2 -> of(content, revision.parentHash());
                    default ->
                            throw new IllegalArgumentException(
                                    "revision "
                                            + revision.number()
                                            + " has a hash of version "
                                            + revision.hashVersion()
                                            + "; known are 1 and 2");
                };
        return expected.equals(revision.hash());
    }

    private static String version1(Collection<PolicyEntry> entries, String parentHash) {
        MessageDigest digest = PolicyHashBucket.sha256();
        update(digest, "postern-policy-hash 1\n");
        update(digest, "parent " + (parentHash == null ? "-" : parentHash) + "\n");
        List<PolicyEntry> sorted = new ArrayList<>(entries);
        sorted.sort(ORDER);
        sorted.forEach(entry -> update(digest, PolicyHashBucket.line(entry)));
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void update(MessageDigest digest, String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
    }
}
