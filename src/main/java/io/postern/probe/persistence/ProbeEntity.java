package io.postern.probe.persistence;

import io.postern.policy.Tier;
import io.postern.probe.Probe;
import io.postern.probe.ProbeState;
import io.postern.probe.Verdict;
import jakarta.persistence.Basic;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.FetchType;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.List;

@Entity
@Table(name = "probe")
class ProbeEntity {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    Long id;

    @Version int version;

    String batch;

    @Column(name = "rollout_id")
    Long rolloutId;

    String ring;
    String server;
    String target;
    String source;
    String account;
    String computer;
    int port;

    @Enumerated(EnumType.STRING)
    @Column(columnDefinition = "text")
    Tier expected;

    String reason;
    String region;
    String vantage;
    long revision;

    @Enumerated(EnumType.STRING)
    @Column(columnDefinition = "text")
    ProbeState state;

    @Enumerated(EnumType.STRING)
    @Column(columnDefinition = "text")
    Verdict verdict;

    String observed;
    String explanation;
    boolean simulated;
    int attempts;

    /** Only those who look at a probe load it: a batch is judged without. */
    @Basic(fetch = FetchType.LAZY)
    String transcript;

    @Column(name = "requested_at")
    Instant requestedAt;

    @Column(name = "answered_at")
    Instant answeredAt;

    /** With its transcript, which may cost a query of its own. */
    Probe toProbe() {
        return toProbe(transcript);
    }

    /**
     * Without loading its transcript.
     *
     * @param said its transcript, read otherwise; null = none
     */
    Probe toProbe(String said) {
        return new Probe(
                id,
                batch,
                rolloutId,
                ring,
                server,
                target,
                port,
                source,
                account,
                computer,
                expected,
                reason,
                region,
                vantage,
                revision,
                state,
                verdict,
                observed,
                explanation,
                simulated,
                said == null ? List.of() : said.lines().toList(),
                requestedAt,
                answeredAt);
    }
}
