package io.postern.policy.persistence;

import io.postern.policy.Revision;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.Immutable;

@Entity
@Immutable
@Table(name = "revision")
class RevisionEntity {
    @Id long number;

    String hash;

    @Column(name = "hash_version")
    int hashVersion;

    @Column(name = "parent_hash")
    String parentHash;

    @Column(name = "created_at")
    Instant createdAt;

    String author;
    String note;

    @Column(name = "change_id")
    Long changeId;

    Revision toRevision() {
        return new Revision(
                number, hash, hashVersion, parentHash, createdAt, author, note, changeId);
    }
}
