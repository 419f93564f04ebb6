package io.postern.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AuditChainTest {
    private static List<AuditEvent> chain(int length) {
        List<AuditEvent> events = new ArrayList<>();
        String previous = AuditChain.START;
        for (int seq = 1; seq <= length; seq++) {
            events.add(event(seq, "actor" + seq, previous));
            previous = events.get(seq - 1).hash();
        }
        return events;
    }

    private static AuditEvent event(long seq, String actor, String previous) {
        Instant at = Instant.parse("2026-01-01T00:00:00Z").plusSeconds(seq);
        String hash = AuditChain.hash(seq, at, actor, "did", "thing", "1", "{}", previous);
        return new AuditEvent(seq, at, actor, "did", "thing", "1", "{}", previous, hash);
    }

    @Test
    void aWholeChainHasNoFault() {
        assertEquals(Optional.empty(), AuditChain.firstFault(chain(50)));
        assertEquals(Optional.empty(), AuditChain.firstFault(List.of()));
    }

    @Test
    void anySingleDeletionEditOrSwapIsFound() {
        for (long seed = 1; seed <= 200; seed++) {
            Random random = new Random(seed);
            List<AuditEvent> events = chain(20);
            int at = random.nextInt(19);
            switch (random.nextInt(3)) {
                case 0 -> events.remove(at);
                case 1 -> {
                    AuditEvent old = events.get(at);
                    events.set(
                            at,
                            new AuditEvent(
                                    old.seq(),
                                    old.at(),
                                    "someone else",
                                    old.action(),
                                    old.subjectKind(),
                                    old.subjectId(),
                                    old.details(),
                                    old.previousHash(),
                                    old.hash()));
                }
                default -> java.util.Collections.swap(events, at, at + 1);
            }
            assertTrue(AuditChain.firstFault(events).isPresent(), "seed " + seed);
        }
    }

    @Test
    void fieldsCannotBeMovedIntoEachOther() {
        Instant at = Instant.EPOCH;
        assertTrue(
                !AuditChain.hash(1, at, "ab", "c", "d", "e", "f", "g")
                        .equals(AuditChain.hash(1, at, "a", "bc", "d", "e", "f", "g")));
    }
}
