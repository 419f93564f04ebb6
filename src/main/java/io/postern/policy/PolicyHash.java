package io.postern.policy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/**
 * The hash of a revision, chained to its parent's. It is SHA-256 over this UTF-8 text, each line
 * ended by one line feed:
 *
 * <pre>
 * postern-policy-hash 1
 * parent HASH            (lower-case hex; "-" for the first revision)
 * SECTION "KEY" JSON     (one line per entry)
 * </pre>
 *
 * Entries are sorted by section name, then key, both by code point; {@code "KEY"} is the key as a
 * JSON string and JSON the entry's canonical JSON, both as {@link CanonicalJson} writes them, so
 * neither ever holds a line feed. docs/policy-hash.md says the same for other programs.
 */
public final class PolicyHash {
    private static final Comparator<PolicyEntry> ORDER =
            Comparator.<PolicyEntry, String>comparing(
                            entry -> entry.kind().section(), KeyOrder.CODE_POINT)
                    .thenComparing(PolicyEntry::key, KeyOrder.CODE_POINT);

    private PolicyHash() {}

    /**
     * The hash of a revision.
     *
     * @param entries all entries, in any order, each key once per kind
     * @param parentHash hash of the revision before; null for the first
     * @return 64 lower-case hex digits
     */
    public static String of(Collection<PolicyEntry> entries, String parentHash) {
        MessageDigest digest = sha256();
        update(digest, "postern-policy-hash 1\n");
        update(digest, "parent " + (parentHash == null ? "-" : parentHash) + "\n");
        List<PolicyEntry> sorted = new ArrayList<>(entries);
        sorted.sort(ORDER);
        for (PolicyEntry entry : sorted) {
            update(
                    digest,
                    entry.kind().section()
                            + " "
                            + CanonicalJson.write(entry.key())
                            + " "
                            + entry.json()
                            + "\n");
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static void update(MessageDigest digest, String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
