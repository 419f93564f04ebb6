package io.postern.policy.persistence;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.hibernate.annotations.Immutable;

@Entity
@Immutable
@Table(name = "policy_entry_retirement")
class RetirementEntity {
    @Id
    @Column(name = "entry_id")
    long entryId;

    @Column(name = "retired_in")
    long retiredIn;
}
