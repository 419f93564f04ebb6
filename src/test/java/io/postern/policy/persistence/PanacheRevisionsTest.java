package io.postern.policy.persistence;

import io.postern.policy.Revisions;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;

/** The store in PostgreSQL keeps the contract. */
@QuarkusTest
class PanacheRevisionsTest extends DatabaseRevisionsContract {
    @Inject Revisions revisions;

    @Override
    protected Revisions revisions() {
        return revisions;
    }
}
