package io.postern.fleet.persistence;

import io.postern.fleet.Validations.AskedBatch;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

@Entity
@Table(name = "validation_batch")
class AskedBatchEntity {
    @Id String batch;

    String server;

    @Column(name = "asked_at")
    Instant askedAt;

    AskedBatch toBatch() {
        return new AskedBatch(batch, server, askedAt);
    }
}
