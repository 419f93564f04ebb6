package io.postern.policy.api;

import io.postern.policy.EntryChange;
import io.postern.policy.Revision;
import io.postern.policy.Revisions;
import io.postern.policy.yaml.PolicyDocument;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;

/** Appends revisions for tests that are about policies, not about how they come to be. */
@ApplicationScoped
public class PublishedPolicy {
    private final Revisions revisions;

    PublishedPolicy(Revisions revisions) {
        this.revisions = revisions;
    }

    long head() {
        return revisions.head().number();
    }

    /** The number of the new revision. */
    long append(String yaml) {
        return QuarkusTransaction.requiringNew().call(() -> inTransaction(yaml).number());
    }

    /** Appends and takes it back; the number it had. */
    long appendAndRollBack(String yaml) {
        QuarkusTransaction.begin();
        try {
            return inTransaction(yaml).number();
        } finally {
            QuarkusTransaction.rollback();
        }
    }

    private Revision inTransaction(String yaml) {
        long head = revisions.head().number();
        return revisions.append(
                head,
                EntryChange.between(revisions.entries(head), PolicyDocument.parse(yaml).entries()),
                "test",
                "test",
                null,
                Instant.parse("2026-01-01T00:00:00Z"));
    }
}
