package io.postern.policy.api;

import io.agroal.api.AgroalPoolInterceptor;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.util.concurrent.atomic.AtomicLong;

/** Counts how often anything takes a connection to the database. */
@Singleton
public class ConnectionCount implements AgroalPoolInterceptor {
    private final AtomicLong taken = new AtomicLong();

    @Override
    public void onConnectionAcquire(Connection connection) {
        taken.incrementAndGet();
    }

    long taken() {
        return taken.get();
    }
}
