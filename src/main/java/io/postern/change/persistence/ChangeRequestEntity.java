package io.postern.change.persistence;

import io.postern.change.ChangeState;
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
@Table(name = "change_request")
class ChangeRequestEntity {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    Long id;

    @Version int version;

    String title;
    String description;

    @Enumerated(EnumType.STRING)
    @Column(columnDefinition = "text")
    ChangeState state;

    @Column(name = "base_revision")
    long baseRevision;

    String operations;
    String author;

    @Column(name = "created_at")
    Instant createdAt;

    @Column(name = "submitted_at")
    Instant submittedAt;

    String analysis;

    @Column(name = "approval_hash")
    String approvalHash;

    @Column(name = "result_revision")
    Long resultRevision;

    @Column(name = "rollout_id")
    Long rolloutId;

    @Column(name = "closed_reason")
    String closedReason;

    @Column(name = "updated_at")
    Instant updatedAt;
}
