package io.postern.policy.persistence;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.hibernate.annotations.Immutable;

/**
 * One version of an entry; it belongs to every revision from the one that introduced to the one
 * before the one that retired it.
 */
@Entity
@Immutable
@Table(name = "policy_entry")
class PolicyEntryEntity {
    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    Long id;

    String kind;

    @Column(name = "entry_key")
    String entryKey;

    String content;

    @Column(name = "introduced_in")
    long introducedIn;
}
