package io.postern.fleet.persistence;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;

@Entity
@Table(name = "server_report")
class ReportEntity {
    @Id String server;

    @Version Integer version;

    @Column(name = "agent_id")
    long agentId;

    @Column(name = "reported_at")
    Instant reportedAt;

    String state;

    @Column(name = "active_serial")
    long activeSerial;

    @Column(name = "active_revision")
    long activeRevision;

    @Column(name = "active_digest")
    String activeDigest;

    @Column(name = "undone_serial")
    long undoneSerial;

    @Column(name = "failed_serial")
    long failedSerial;

    String error;

    @Column(name = "confirm_until")
    Instant confirmUntil;

    String observed;

    /** JSON; null = not known. */
    @Column(name = "accepted_domains")
    String acceptedDomains;

    /** JSON; null = its agent keeps none. */
    String firewall;

    /** JSON; null likewise. */
    String pickup;

    /** JSON. */
    @Column(name = "pickup_drops")
    String pickupDrops;

    /** JSON; null likewise. */
    @Column(name = "outlook_guard")
    String outlookGuard;

    /** JSON; null likewise. */
    String nftables;

    /** JSON; null likewise. */
    String postfix;

    @Column(name = "shows_identities")
    boolean showsIdentities;

    @Column(name = "last_request_at")
    Instant lastRequestAt;

    @Column(name = "last_download_at")
    Instant lastDownloadAt;

    @Column(name = "last_activation_at")
    Instant lastActivationAt;
}
