package io.postern.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.policy.yaml.PolicyDocument;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * What every store of revisions must do. Others may have appended before: every test works relative
 * to the head it finds.
 */
public abstract class RevisionsContract {
    private static final Instant AT = Instant.parse("2026-07-01T10:00:00Z");
    private static final Comparator<PolicyEntry> ORDER =
            Comparator.comparing(PolicyEntry::kind)
                    .thenComparing(PolicyEntry::key, KeyOrder.CODE_POINT);

    protected abstract Revisions revisions();

    /** Runs what must be one transaction; a failure leaves nothing behind. */
    protected abstract <T> T inTransaction(Supplier<T> work);

    /** How many entry versions are stored, all revisions together. */
    protected abstract long storedVersions();

    /** How many entries were retired, all revisions together. */
    protected abstract long storedRetirements();

    /** A policy of these grants: key to tier. */
    private static List<PolicyEntry> policy(String... grants) {
        StringBuilder text =
                new StringBuilder(
                        """
                        version: 1
                        acceptedDomains: [contoso.example]
                        servers:
                          - {name: rev01, addresses: [10.9.1.11], mode: observe}
                        grants:
                          - {key: always, from: {addresses: [10.9.2.0/24]}, tier: internal}
                        """);
        for (int i = 0; i < grants.length; i += 2) {
            text.append("  - {key: ")
                    .append(grants[i])
                    .append(", from: {addresses: [10.9.3.7]}, tier: ")
                    .append(grants[i + 1])
                    .append("}\n");
        }
        return PolicyDocument.parse(text.toString()).entries();
    }

    private Revision append(List<PolicyEntry> entries) {
        return inTransaction(() -> append(revisions().head().number(), entries));
    }

    private Revision append(long parent, List<PolicyEntry> entries) {
        return change(parent, EntryChange.between(revisions().entries(parent), entries));
    }

    private Revision change(long parent, List<EntryChange> changes) {
        return revisions().append(parent, changes, "ann", "a note", null, AT);
    }

    private Revision change(EntryChange... changes) {
        return inTransaction(() -> change(revisions().head().number(), List.of(changes)));
    }

    /** A grant of its own key and address, in canonical JSON. */
    private static PolicyEntry grant(String key, int address) {
        return new PolicyEntry(
                EntryKind.GRANT,
                key,
                "{\"from\":{\"addresses\":[\"10.9.%d.%d\"]},\"key\":\"%s\",\"tier\":\"internal\"}"
                        .formatted(address / 256, address % 256, key));
    }

    private static PolicyEntry block(String key) {
        return new PolicyEntry(
                EntryKind.BLOCK,
                key,
                "{\"from\":{\"addresses\":[\"10.9.9.9\"]},\"key\":\"%s\"}".formatted(key));
    }

    private static List<PolicyEntry> sorted(List<PolicyEntry> entries) {
        List<PolicyEntry> sorted = new ArrayList<>(entries);
        sorted.sort(ORDER);
        return sorted;
    }

    @Test
    void theFirstRevisionIsEmptyAndHasNoParent() {
        Revision first = revisions().find(0).orElseThrow();

        assertNull(first.parentHash());
        // As docs/policy-hash.md says of version 1; printf 'postern-policy-hash 1\nparent -\n' |
        // sha256sum
        assertEquals(
                "a18c85e05a37b0d7553a74936f26aca9f5f3f4725bf2346649dc75f7755f6a20", first.hash());
        assertEquals(1, first.hashVersion());
        assertEquals(List.of(), revisions().entries(0));
    }

    @Test
    void whatIsAppendedBecomesTheHead() {
        Revision before = revisions().head();
        Revision appended = append(policy("a", "internal"));

        assertEquals(before.number() + 1, appended.number());
        assertEquals("ann", appended.author());
        assertEquals("a note", appended.note());
        assertEquals(AT, appended.createdAt());
        assertEquals(appended, revisions().head());
        assertEquals(Optional.of(appended), revisions().find(appended.number()));
    }

    @Test
    void everyRevisionKeepsItsOwnEntries() {
        List<PolicyEntry> one = policy("a", "internal");
        List<PolicyEntry> added = policy("a", "internal", "b", "relay");
        List<PolicyEntry> changed = policy("a", "internal", "b", "internal");
        List<PolicyEntry> removed = policy("b", "internal");
        List<List<PolicyEntry>> all = List.of(one, added, changed, removed, one);

        List<Revision> appended = all.stream().map(this::append).toList();

        for (int i = 0; i < all.size(); i++) {
            long number = appended.get(i).number();
            assertEquals(sorted(all.get(i)), revisions().entries(number), "step " + i);
            assertEquals(
                    PolicyDocument.ofEntries(sorted(all.get(i))).policy(),
                    revisions().policy(number),
                    "step " + i);
        }
    }

