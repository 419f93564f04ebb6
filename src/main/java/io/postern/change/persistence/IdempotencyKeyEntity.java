package io.postern.change.persistence;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;

@Entity
@IdClass(IdempotencyKeyEntity.Key.class)
@Table(name = "idempotency_key")
class IdempotencyKeyEntity {
    /** The primary key. */
    record Key(String client, String key) implements Serializable {}

    @Id String client;

    @Id String key;

    String fingerprint;
    int status;
    String location;
    String etag;
    String body;

    @Column(name = "created_at")
    Instant createdAt;
}
