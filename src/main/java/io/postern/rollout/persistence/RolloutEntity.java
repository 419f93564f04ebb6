package io.postern.rollout.persistence;

import io.postern.rollout.RolloutState;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;

@Entity
@Table(name = "rollout")
class RolloutEntity {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    Long id;

    @Version int version;

    @Column(name = "change_id")
    long changeId;

    long revision;

    @Column(name = "previous_revision")
    long previousRevision;

    @Enumerated(EnumType.STRING)
    @Column(columnDefinition = "text")
    RolloutState state;

    String snapshot;

    boolean watched;

    @Column(name = "created_at")
    Instant createdAt;

    @Column(name = "updated_at")
    Instant updatedAt;
}