    @Test
    void anUnknownRevisionHasNothing() {
        long beyond = revisions().head().number() + 1000;

        assertEquals(Optional.empty(), revisions().find(beyond));
        assertEquals(Policy.EMPTY, revisions().policy(beyond));
        assertEquals(List.of(), revisions().entries(beyond));
        assertThrows(IllegalArgumentException.class, () -> revisions().difference(0, beyond), "to");
        assertThrows(
                IllegalArgumentException.class, () -> revisions().difference(beyond, 0), "from");
    }

    @Test
    void aStaleParentIsRefusedAndNothingIsStored() {
        long old = revisions().head().number();
        Revision head = append(policy("a", "internal"));
        long versions = storedVersions();

        assertThrows(
                Revisions.StaleParentException.class,
                () -> inTransaction(() -> append(old, policy("late", "relay"))));
        assertThrows(
                Revisions.StaleParentException.class,
                () -> inTransaction(() -> append(head.number() + 1, policy("early", "relay"))));

        assertEquals(head, revisions().head());
        assertEquals(versions, storedVersions());
    }

    @Test
    void everyHashCoversTheEntriesAndTheParent() {
        Revision parent = append(policy("a", "internal"));
        List<PolicyEntry> entries = policy("a", "relay");
        Revision child = append(entries);

        assertEquals(parent.hash(), child.parentHash());
        assertEquals(PolicyHash.of(entries, parent.hash()), child.hash());
    }

    @Test
    void theWholeChainCanBeChecked() {
        append(policy("a", "internal"));
        Revision head = append(policy("b", "relay"));
        assertChain(head.number());
    }

    private void assertChain(long last) {
        String parent = null;
        for (long number = 0; number <= last; number++) {
            Revision revision = revisions().find(number).orElseThrow();
            assertEquals(parent, revision.parentHash(), "revision " + number);
            assertTrue(
                    PolicyHash.verifies(revision, PolicyHashTree.of(revisions().entries(number))),
                    "revision " + number);
            parent = revision.hash();
        }
    }

    @Test
    void theHashIsTheOneOfEveryOtherStore() {
        Revision parent = append(policy("a", "internal"));
        PolicyEntry added = grant("hash-é😀\"", 1);
        Revision child = change(EntryChange.put(added));

        List<PolicyEntry> whole = new ArrayList<>(policy("a", "internal"));
        whole.add(added);
        assertEquals(PolicyHash.of(whole, parent.hash()), child.hash());
        assertEquals(PolicyHash.VERSION, child.hashVersion());
        append(policy());
    }

    @Test
    void aFailureAfterAppendingLeavesNoTrace() {
        Revision head = append(policy("a", "internal", "b", "relay"));
        long versions = storedVersions();
        long retirements = storedRetirements();
        List<PolicyEntry> lost = policy("a", "relay", "lost", "internal");

        IllegalStateException failure =
                assertThrows(
                        IllegalStateException.class,
                        () ->
                                inTransaction(
                                        () -> {
                                            Revision appended = append(head.number(), lost);
                                            revisions().policy(appended.number());
                                            throw new IllegalStateException("after appending");
                                        }));

        assertEquals("after appending", failure.getMessage());
        assertEquals(head, revisions().head());
        assertEquals(versions, storedVersions());
        assertEquals(retirements, storedRetirements());
        assertEquals(Optional.empty(), revisions().find(head.number() + 1));
        assertEquals(List.of(), revisions().entries(head.number() + 1));
        // The number comes again, with other content.
        List<PolicyEntry> kept = policy("a", "internal", "c", "relay");
        Revision next = append(kept);
        assertEquals(head.number() + 1, next.number());
        assertEquals(sorted(kept), revisions().entries(next.number()));
        assertEquals(
                PolicyDocument.ofEntries(sorted(kept)).policy(), revisions().policy(next.number()));
        assertChain(next.number());
    }

    @Test
    void twoRevisionsFitInOneTransaction() {
        List<PolicyEntry> one = policy("a", "internal");
        List<PolicyEntry> two = policy("a", "relay", "b", "internal");
        long head = revisions().head().number();

        inTransaction(
                () -> {
                    append(head, one);
                    return append(head + 1, two);
                });

        assertEquals(sorted(one), revisions().entries(head + 1));
        assertEquals(sorted(two), revisions().entries(head + 2));
    }

    @Test
    void aKeyThatWasRemovedComesAgain() {
        List<PolicyEntry> with = policy("again", "internal");
        List<PolicyEntry> without = policy();
        Revision first = append(with);
        Revision removed = append(without);
        long versions = storedVersions();
        Revision again = append(with);

        assertEquals(1, storedVersions() - versions);
        assertEquals(sorted(with), revisions().entries(first.number()));
        assertEquals(sorted(without), revisions().entries(removed.number()));
        assertEquals(sorted(with), revisions().entries(again.number()));
        assertEquals(List.of(), revisions().difference(first.number(), again.number()));
        assertEquals(
                List.of(EntryChange.removed(EntryKind.GRANT, "again")),
                revisions().difference(again.number(), removed.number()));
        append(without);
        assertEquals(sorted(without), revisions().entries(revisions().head().number()));
    }

