package io.postern.policy.persistence;

import io.postern.policy.EntryChange;
import io.postern.policy.EntryKind;
import io.postern.policy.HeadMoved;
import io.postern.policy.PolicyEntry;
import io.postern.policy.Revisions;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * What the store costs at 100,000 grants, printed, not judged. Its name keeps it out of the usual
 * run: {@code mvn test -Dtest=RevisionsMeasurement}.
 */
@QuarkusTest
class RevisionsMeasurement {
    private static final int GRANTS = 100_000;
    private static final int RUNS = 7;

    @Inject Revisions revisions;
    @Inject EntityManager entities;
    @Inject Event<HeadMoved> moved;

    private static PolicyEntry grant(int i, String tier) {
        return new PolicyEntry(
                EntryKind.GRANT,
                "grant-" + i,
                String.format(
                        "{\"expires\":\"2027-06-01\",\"from\":{\"addresses\":[\"10.%d.%d.%d\"]},\"key\":\"grant-%d\","
                                + "\"owner\":\"team-%d\",\"reason\":\"scanner of building %d\",\"tier\":\"%s\"}",
                        i >> 16, i >> 8 & 255, i & 255, i, i % 500, i % 90, tier));
    }

    private void append(Revisions store, List<EntryChange> changes) {
        QuarkusTransaction.requiringNew()
                .run(
                        () ->
                                store.append(
                                        store.head().number(),
                                        changes,
                                        "ann",
                                        "measured",
                                        null,
                                        Instant.EPOCH));
    }

    private <T> T measured(String what, Supplier<T> work) {
        long start = System.nanoTime();
        T result = QuarkusTransaction.requiringNew().call(work::get);
        System.out.printf(Locale.ROOT, "%-55s %8.1f ms%n", what, (System.nanoTime() - start) / 1e6);
        return result;
    }

    @Test
    void measure() {
        long before = revisions.head().number();
        List<EntryChange> all = new ArrayList<>();
        for (int i = 0; i < GRANTS; i++) {
            all.add(EntryChange.put(grant(i, "internal")));
        }
        measured("append 100,000 entries to the empty policy", () -> appended(revisions, all));
        for (int run = 0; run < RUNS; run++) {
            EntryChange one = EntryChange.put(grant(run * 997, "relay"));
            measured("append 1 entry, parent at hand", () -> appended(revisions, List.of(one)));
        }
        for (int run = 0; run < RUNS; run++) {
            EntryChange one = EntryChange.put(grant(run * 991 + 1, "relay"));
            Revisions fresh = new PanacheRevisions(entities, moved);
            measured("append 1 entry, parent from the rows", () -> appended(fresh, List.of(one)));
        }
        long head = revisions.head().number();
        for (int run = 0; run < RUNS; run++) {
            Revisions fresh = new PanacheRevisions(entities, moved);
            measured("entries, all from the rows", () -> fresh.entries(head));
            measured("entries of 10 revisions before, from those", () -> fresh.entries(head - 10));
            measured("entries, kept", () -> fresh.entries(head));
            measured("difference of 10 revisions", () -> fresh.difference(head, head - 10));
        }
        for (int run = 0; run < 3; run++) {
            Revisions fresh = new PanacheRevisions(entities, moved);
            measured("policy, all from the rows", () -> fresh.policy(head));
        }
        append(revisions, revisions.difference(head, before));
    }

    private boolean appended(Revisions store, List<EntryChange> changes) {
        append(store, changes);
        return true;
    }
}
