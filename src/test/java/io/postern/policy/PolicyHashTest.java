package io.postern.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.policy.yaml.PolicyDocument;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The hash against a second program for docs/policy-hash.md, written here from that text alone, and
 * against the hashes in it, which its own script computed.
 */
class PolicyHashTest {
    private static final String FIRST =
            "cae3e26db365b2cf078c88949b2675d71282460564003d9109a2f510d1c60c00";
    private static final String SECOND =
            "d1af1d4fb39a6ef4a8afd9b33803ca58052ccd361618ba5973cd6c94d400ec96";
    private static final PolicyEntry DOMAIN =
            new PolicyEntry(EntryKind.ACCEPTED_DOMAIN, "contoso.example", "\"contoso.example\"");
    private static final PolicyEntry SET =
            new PolicyEntry(EntryKind.ADDRESS_SET, "printers", "[\"10.20.30.0/24\"]");
    private static final PolicyEntry GRANT =
            new PolicyEntry(
                    EntryKind.GRANT,
                    "printers",
                    "{\"from\":{\"addresses\":[\"@printers\"]},\"key\":\"printers\",\"tier\":\"internal\"}");

    /** Of the text: lines by their bytes, which UTF-8 keeps in the order of code points. */
    private static String independent(Collection<PolicyEntry> entries, String parent) {
        // Section and key are sorted before they are quoted: the quote sorts after some characters.
        Map<String, TreeMap<String, String>> buckets = new TreeMap<>();
        for (PolicyEntry entry : entries) {
            String place = entry.kind().section() + " " + quoted(entry.key());
            String bucket = sha256(place).substring(0, 3);
            String order = hex(entry.kind().section()) + " " + hex(entry.key());
            buckets.computeIfAbsent(bucket, any -> new TreeMap<>())
                    .put(order, place + " " + entry.json() + "\n");
        }
        StringBuilder text = new StringBuilder("postern-policy-hash 2\nparent " + parent + "\n");
        buckets.forEach(
                (bucket, lines) ->
                        text.append(bucket)
                                .append(' ')
                                .append(sha256(String.join("", lines.values())))
                                .append('\n'));
        return sha256(text.toString());
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            int named = "\b\t\n\f\r\"\\".indexOf(c);
            if (named >= 0) {
                out.append('\\').append("btnfr\"\\".charAt(named));
            } else if (c < 32) {
                out.append("\\u00").append(c < 16 ? "0" : "").append(Integer.toHexString(c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }

    private static String hex(String text) {
        StringBuilder out = new StringBuilder();
        for (byte one : text.getBytes(StandardCharsets.UTF_8)) {
            out.append("%02x".formatted(one));
        }
        return out.toString();
    }

    private static String sha256(String text) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return "%064x".formatted(new BigInteger(1, digest));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static Revision revision(String hash, int version, String parent) {
        return new Revision(1, hash, version, parent, Instant.EPOCH, "ann", "a note", null);
    }

    @Test
    void theDocumentedExampleHasTheDocumentedHashes() throws IOException {
        List<PolicyEntry> second = List.of(DOMAIN, SET, GRANT);

        assertEquals(FIRST, PolicyHash.of(List.of(DOMAIN, SET), null));
        assertEquals(SECOND, PolicyHash.of(second, FIRST));
        assertEquals(FIRST, independent(List.of(DOMAIN, SET), "-"));
        assertEquals(SECOND, independent(second, FIRST));
        String document = Files.readString(Path.of("docs/policy-hash.md"));
        for (String shown : List.of(FIRST, SECOND, GRANT.json())) {
            assertTrue(document.contains(shown), "docs/policy-hash.md does not say " + shown);
        }
    }

    @Test
    void theOrderOfEntriesMeansNothing() {
        assertEquals(FIRST, PolicyHash.of(List.of(SET, DOMAIN), null));
    }

    @Test
    void coversTheParentAndEveryPartOfAnEntry() {
        String parent = "0".repeat(64);
        List<PolicyEntry> others =
                List.of(
                        new PolicyEntry(EntryKind.SERVER, SET.key(), SET.json()),
                        new PolicyEntry(SET.kind(), "printer", SET.json()),
                        new PolicyEntry(SET.kind(), SET.key(), "[\"10.20.30.0/25\"]"));

        assertNotEquals(FIRST, PolicyHash.of(List.of(DOMAIN, SET), parent));
        assertNotEquals(FIRST, PolicyHash.of(List.of(DOMAIN), null));
        for (PolicyEntry other : others) {
            assertNotEquals(FIRST, PolicyHash.of(List.of(DOMAIN, other), null), other.toString());
        }
    }

    @Test
    void sortsABucketByCodePointAndEscapesKeys() {
        // 20,000 keys, so that buckets hold several; the kinds of key are those whose order or
        // writing differs: beyond the basic plane, around the quote, controls.
        List<PolicyEntry> entries = new ArrayList<>();
        List<String> marks = List.of("", "!", "\"", "#", "\\", "\n", "\u0001", "é", "～", "😀");
        for (int i = 0; i < 20_000; i++) {
            String key = marks.get(i % marks.size()) + i / 100 + marks.get(i / 10 % marks.size());
            EntryKind kind = EntryKind.values()[i % 100 / 10 % 9];
            entries.add(new PolicyEntry(kind, key + i, "{\"i\":" + i + "}"));
        }
        Collections.shuffle(entries, new Random(11));

        assertEquals(independent(entries, "-"), PolicyHash.of(entries, null));
    }

    @Test
    void changesGiveTheHashOfTheWhole() {
        for (long seed = 1; seed <= 16; seed++) {
            Random random = new Random(seed);
            // Few keys make changes meet, many make buckets of several entries.
            int keys = random.nextBoolean() ? 12 : 1_500;
            Map<String, PolicyEntry> model = new HashMap<>();
            PolicyHashTree tree = PolicyHashTree.EMPTY;
            for (int step = 0; step < 25; step++) {
                PolicyHashTree before = tree;
                List<PolicyEntry> wholeBefore = before.entries();
                List<EntryChange> changes = randomChanges(random, keys);
                for (EntryChange change : changes) {
                    String place = change.kind() + " " + change.key();
                    if (change.json() == null) {
                        model.remove(place);
                    } else {
                        model.put(place, change.entry());
                    }
                }
                tree = tree.with(changes);
                String where = "seed " + seed + ", step " + step;
                assertEquals(independent(model.values(), FIRST), PolicyHash.of(tree, FIRST), where);
                assertEquals(PolicyHash.of(model.values(), FIRST), PolicyHash.of(tree, FIRST));
                assertEquals(PolicyHashTree.of(model.values()).entries(), tree.entries(), where);
                assertEquals(model.size(), tree.size(), where);
                assertEquals(model.size(), tree.entries().size(), where);
                for (EntryChange change : changes) {
                    assertEquals(
                            change.entry(),
                            tree.find(change.kind(), change.key()).orElse(null),
                            where);
                }
                assertEquals(
                        independent(wholeBefore, "-"),
                        PolicyHash.of(before, null),
                        where + ": the tree before is as it was");
                List<EntryChange> between = EntryChange.between(wholeBefore, tree.entries());
                assertEquals(tree.entries(), before.with(between).entries(), where);
            }
        }
    }

    private static List<EntryChange> randomChanges(Random random, int keys) {
        Map<String, EntryChange> changes = new HashMap<>();
        int count = random.nextInt(4) == 0 ? random.nextInt(keys) : random.nextInt(4);
        for (int i = 0; i < count; i++) {
            EntryKind kind = EntryKind.values()[random.nextInt(3) * 3];
            String key = "k" + random.nextInt(keys);
            EntryChange change =
                    random.nextInt(3) == 0
                            ? EntryChange.removed(kind, key)
                            : new EntryChange(kind, key, "{\"n\":" + random.nextInt(3) + "}");
            changes.put(kind + " " + key, change);
        }
        return List.copyOf(changes.values());
    }

    @Test
    void whatChangesNothingGivesTheSameTree() {
        PolicyHashTree tree = PolicyHashTree.of(List.of(DOMAIN, SET));

        assertSame(tree, tree.with(List.of()));
        assertSame(
                tree,
                tree.with(
                        List.of(
                                EntryChange.put(SET),
                                EntryChange.removed(EntryKind.GRANT, "printers"))));
        assertEquals(PolicyHashTree.EMPTY.entries(), PolicyHashTree.of(List.of()).entries());
    }

    @Test
    void aKeyTwiceIsRefused() {
        IllegalArgumentException twice =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> PolicyHashTree.of(List.of(SET, DOMAIN, SET)));
        assertEquals("addressSets 'printers' stands there twice", twice.getMessage());
        assertThrows(
                IllegalArgumentException.class,
                () ->
                        PolicyHashTree.EMPTY.with(
                                List.of(
                                        EntryChange.removed(SET.kind(), SET.key()),
                                        EntryChange.put(SET))));
        // The same key of another kind is another entry.
        assertEquals(2, PolicyHashTree.of(List.of(SET, GRANT)).size());
    }

    @Test
    void differencesAreSortedAndComplete() {
        PolicyEntry other = new PolicyEntry(SET.kind(), SET.key(), "[\"10.0.0.0/8\"]");
        PolicyEntry late = new PolicyEntry(EntryKind.GRANT, "😀", "{}");
        PolicyEntry early = new PolicyEntry(EntryKind.GRANT, "～", "{}");

        assertEquals(
                List.of(
                        EntryChange.removed(DOMAIN.kind(), DOMAIN.key()),
                        EntryChange.put(other),
                        EntryChange.put(early),
                        EntryChange.put(late)),
                EntryChange.between(List.of(SET, DOMAIN), List.of(late, early, other)));
        assertEquals(List.of(), EntryChange.between(List.of(SET, DOMAIN), List.of(DOMAIN, SET)));
    }

    @Test
    void hashesOfBothVersionsAreVerified() {
        PolicyHashTree content = PolicyHashTree.of(List.of(SET, DOMAIN));
        PolicyHashTree other = PolicyHashTree.of(List.of(DOMAIN));
        // printf 'postern-policy-hash 1\nparent -\nacceptedDomains "contoso.example"
        // "contoso.example"\naddressSets "printers" ["10.20.30.0/24"]\n' | sha256sum
        String old = "94e3c29eabd72de9a2b2d182cdd0c166c8947692c6f30fa7b28872fc2d0cf155";

        assertTrue(PolicyHash.verifies(revision(FIRST, 2, null), content));
        assertTrue(PolicyHash.verifies(revision(old, 1, null), content));
        assertFalse(PolicyHash.verifies(revision(old, 2, null), content));
        assertFalse(PolicyHash.verifies(revision(FIRST, 1, null), content));
        assertFalse(PolicyHash.verifies(revision(FIRST, 2, old), content));
        assertFalse(PolicyHash.verifies(revision(FIRST, 2, null), other));
        assertFalse(PolicyHash.verifies(revision(old, 1, null), other));
        IllegalArgumentException unknown =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> PolicyHash.verifies(revision(FIRST, 3, null), content));
        assertEquals("revision 1 has a hash of version 3; known are 1 and 2", unknown.getMessage());
    }

    @Test
    void theCanonicalFileOfARevisionHasItsHash() throws IOException {
        List<PolicyEntry> entries =
                PolicyDocument.parse(
                                Files.readString(Path.of("src/main/resources/demo/policy.yaml")))
                        .entries();
        String exported = PolicyDocument.ofEntries(entries).toYaml();

        assertEquals(
                PolicyHash.of(entries, FIRST),
                PolicyHash.of(PolicyDocument.parse(exported).entries(), FIRST));
    }
}
