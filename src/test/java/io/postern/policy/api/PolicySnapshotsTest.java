package io.postern.policy.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.postern.policy.EntryChange;
import io.postern.policy.HeadMoved;
import io.postern.policy.InMemoryRevisions;
import io.postern.policy.Policy;
import io.postern.policy.PolicyEntry;
import io.postern.policy.Revision;
import io.postern.policy.Revisions;
import io.postern.policy.yaml.PolicyDocument;
import io.postern.problem.DomainException;
import io.postern.problem.ErrorCode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which revisions and epochs are in memory, and when. */
class PolicySnapshotsTest {
    private static final Instant JANUARY = Instant.parse("2027-01-01T00:00:00Z");
    private final InMemoryRevisions stored = new InMemoryRevisions();
    private final Counted revisions = new Counted(stored);
    private final MovableClock clock = new MovableClock("2026-06-01T12:00:00Z");
    private final PolicySnapshots snapshots = new PolicySnapshots(revisions, clock);

    /** Revisions that count how many policies were read, and fail on demand. */
    private static final class Counted implements Revisions {
        private final Revisions inner;
        private int policies;
        private boolean away;

        Counted(Revisions inner) {
            this.inner = inner;
        }

        private Revisions inner() {
            if (away) {
                throw new IllegalStateException("the database is away");
            }
            return inner;
        }

        @Override
        public Revision head() {
            return inner().head();
        }

        @Override
        public Optional<Revision> find(long number) {
            return inner().find(number);
        }

        @Override
        public List<Revision> before(long before, int limit) {
            return inner().before(before, limit);
        }

        @Override
        public List<PolicyEntry> entries(long number) {
            return inner().entries(number);
        }

        @Override
        public List<EntryChange> difference(long from, long to) {
            return inner().difference(from, to);
        }

        @Override
        public Policy policy(long number) {
            policies++;
            return inner().policy(number);
        }

        @Override
        public Revision append(
                long parent,
                List<EntryChange> changes,
                String author,
                String note,
                Long changeId,
                Instant at) {
            return inner().append(parent, changes, author, note, changeId, at);
        }
    }

    private void append(String grant) {
        List<PolicyEntry> wanted =
                PolicyDocument.parse(
                                """
                                version: 1
                                servers: [{name: s, addresses: [10.0.0.1]}]
                                grants:
                                  - {key: %s, from: {addresses: [10.0.0.9]}, tier: internal, expires: 2027-01-01}
                                """
                                        .formatted(grant))
                        .entries();
        long head = stored.head().number();
        stored.append(
                head,
                EntryChange.between(stored.entries(head), wanted),
                "ann",
                "",
                null,
                clock.instant());
    }

    @Test
    void nothingIsInMemoryUntilTheFirstRefresh() {
        assertNull(snapshots.find(null));
        assertEquals(0, snapshots.get(null).revision().number());
        assertNotNull(snapshots.find(null));
    }

    @Test
    void withoutDatabaseAtTheStartTheAnswerIsToAskAgain() {
        revisions.away = true;

        DomainException refused = assertThrows(DomainException.class, () -> snapshots.get(null));

        assertEquals(ErrorCode.UNAVAILABLE, refused.code());
    }

    @Test
    void aLostDatabaseLeavesTheLastPolicy() {
        append("a");
        snapshots.refresh();
        revisions.away = true;

        snapshots.tick();

        assertEquals(1, snapshots.find(null).revision().number());
    }

    @Test
    void aNewHeadIsSeenByItsOwnEventByNewsAndWithoutAny() {
        snapshots.refresh();
        append("a");
        snapshots.appended(new HeadMoved(1));
        assertEquals(1, snapshots.find(null).revision().number());

        append("b");
        snapshots.heard(HeadMoved.PERHAPS);
        assertEquals(2, snapshots.find(null).revision().number());

        append("c");
        snapshots.tick();
        assertEquals(3, snapshots.find(null).revision().number());
    }

    @Test
    void anUnchangedHeadIsNotReadAgain() {
        append("a");
        snapshots.refresh();
        PolicySnapshot first = snapshots.find(null);

        snapshots.refresh();

        assertSame(first, snapshots.find(null));
        assertEquals(1, revisions.policies);
    }

    @Test
    void theLastHeadsStayInMemoryAndOlderOnesAreReadOnce() {
        append("a");
        snapshots.refresh();
        append("b");
        snapshots.refresh();
        assertEquals(1, snapshots.find(1L).revision().number());
        assertNull(snapshots.find(0L));

        PolicySnapshot read = snapshots.get(0L);

        assertSame(read, snapshots.get(0L));
        assertSame(read, snapshots.find(0L));
        assertEquals(3, revisions.policies);
    }

    @Test
    void fewOlderRevisionsAreKept() {
        for (int i = 1; i <= 20; i++) {
            append("g" + i);
        }
        snapshots.refresh();
        for (long number = 0; number < 20; number++) {
            snapshots.get(number);
        }

        long kept = 0;
        for (long number = 0; number < 20; number++) {
            kept += snapshots.find(number) == null ? 0 : 1;
        }
        assertEquals(4, kept);
    }

    @Test
    void anUnknownRevisionIsNotFound() {
        DomainException refused = assertThrows(DomainException.class, () -> snapshots.get(7L));

        assertEquals(ErrorCode.NOT_FOUND, refused.code());
        assertEquals("there is no revision 7", refused.getMessage());
    }

    @Test
    void onlyThePresentEpochIsCompiledWhenTheNextIsFar() {
        append("a");
        snapshots.refresh();

        assertNotNull(snapshots.find(null).find(clock.instant()));
        assertNotNull(snapshots.find(null).find(JANUARY.minusSeconds(1)));
        assertNull(snapshots.find(null).find(JANUARY));
    }

    @Test
    void theNextEpochIsCompiledBeforeItBegins() {
        append("a");
        snapshots.refresh();
        clock.set("2026-12-31T23:59:45Z");

        snapshots.tick();

        assertNotNull(snapshots.find(null).find(JANUARY));
    }

    @Test
    void askingAboutManyEpochsNeverDropsThePresentOne() {
        StringBuilder policy = new StringBuilder("version: 1\nservers: [{name: s}]\ngrants:\n");
        for (int year = 2030; year < 2060; year++) {
            policy.append("  - {key: g")
                    .append(year)
                    .append(", from: {addresses: [10.0.0.9]}, tier: internal, expires: ")
                    .append(year)
                    .append("-01-01}\n");
        }
        stored.append(
                0,
                EntryChange.between(List.of(), PolicyDocument.parse(policy.toString()).entries()),
                "ann",
                "",
                null,
                clock.instant());
        snapshots.refresh();
        PolicySnapshot head = snapshots.find(null);
        Epoch present = head.find(clock.instant());

        int kept = 0;
        for (int year = 2030; year < 2060; year++) {
            head.epoch(Instant.parse(year + "-06-01T00:00:00Z"));
        }
        for (int year = 2030; year < 2060; year++) {
            kept += head.find(Instant.parse(year + "-06-01T00:00:00Z")) == null ? 0 : 1;
        }

        assertSame(present, head.find(clock.instant()));
        assertEquals(4, kept);
    }
}