    @Test
    void aKeyMovesBetweenKinds() {
        PolicyEntry grant = grant("moved", 7);
        PolicyEntry block = block("moved");
        append(policy("a", "internal"));
        Revision granted = change(EntryChange.put(grant));
        long versions = storedVersions();
        long retirements = storedRetirements();
        Revision blocked =
                change(EntryChange.put(block), EntryChange.removed(EntryKind.GRANT, "moved"));

        assertEquals(1, storedVersions() - versions);
        assertEquals(1, storedRetirements() - retirements);
        assertTrue(revisions().entries(granted.number()).contains(grant));
        assertTrue(revisions().entries(blocked.number()).contains(block));
        assertTrue(!revisions().entries(blocked.number()).contains(grant));
        assertEquals(
                List.of(EntryChange.removed(EntryKind.GRANT, "moved"), EntryChange.put(block)),
                revisions().difference(granted.number(), blocked.number()));
        assertEquals(
                List.of(EntryChange.put(grant), EntryChange.removed(EntryKind.BLOCK, "moved")),
                revisions().difference(blocked.number(), granted.number()));
    }

    @Test
    void theDifferenceOfRevisionsLeadsFromOneToTheOther() {
        List<List<PolicyEntry>> all =
                List.of(
                        policy("a", "internal"),
                        policy("a", "relay", "b", "internal"),
                        policy("b", "internal", "c", "relay"),
                        policy("a", "internal"));
        List<Revision> appended = all.stream().map(this::append).toList();

        for (int from = 0; from < all.size(); from++) {
            for (int to = 0; to < all.size(); to++) {
                assertEquals(
                        EntryChange.between(all.get(from), all.get(to)),
                        revisions()
                                .difference(appended.get(from).number(), appended.get(to).number()),
                        from + " to " + to);
            }
        }
    }

    @Test
    void changesThatChangeNothingStoreNothing() {
        List<PolicyEntry> entries = policy("a", "internal");
        append(entries);
        long versions = storedVersions();
        long retirements = storedRetirements();
        Revision same =
                change(
                        EntryChange.put(entries.get(0)),
                        EntryChange.removed(EntryKind.GRANT, "never-there"));

        assertEquals(versions, storedVersions());
        assertEquals(retirements, storedRetirements());
        assertEquals(sorted(entries), revisions().entries(same.number()));
    }

    @Test
    void aKeyThatIsChangedTwiceIsRefused() {
        Revision head = append(policy("a", "internal"));

        assertThrows(
                IllegalArgumentException.class,
                () ->
                        change(
                                EntryChange.put(grant("twice", 1)),
                                EntryChange.removed(EntryKind.GRANT, "twice")));

        assertEquals(head, revisions().head());
    }

    @Test
    void oneEntryOfThousandsCostsOneVersion() {
        List<PolicyEntry> many = new ArrayList<>(policy());
        for (int i = 0; i < 5_000; i++) {
            many.add(grant("many-" + i, i));
        }
        Revision large = append(many);
        assertEquals(PolicyHash.of(many, large.parentHash()), large.hash());

        many.set(many.size() - 1, grant("many-4999", 9));
        assertGrowth(1, 1, many);
        Revision changed = revisions().head();

        assertEquals(PolicyHash.of(many, large.hash()), changed.hash());
        assertEquals(sorted(many), revisions().entries(changed.number()));
        assertEquals(5_001, revisions().policy(large.number()).grants().size());
        assertEquals(
                List.of(EntryChange.put(grant("many-4999", 9))),
                revisions().difference(large.number(), changed.number()));
        append(policy());
    }

    @Test
    void storageGrowsWithTheDifference() {
        append(policy("a", "internal", "b", "relay"));
        assertGrowth(1, 1, policy("a", "internal", "b", "internal"));
        assertGrowth(1, 0, policy("a", "internal", "b", "internal", "c", "relay"));
        assertGrowth(0, 2, policy("b", "internal"));
        assertGrowth(0, 0, policy("b", "internal"));
    }

    private void assertGrowth(long versions, long retirements, List<PolicyEntry> entries) {
        long versionsBefore = storedVersions();
        long retirementsBefore = storedRetirements();
        append(entries);

        assertEquals(versions, storedVersions() - versionsBefore);
        assertEquals(retirements, storedRetirements() - retirementsBefore);
    }

    @Test
    void revisionsAreListedNewestFirstBelowANumber() {
        append(policy("a", "internal"));
        Revision middle = append(policy("b", "internal"));
        Revision newest = append(policy("c", "internal"));

        assertEquals(List.of(newest, middle), revisions().before(newest.number() + 1, 2));
        assertEquals(middle, revisions().before(newest.number(), 1).get(0));
        assertEquals(List.of(), revisions().before(0, 10));
        assertTrue(revisions().before(1, 10).get(0).number() == 0);
    }
}
