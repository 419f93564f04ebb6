package io.postern.policy.persistence;

import io.postern.policy.EntryChange;
import io.postern.policy.HeadMoved;
import io.postern.policy.KeyOrder;
import io.postern.policy.Policy;
import io.postern.policy.PolicyEntry;
import io.postern.policy.PolicyHash;
import io.postern.policy.PolicyHashTree;
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
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Revisions in PostgreSQL: entry versions once each, insert-only. Appending queues on one advisory
 * lock and costs what the changes cost while the parent's entries are at hand.
 */
@ApplicationScoped
class PanacheRevisions implements Revisions {
    private static final long APPEND_LOCK = 0x706f7374_65726e02L;
    private static final Comparator<EntryChange> ORDER =
            Comparator.comparing(EntryChange::kind)
                    .thenComparing(EntryChange::key, KeyOrder.CODE_POINT);

    /** Kept inside: the port's names differ from Panache's. */
    private static final class Repository implements PanacheRepositoryBase<RevisionEntity, Long> {}

    private record Content(long number, String hash, PolicyHashTree tree) {}

    private final Repository repository = new Repository();
    private final ContentCache<Content> contents = new ContentCache<>();
    private final ContentCache<Policy> policies = new ContentCache<>();
    private final EntryVersions versions;
    private final Object loading = new Object();
    private final EntityManager entities;
    private final Event<HeadMoved> moved;

    PanacheRevisions(EntityManager entities, Event<HeadMoved> moved) {
        this.entities = entities;
        this.versions = new EntryVersions(entities);
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
        return find(number).map(revision -> content(revision).entries()).orElse(List.of());
    }

    @Override
    @Transactional
    public Policy policy(long number) {
        return find(number).map(this::policy).orElse(Policy.EMPTY);
    }

    private Policy policy(Revision revision) {
        return policies.get(revision.hash()).orElseGet(() -> compiled(revision));
    }

    private Policy compiled(Revision revision) {
        // Many may ask at once after a start: one reads, the others wait for it.
        synchronized (loading) {
            return policies.get(revision.hash())
                    .orElseGet(
                            () -> {
                                List<PolicyEntry> entries = content(revision).entries();
                                Policy policy = PolicyDocument.ofEntries(entries).policy();
                                policies.put(revision.hash(), policy, entries.size());
                                return policy;
                            });
        }
    }

    @Override
    @Transactional
    public List<EntryChange> difference(long from, long to) {
        PolicyHashTree before = content(known(from));
        return versions.touched(from, known(to).number()).stream()
                .filter(change -> !change.equals(current(before, change)))
                .sorted(ORDER)
                .toList();
    }

    private Revision known(long number) {
        return find(number)
                .orElseThrow(() -> new IllegalArgumentException("there is no revision " + number));
    }

    private PolicyHashTree content(Revision revision) {
        return contents.get(revision.hash()).map(Content::tree).orElseGet(() -> loaded(revision));
    }

    /** From the database; what does not have the revision's hash never passes. */
    private PolicyHashTree loaded(Revision revision) {
        synchronized (loading) {
            Optional<Content> kept = contents.get(revision.hash());
            if (kept.isPresent()) {
                return kept.get().tree();
            }
            PolicyHashTree tree = read(revision.number());
            if (!PolicyHash.verifies(revision, tree)) {
                throw new IllegalStateException(
                        "the stored entries of revision "
                                + revision.number()
                                + " do not have its hash "
                                + revision.hash());
            }
            keep(revision, tree);
            return tree;
        }
    }

    /** From a revision that is at hand by what differs, so that both share memory; else whole. */
    private PolicyHashTree read(long number) {
        Optional<Content> near = contents.latest().filter(this::isStored);
        if (near.isEmpty()) {
            return PolicyHashTree.of(versions.live(number));
        }
        return near.get().tree().with(versions.touched(near.get().number(), number));
    }

    /** A number may have been taken back with its transaction, and be given anew. */
    private boolean isStored(Content content) {
        return find(content.number()).map(Revision::hash).equals(Optional.of(content.hash()));
    }

    private void keep(Revision revision, PolicyHashTree tree) {
        contents.put(
                revision.hash(),
                new Content(revision.number(), revision.hash(), tree),
                tree.size());
    }

    @Override
    @Transactional(TxType.MANDATORY)
    public Revision append(
            long parent,
            List<EntryChange> changes,
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
        PolicyHashTree before = content(head);
        PolicyHashTree after = before.with(changes);
        RevisionEntity entity = new RevisionEntity();
        entity.number = parent + 1;
        entity.parentHash = head.hash();
        entity.hash = PolicyHash.of(after, head.hash());
        entity.hashVersion = PolicyHash.VERSION;
        entity.createdAt = at;
        entity.author = author;
        entity.note = note;
        entity.changeId = changeId;
        entities.persist(entity);
        entities.flush();
        Map<EntryChange, PolicyEntry> effective = new LinkedHashMap<>();
        for (EntryChange change : changes) {
            EntryChange old = current(before, change);
            if (!change.equals(old)) {
                effective.put(change, old.entry());
            }
        }
        versions.store(entity.number, effective);
        Revision revision = entity.toRevision();
        keep(revision, after);
        moved.fire(new HeadMoved(revision.number()));
        return revision;
    }

    /** The change that would leave the key as it is. */
    private static EntryChange current(PolicyHashTree content, EntryChange change) {
        return content.find(change.kind(), change.key())
                .map(EntryChange::put)
                .orElseGet(() -> EntryChange.removed(change.kind(), change.key()));
    }
}
