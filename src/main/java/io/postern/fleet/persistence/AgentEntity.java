package io.postern.fleet.persistence;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;

@Entity
@Table(name = "agent")
class AgentEntity {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    Long id;

    @Version int version;

    String name;

    @Column(name = "public_key")
    String publicKey;

    @Column(name = "enrolled_at")
    Instant enrolledAt;

    @Column(name = "last_seen")
    Instant lastSeen;

    boolean enabled;

    @Column(name = "agent_version")
    String agentVersion;

    /** A line each. */
    String addresses;

    /** JSON. */
    String contexts;
}
