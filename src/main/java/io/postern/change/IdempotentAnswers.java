package io.postern.change;

import java.time.Instant;
import java.util.Optional;

/** The stored answers. Everything joins the caller's transaction. */
public interface IdempotentAnswers {
    /** What was asked, and the answer it got. */
    record Stored(String fingerprint, IdempotentAnswer answer) {}

    /** Keeps others with the same client and key waiting until the transaction ends. */
    void lock(String client, String key);

    Optional<Stored> find(String client, String key);

    void add(String client, String key, String fingerprint, IdempotentAnswer answer, Instant at);
}
