package io.postern.fleet.persistence;

import io.postern.fleet.Expectation;
import io.postern.fleet.LikelyCause;
import io.postern.fleet.ValidationFinding;
import io.postern.policy.Tier;
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
@Table(name = "validation_finding")
class ValidationFindingEntity {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    Long id;

    @Version int version;

    String server;
    int port;
    String source;
    String account;
    String computer;

    @Enumerated(EnumType.STRING)
    @Column(columnDefinition = "text")
    Tier expected;

    String observed;
    long revision;

    @Enumerated(EnumType.STRING)
    @Column(columnDefinition = "text")
    ValidationFinding.Kind kind;

    @Enumerated(EnumType.STRING)
    @Column(columnDefinition = "text")
    ValidationFinding.State state;

    @Enumerated(EnumType.STRING)
    @Column(columnDefinition = "text")
    ValidationFinding.Severity severity;

    @Enumerated(EnumType.STRING)
    @Column(columnDefinition = "text")
    LikelyCause cause;

    @Column(name = "cause_sentence")
    String causeWhy;

    String explanation;

    @Column(name = "probe_id")
    Long probeId;

    @Column(name = "change_id")
    Long changeId;

    @Column(name = "change_revision")
    Long changeRevision;

    Instant since;

    @Column(name = "last_seen")
    Instant lastSeen;

    int seen;

    @Column(name = "closed_at")
    Instant closedAt;

    @Column(name = "closed_reason")
    String closedReason;

    @Column(name = "acknowledged_by")
    String acknowledgedBy;

    @Column(name = "acknowledged_at")
    Instant acknowledgedAt;

    void take(ValidationFinding finding) {
        server = finding.expectation().server();
        port = finding.expectation().port();
        source = finding.expectation().source();
        account = finding.expectation().account();
        computer = finding.expectation().computer();
        expected = finding.expected();
        observed = finding.observed();
        revision = finding.revision();
        kind = finding.kind();
        state = finding.state();
        severity = finding.severity();
        cause = finding.cause();
        causeWhy = finding.causeWhy();
        explanation = finding.explanation();
        probeId = finding.probeId();
        changeId = finding.changeId();
        changeRevision = finding.changeRevision();
        since = finding.since();
        lastSeen = finding.lastSeen();
        seen = finding.seen();
        closedAt = finding.closedAt();
        closedReason = finding.closedReason();
        acknowledgedBy = finding.acknowledgedBy();
        acknowledgedAt = finding.acknowledgedAt();
    }

    ValidationFinding toFinding() {
        return new ValidationFinding(
                id,
                new Expectation(server, port, source, account, computer),
                expected,
                observed,
                revision,
                kind,
                state,
                severity,
                cause,
                causeWhy,
                explanation,
                probeId,
                changeId,
                changeRevision,
                since,
                lastSeen,
                seen,
                closedAt,
                closedReason,
                acknowledgedBy,
                acknowledgedAt);
    }
}
