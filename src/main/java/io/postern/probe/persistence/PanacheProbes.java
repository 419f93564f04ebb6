package io.postern.probe.persistence;

import io.postern.probe.BatchSummary;
import io.postern.probe.PlannedProbe;
import io.postern.probe.Probe;
import io.postern.probe.ProbeAnswer;
import io.postern.probe.ProbeState;
import io.postern.probe.Probes;
import io.quarkus.hibernate.orm.panache.PanacheRepository;
import io.quarkus.panache.common.Sort;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

@ApplicationScoped
class PanacheProbes implements Probes {
    /** Kept inside: the port's names differ from Panache's. */
    private static final class Repository implements PanacheRepository<ProbeEntity> {}

    private final Repository repository = new Repository();

    @Override
    public void ask(
            String batch,
            Long rolloutId,
            String ring,
            List<PlannedProbe> planned,
            long revision,
            Instant at) {
        for (PlannedProbe probe : planned) {
            ProbeEntity entity = new ProbeEntity();
            entity.batch = batch;
            entity.rolloutId = rolloutId;
            entity.ring = ring;
            entity.server = probe.server();
            entity.target = probe.target();
            entity.port = probe.port();
            entity.source = probe.source().toString();
            entity.account = probe.account();
            entity.computer = probe.computer();
            entity.expected = probe.expected();
            entity.reason = probe.reason();
            entity.region = probe.region();
            entity.vantage = probe.vantage();
            entity.revision = revision;
            entity.state = ProbeState.OPEN;
            entity.requestedAt = at;
            repository.persist(entity);
        }
        repository.flush();
    }

    @Override
    public List<Probe> open(String server, String vantage, int limit) {
        return list(
                limit,
                "server = ?1 and state = ?2 and (vantage is null or vantage = ?3)",
                server,
                ProbeState.OPEN,
                vantage);
    }

    @Override
    public List<Probe> openAt(String vantage, Collection<String> sources, int limit) {
        return sources.isEmpty()
                ? list(limit, "vantage = ?1 and state = ?2", vantage, ProbeState.OPEN)
                : list(
                        limit,
                        "(vantage = ?1 or vantage is null and source in ?2) and state = ?3",
                        vantage,
                        sources,
                        ProbeState.OPEN);
    }

    private List<Probe> list(int limit, String query, Object... values) {
        // Open ones: nobody has said anything yet.
        return repository.find(query, Sort.by("id"), values).page(0, limit).stream()
                .map(entity -> entity.toProbe(null))
                .toList();
    }

    @Override
    public Optional<Probe> find(long id) {
        return repository.findByIdOptional(id).map(ProbeEntity::toProbe);
    }

    @Override
    public boolean answer(long id, ProbeAnswer answer, Instant at) {
        ProbeEntity entity = repository.findById(id, LockModeType.PESSIMISTIC_WRITE);
        if (entity == null || entity.state != ProbeState.OPEN) {
            return false;
        }
        entity.state = ProbeState.ANSWERED;
        entity.verdict = answer.verdict();
        entity.observed = answer.observed();
        entity.explanation = answer.explanation();
        entity.simulated = answer.simulated();
        entity.transcript = String.join("\n", answer.transcript());
        entity.answeredAt = at;
        entity.attempts++;
        return true;
    }

    @Override
    public void drop(String batch) {
        repository.update(
                "state = ?1 where batch = ?2 and state = ?3",
                ProbeState.DROPPED,
                batch,
                ProbeState.OPEN);
    }

    @Override
    public List<Probe> ofBatch(String batch) {
        return withTranscripts("p.batch = :value", batch);
    }

    /** Probes and transcripts by one query. */
    private List<Probe> withTranscripts(String condition, Object value) {
        return repository
                .getEntityManager()
                .createQuery(
                        "select p, p.transcript from ProbeEntity p where "
                                + condition
                                + " order by p.id",
                        Object[].class)
                .setParameter("value", value)
                .getResultStream()
                .map(row -> ((ProbeEntity) row[0]).toProbe((String) row[1]))
                .toList();
    }

    @Override
    public List<Probe> ofRollout(long rolloutId) {
        return withTranscripts("p.rolloutId = :value", rolloutId);
    }

    @Override
    public BatchSummary summary(String batch) {
        return BatchSummary.of(
                repository.find("batch", Sort.by("id"), batch).stream()
                        .map(entity -> entity.toProbe(null))
                        .toList());
    }
}
