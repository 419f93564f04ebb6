package io.postern.policy;

import java.util.function.Supplier;

/** The fake keeps the contract of the real store. */
class InMemoryRevisionsTest extends RevisionsContract {
    private final InMemoryRevisions revisions = new InMemoryRevisions();

    @Override
    protected Revisions revisions() {
        return revisions;
    }

    @Override
    protected <T> T inTransaction(Supplier<T> work) {
        return revisions.inTransaction(work);
    }

    @Override
    protected long storedVersions() {
        return revisions.versions();
    }

    @Override
    protected long storedRetirements() {
        return revisions.retirements();
    }
}
