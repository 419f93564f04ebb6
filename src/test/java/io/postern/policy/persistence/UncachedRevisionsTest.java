package io.postern.policy.persistence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.postern.policy.EntryChange;
import io.postern.policy.EntryKind;
import io.postern.policy.HeadMoved;
import io.postern.policy.PolicyEntry;
import io.postern.policy.Revision;
import io.postern.policy.Revisions;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The store keeps the contract when it holds nothing in memory, as just after a start or on another
 * replica: everything then comes from the rows.
 */
@QuarkusTest
class UncachedRevisionsTest extends DatabaseRevisionsContract {
    @Inject EntityManager entities;
    @Inject Event<HeadMoved> moved;

    @Override
    protected Revisions revisions() {
        return new PanacheRevisions(entities, moved);
    }

    @Test
    void aRevisionIsReachedFromAnyOtherInMemory() {
        long head = revisions().head().number();
        Revisions writing = revisions();
        for (int i = 1; i <= 6; i++) {
            EntryChange change =
                    i % 3 == 0
                            ? EntryChange.removed(EntryKind.ACCEPTED_DOMAIN, "near.example")
                            : EntryChange.put(
                                    new PolicyEntry(
                                            EntryKind.ACCEPTED_DOMAIN,
                                            i % 2 == 0 ? "near.example" : "far" + i + ".example",
                                            "\"" + i + "\""));
            long parent = head + i - 1;
            QuarkusTransaction.requiringNew()
                    .run(
                            () ->
                                    writing.append(
                                            parent,
                                            List.of(change),
                                            "ann",
                                            "a note",
                                            null,
                                            Instant.EPOCH));
        }
        Revisions reading = revisions();
        for (long step : new long[] {3, 6, 1, 5, 2, 4, 0}) {
            assertEquals(
                    writing.entries(head + step), reading.entries(head + step), "step " + step);
        }
        QuarkusTransaction.requiringNew()
                .run(
                        () ->
                                writing.append(
                                        head + 6,
                                        writing.difference(head + 6, head),
                                        "ann",
                                        "as before",
                                        null,
                                        Instant.EPOCH));
    }

    @Test
    void entriesThatDoNotHaveTheirRevisionsHashAreRefused() {
        IllegalStateException refused =
                assertThrows(
                        IllegalStateException.class,
                        () ->
                                QuarkusTransaction.requiringNew()
                                        .run(
                                                () -> {
                                                    Revision head = revisions().head();
                                                    insertEmptyRevision(head);
                                                    revisions().policy(head.number() + 1);
                                                }));

        assertEquals(
                "the stored entries of revision "
                        + (revisions().head().number() + 1)
                        + " do not have its hash forged",
                refused.getMessage());
    }

    private void insertEmptyRevision(Revision head) {
        entities.createNativeQuery(
                        """
                        insert into revision (number, hash, hash_version, parent_hash, created_at, author, note)
                        values (:number, 'forged', 2, :parent, now(), 'mallory', '')
                        """)
                .setParameter("number", head.number() + 1)
                .setParameter("parent", head.hash())
                .executeUpdate();
    }
}
