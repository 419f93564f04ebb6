package io.postern.change.persistence;

import io.postern.change.IdempotentAnswer;
import io.postern.change.IdempotentAnswers;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import java.time.Instant;
import java.util.Optional;

@ApplicationScoped
class PanacheIdempotentAnswers implements IdempotentAnswers {
    private final EntityManager entities;

    PanacheIdempotentAnswers(EntityManager entities) {
        this.entities = entities;
    }

    @Override
    public void lock(String client, String key) {
        entities.createNativeQuery(
                        "select pg_advisory_xact_lock(hashtext(:client), hashtext(:key))",
                        Object.class)
                .setParameter("client", client)
                .setParameter("key", key)
                .getSingleResult();
    }

    @Override
    public Optional<Stored> find(String client, String key) {
        return entities.createQuery(
                        "from IdempotencyKeyEntity where client = :client and key = :key",
                        IdempotencyKeyEntity.class)
                .setParameter("client", client)
                .setParameter("key", key)
                .getResultStream()
                .findFirst()
                .map(
                        e ->
                                new Stored(
                                        e.fingerprint,
                                        new IdempotentAnswer(
                                                e.status, e.location, e.etag, e.body)));
    }

    @Override
    public void add(
            String client, String key, String fingerprint, IdempotentAnswer answer, Instant at) {
        IdempotencyKeyEntity entity = new IdempotencyKeyEntity();
        entity.client = client;
        entity.key = key;
        entity.fingerprint = fingerprint;
        entity.status = answer.status();
        entity.location = answer.location();
        entity.etag = answer.etag();
        entity.body = answer.body();
        entity.createdAt = at;
        entities.persist(entity);
        entities.flush();
    }
}
