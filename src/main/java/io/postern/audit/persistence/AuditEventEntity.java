package io.postern.audit.persistence;

import io.postern.audit.AuditEvent;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

@Entity
@Table(name = "audit_event")
class AuditEventEntity {
    @Id long seq;

    Instant at;
    String actor;
    String action;

    @Column(name = "subject_kind")
    String subjectKind;

    @Column(name = "subject_id")
    String subjectId;

    String details;

    @Column(name = "previous_hash")
    String previousHash;

    String hash;

    AuditEvent toEvent() {
        return new AuditEvent(
                seq, at, actor, action, subjectKind, subjectId, details, previousHash, hash);
    }
}
