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
            Comparator.comparing(PolicyEntry::kind).thenComparing(PolicyEntry::key);

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
        return revisions().append(parent, entries, "ann", "a note", null, AT);
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
        assertEquals(PolicyHash.of(List.of(), null), first.hash());
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
        String parent = null;
        for (long number = 0; number <= head.number(); number++) {
            Revision revision = revisions().find(number).orElseThrow();
            assertEquals(parent, revision.parentHash(), "revision " + number);
            assertEquals(
                    PolicyHash.of(revisions().entries(number), parent),
                    revision.hash(),
                    "revision " + number);
            parent = revision.hash();
        }
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
