package io.postern;

import io.quarkus.test.common.QuarkusTestResource;

/** Gives every @QuarkusTest of this module the same real PostgreSQL. */
@QuarkusTestResource(PostgresTestResource.class)
public final class TestDatabase {
    private TestDatabase() {}
}
