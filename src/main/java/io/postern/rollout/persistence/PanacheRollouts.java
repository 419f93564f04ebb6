package io.postern.rollout.persistence;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.postern.rollout.Rollout;
import io.postern.rollout.RolloutState;
import io.postern.rollout.Rollouts;
import io.quarkus.hibernate.orm.panache.PanacheRepository;
import io.quarkus.panache.common.Sort;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.Optional;

/** Rollouts in PostgreSQL: the whole state as one JSON document. */
@ApplicationScoped
class PanacheRollouts implements Rollouts {
    /** Kept inside: the port's names differ from Panache's. */
    private static final class Repository implements PanacheRepository<RolloutEntity> {}

    // Older replicas must read what newer ones wrote.
    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .addModule(new JavaTimeModule())
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build();

    private static final List<RolloutState> FINAL =
            List.of(RolloutState.VERIFIED, RolloutState.ROLLED_BACK, RolloutState.FAILED);

    private final Repository repository = new Repository();

    @Override
    public Rollout add(Rollout rollout) {
        RolloutEntity entity = new RolloutEntity();
        entity.changeId = rollout.changeId();
        entity.revision = rollout.revision();
        entity.previousRevision = rollout.previousRevision();
        entity.createdAt = rollout.since();
        write(entity, rollout);
        repository.persistAndFlush(entity);
        return read(entity);
    }

    @Override
    public Optional<Rollout> find(long id) {
        return repository.findByIdOptional(id).map(PanacheRollouts::read);
    }

    @Override
    public Optional<Rollout> findForUpdate(long id) {
        return repository
                .findByIdOptional(id, LockModeType.PESSIMISTIC_WRITE)
                .map(PanacheRollouts::read);
    }

    @Override
    public void save(Rollout rollout) {
        write(repository.findById(rollout.id()), rollout);
        repository.flush();
    }

    @Override
    public List<Rollout> unfinished() {
        return repository.find("state not in ?1", Sort.by("id"), FINAL).stream()
                .map(PanacheRollouts::read)
                .toList();
    }

    @Override
    public List<Rollout> watched() {
        return repository.find("watched", Sort.by("id"), true).stream()
                .map(PanacheRollouts::read)
                .toList();
    }

    @Override
    public List<Rollout> before(long before, int limit) {
        return repository.find("id < ?1", Sort.descending("id"), before).page(0, limit).stream()
                .map(PanacheRollouts::read)
                .toList();
    }

    private static void write(RolloutEntity entity, Rollout rollout) {
        entity.state = rollout.state();
        entity.watched = rollout.isWatched();
        entity.updatedAt = rollout.since();
        try {
            entity.snapshot = text(rollout);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a rollout is plain data", e);
        }
    }

    private static Rollout read(RolloutEntity entity) {
        try {
            return parse(entity.snapshot).stored(entity.id);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("rollout " + entity.id + " cannot be read", e);
        }
    }

    /** What an earlier program wrote lacks what came later; that has its defaults. */
    static Rollout parse(String snapshot) throws JsonProcessingException {
        return JSON.readValue(snapshot, Rollout.class);
    }

    static String text(Rollout rollout) throws JsonProcessingException {
        return JSON.writeValueAsString(rollout);
    }
}
