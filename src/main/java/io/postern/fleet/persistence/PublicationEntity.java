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
@Table(name = "publication")
class PublicationEntity {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    Long id;

    @Version int version;

    String server;
    long serial;
    long revision;

    @Column(name = "rollout_id")
    Long rolloutId;

    String content;
    String digest;

    @Column(name = "confirm_window_seconds")
    Integer confirmWindowSeconds;

    @Column(name = "published_at")
    Instant publishedAt;

    @Column(name = "confirmed_at")
    Instant confirmedAt;
}
