package io.postern.policy.persistence;

import io.postern.policy.HeadMoved;
import io.postern.policy.Policy;
import io.postern.policy.PolicyEntry;
import io.postern.policy.PolicyHash;
import io.postern.policy.Revision;
import io.postern.policy.Revisions;
import io.postern.policy.yaml.PolicyDocument;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Sort;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Revisions in PostgreSQL: entry versions once each, insert-only. Appending queues on one advisory
 * lock.
 */
@ApplicationScoped
class PanacheRevisions implements Revisions {
    private static final long APPEND_LOCK = 0x706f7374_65726e02L;
    private static final Comparator<PolicyEntry> ORDER =
            Comparator.comparing(PolicyEntry::kind).thenComparing(PolicyEntry::key);

    /** Kept inside: the port's names differ from Panache's. */
    private static final class Repository implements PanacheRepositoryBase<RevisionEntity, Long> {}

    private static final int CACHED_POLICIES = 16;

    private final Repository repository = new Repository();
    private final Map<String, Policy> policies =
            Collections.synchronizedMap(
                    new LinkedHashMap<>(32, 0.75f, true) {
                        private static final long serialVersionUID = 1L;

                        @Override
                        protected boolean removeEldestEntry(Map.Entry<String, Policy> eldest) {
                            return size() > CACHED_POLICIES;
                        }
                    });
    private final EntityManager entities;
    private final Event<HeadMoved> moved;

    PanacheRevisions(EntityManager entities, Event<HeadMoved> moved) {
        this.entities = entities;
        this.moved = moved;
    }

    @Override
    @Transactional
    public Revision head() {
        return repository.findAll(Sort.descending("number")).page(0, 1).firstResult().toRevision();
    }

    @Override
    @Transactional
    public Optional<Revision> find(long number) {
        return repository.findByIdOptional(number).map(RevisionEntity::toRevision);
    }

    @Override
    @Transactional
    public List<Revision> before(long before, int limit) {
        return repository
                .find("number < ?1", Sort.descending("number"), before)
                .page(0, limit)
                .stream()
                .map(RevisionEntity::toRevision)
                .toList();
    }

    @Override
    @Transactional
    public List<PolicyEntry> entries(long number) {
        return live(number).stream().map(PolicyEntryEntity::toEntry).sorted(ORDER).toList();
    }

    @Override
    @Transactional
    public Policy policy(long number) {
        // By hash, not by number: a number whose transaction rolled back may come again with other
        // content.
        return find(number)
                .map(
                        revision ->
                                policies.computeIfAbsent(
                                        revision.hash(),
                                        hash -> PolicyDocument.ofEntries(entries(number)).policy()))
                .orElse(Policy.EMPTY);
    }

    private List<PolicyEntryEntity> live(long number) {
        return entities.createQuery(
                        "select e from PolicyEntryEntity e where e.introducedIn <= :number and not exists"
                                + " (select 1 from RetirementEntity r where r.entryId = e.id and r.retiredIn <= :number)",
                        PolicyEntryEntity.class)
                .setParameter("number", number)
                .getResultList();
    }

    @Override
    @Transactional(TxType.MANDATORY)
    public Revision append(
            long parent,
            List<PolicyEntry> entries,
            String author,
            String note,
            Long changeId,
            Instant at) {
        entities.createNativeQuery("select pg_advisory_xact_lock(:lock)", Object.class)
                .setParameter("lock", APPEND_LOCK)
                .getSingleResult();
        Revision head = head();
        if (head.number() != parent) {
            throw new StaleParentException(parent, head.number());
        }
        RevisionEntity revision = new RevisionEntity();
        revision.number = parent + 1;
        revision.parentHash = head.hash();
        revision.hash = PolicyHash.of(entries, head.hash());
        revision.createdAt = at;
        revision.author = author;
        revision.note = note;
        revision.changeId = changeId;
        entities.persist(revision);
        entities.flush();
        writeDifference(parent, revision.number, entries);
        entities.flush();
        moved.fire(new HeadMoved(revision.number));
        return revision.toRevision();
    }

    private void writeDifference(long parent, long number, List<PolicyEntry> entries) {
        Map<String, PolicyEntryEntity> old = new HashMap<>();
        live(parent).forEach(entity -> old.put(entity.kind + " " + entity.entryKey, entity));
        for (PolicyEntry entry : entries) {
            PolicyEntryEntity same = old.get(entry.kind().section() + " " + entry.key());
            if (same != null && same.content.equals(entry.json())) {
                old.remove(entry.kind().section() + " " + entry.key());
                continue;
            }
            PolicyEntryEntity added = new PolicyEntryEntity();
            added.kind = entry.kind().section();
            added.entryKey = entry.key();
            added.content = entry.json();
            added.introducedIn = number;
            entities.persist(added);
        }
        for (PolicyEntryEntity gone : old.values()) {
            RetirementEntity retirement = new RetirementEntity();
            retirement.entryId = gone.id;
            retirement.retiredIn = number;
            entities.persist(retirement);
        }
    }
}
