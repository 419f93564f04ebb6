package io.postern.fleet.persistence;

import io.postern.fleet.Expectation;
import io.postern.fleet.ServerValidation;
import io.postern.fleet.ValidationFinding;
import io.postern.fleet.Validations;
import io.postern.fleet.WatchedExpectation;
import io.quarkus.hibernate.orm.panache.PanacheRepository;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Sort;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

@ApplicationScoped
class PanacheValidations implements Validations {
    /** Kept inside: the port's names differ from Panache's. */
    private static final class Findings implements PanacheRepository<ValidationFindingEntity> {}

    private static final class Watched implements PanacheRepository<WatchedExpectationEntity> {}

    private static final class Servers
            implements PanacheRepositoryBase<ServerValidationEntity, String> {}

    private static final class Batches implements PanacheRepositoryBase<AskedBatchEntity, String> {}

    private static final String KEY =
            "server = ?1 and port = ?2 and source = ?3 and account = ?4 and computer = ?5";

    private final Findings findings = new Findings();
    private final Watched watched = new Watched();
    private final Servers servers = new Servers();
    private final Batches batches = new Batches();
    private final EntityManager entities;

    PanacheValidations(EntityManager entities) {
        this.entities = entities;
    }

    @Override
    public boolean lock() {
        return !entities.createNativeQuery(
                        "select id from validation_clock where id = 1 for update skip locked",
                        Integer.class)
                .getResultList()
                .isEmpty();
    }

    @Override
    public int take(int wanted, int perMinute, Instant now) {
        int granted = Math.max(0, Math.min(wanted, perMinute - asked(now)));
        note(granted, now);
        return granted;
    }

    @Override
    public boolean takeAll(int wanted, int perMinute, Instant now) {
        boolean holds = wanted <= perMinute - asked(now);
        if (holds) {
            note(wanted, now);
        }
        return holds;
    }

    private int asked(Instant now) {
        List<?> stored =
                entities.createNativeQuery(
                                "select asked from validation_clock where minute_start = ?1",
                                Integer.class)
                        .setParameter(1, now.truncatedTo(ChronoUnit.MINUTES))
                        .getResultList();
        return stored.isEmpty() ? 0 : (Integer) stored.get(0);
    }

    private void note(int granted, Instant now) {
        int asked = asked(now) + granted;
        entities.createNativeQuery("update validation_clock set minute_start = ?1, asked = ?2")
                .setParameter(1, now.truncatedTo(ChronoUnit.MINUTES))
                .setParameter(2, asked)
                .executeUpdate();
    }

    @Override
    public Optional<ServerValidation> server(String server) {
        return servers.findByIdOptional(server).map(ServerValidationEntity::toState);
    }

    @Override
    public List<ServerValidation> servers() {
        return servers.listAll(Sort.by("server")).stream()
                .map(ServerValidationEntity::toState)
                .toList();
    }

    @Override
    public void save(ServerValidation state) {
        ServerValidationEntity entity = servers.findById(state.server());
        boolean isNew = entity == null;
        entity = isNew ? new ServerValidationEntity() : entity;
        entity.take(state);
        if (isNew) {
            servers.persist(entity);
        }
        servers.flush();
    }

    @Override
    public void keepOnly(Set<String> names) {
        if (names.isEmpty()) {
            servers.deleteAll();
        } else {
            servers.delete("server not in ?1", names);
        }
    }

    @Override
    public void add(AskedBatch batch) {
        AskedBatchEntity entity = new AskedBatchEntity();
        entity.batch = batch.batch();
        entity.server = batch.server();
        entity.askedAt = batch.askedAt();
        batches.persistAndFlush(entity);
    }

    @Override
    public List<AskedBatch> batches() {
        return batches.listAll(Sort.by("askedAt").and("batch")).stream()
                .map(AskedBatchEntity::toBatch)
                .toList();
    }

    @Override
    public void removeBatch(String batch) {
        batches.delete("batch", batch);
    }

    @Override
    public Optional<WatchedExpectation> watched(Expectation expectation) {
        return entity(expectation).map(WatchedExpectationEntity::toWatched);
    }

    private Optional<WatchedExpectationEntity> entity(Expectation about) {
        return watched.find(
                        KEY,
                        about.server(),
                        about.port(),
                        about.source(),
                        WatchedExpectationEntity.text(about.account()),
                        WatchedExpectationEntity.text(about.computer()))
                .firstResultOptional();
    }

    @Override
    public List<WatchedExpectation> watchedOf(String server) {
        return watched.find("server", Sort.by("askedAt").and("id"), server).stream()
                .map(WatchedExpectationEntity::toWatched)
                .toList();
    }

    @Override
    public boolean isWatchedElsewhere(String source, String server) {
        return watched.count("source = ?1 and server <> ?2", source, server) > 0;
    }

    @Override
    public void save(WatchedExpectation state) {
        Optional<WatchedExpectationEntity> stored = entity(state.expectation());
        if (state.history().isClean() && state.findingId() == null) {
            stored.ifPresent(watched::delete);
            return;
        }
        WatchedExpectationEntity entity = stored.orElseGet(WatchedExpectationEntity::new);
        entity.take(state);
        if (stored.isEmpty()) {
            watched.persist(entity);
        }
        watched.flush();
    }

    @Override
    public void forget(Expectation expectation) {
        entity(expectation).ifPresent(watched::delete);
    }

    @Override
    public ValidationFinding save(ValidationFinding finding) {
        ValidationFindingEntity entity =
                finding.id() == 0 ? new ValidationFindingEntity() : findings.findById(finding.id());
        entity.take(finding);
        findings.persistAndFlush(entity);
        return entity.toFinding();
    }

    @Override
    public Optional<ValidationFinding> find(long id) {
        return findings.findByIdOptional(id).map(ValidationFindingEntity::toFinding);
    }

    @Override
    public Optional<ValidationFinding> findForUpdate(long id) {
        return findings.findByIdOptional(id, LockModeType.PESSIMISTIC_WRITE)
                .map(ValidationFindingEntity::toFinding);
    }

    @Override
    public List<ValidationFinding> before(
            long before, int limit, Set<ValidationFinding.State> states, String server) {
        Set<ValidationFinding.State> wanted =
                states.isEmpty() ? EnumSet.allOf(ValidationFinding.State.class) : states;
        Sort newest = Sort.descending("id");
        return (server == null
                        ? findings.find("id < ?1 and state in ?2", newest, before, wanted)
                        : findings.find(
                                "id < ?1 and state in ?2 and lower(server) = lower(?3)",
                                newest,
                                before,
                                wanted,
                                server))
                .page(0, limit).stream().map(ValidationFindingEntity::toFinding).toList();
    }

    @Override
    public long countOpen() {
        return findings.count("state <> ?1", ValidationFinding.State.CLOSED);
    }

    @Override
    public void removeProbesBefore(Instant before) {
        entities.createNativeQuery(
                        "delete from probe p where p.rollout_id is null and p.requested_at < ?1"
                                + " and p.state <> 'OPEN' and p.batch like 'validation:%'"
                                + " and not exists (select 1 from validation_finding f where"
                                + " f.probe_id = p.id)")
                .setParameter(1, before)
                .executeUpdate();
    }
}
