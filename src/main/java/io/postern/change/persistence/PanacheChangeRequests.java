package io.postern.change.persistence;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.postern.change.Analysis;
import io.postern.change.Approval;
import io.postern.change.ChangeRequest;
import io.postern.change.ChangeRequests;
import io.postern.change.ChangeState;
import io.postern.policy.Operation;
import io.quarkus.hibernate.orm.panache.PanacheRepository;
import io.quarkus.panache.common.Sort;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.Optional;

@ApplicationScoped
class PanacheChangeRequests implements ChangeRequests {
    /** Kept inside: the port's names differ from Panache's. */
    private static final class Repository implements PanacheRepository<ChangeRequestEntity> {}

    // Older replicas must read what newer ones wrote. Getters of convenience are no part of the
    // document.
    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .addModule(new JavaTimeModule())
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build();

    private static final TypeReference<List<Operation>> OPERATIONS = new TypeReference<>() {};
    private static final List<ChangeState> ALL = List.of(ChangeState.values());

    private final Repository repository = new Repository();
    private final EntityManager entities;

    PanacheChangeRequests(EntityManager entities) {
        this.entities = entities;
    }

    @Override
    public ChangeRequest add(ChangeRequest change) {
        ChangeRequestEntity entity = new ChangeRequestEntity();
        entity.author = change.author();
        entity.createdAt = change.createdAt();
        entity.baseRevision = change.baseRevision();
        write(entity, change);
        repository.persistAndFlush(entity);
        return read(entity);
    }

    @Override
    public Optional<ChangeRequest> find(long id) {
        return repository.findByIdOptional(id).map(PanacheChangeRequests::read);
    }

    @Override
    public Optional<ChangeRequest> findForUpdate(long id) {
        return repository
                .findByIdOptional(id, LockModeType.PESSIMISTIC_WRITE)
                .map(PanacheChangeRequests::read);
    }

    @Override
    public ChangeRequest save(ChangeRequest change) {
        ChangeRequestEntity entity = repository.findById(change.id());
        write(entity, change);
        repository.flush();
        return read(entity);
    }

    @Override
    public List<ChangeRequest> before(long before, int limit, List<ChangeState> states) {
        return repository
                .find(
                        "id < ?1 and state in ?2",
                        Sort.descending("id"),
                        before,
                        states.isEmpty() ? ALL : states)
                .page(0, limit)
                .stream()
                .map(PanacheChangeRequests::read)
                .toList();
    }

    @Override
    public void addApproval(long changeId, Approval approval) {
        ApprovalEntity entity = new ApprovalEntity();
        entity.changeId = changeId;
        entity.approver = approval.approver();
        entity.verdict = approval.approved() ? "APPROVED" : "REJECTED";
        entity.hash = approval.hash();
        entity.comment = approval.comment();
        entity.at = approval.at();
        entities.persist(entity);
        entities.flush();
    }

    @Override
    public List<Approval> approvals(long changeId) {
        return entities.createQuery(
                        "from ApprovalEntity where changeId = :id order by id",
                        ApprovalEntity.class)
                .setParameter("id", changeId)
                .getResultStream()
                .map(
                        e ->
                                new Approval(
                                        e.approver,
                                        e.verdict.equals("APPROVED"),
                                        e.hash,
                                        e.comment,
                                        e.at))
                .toList();
    }

    private static void write(ChangeRequestEntity entity, ChangeRequest change) {
        entity.title = change.title();
        entity.description = change.description();
        entity.state = change.state();
        entity.submittedAt = change.submittedAt();
        entity.resultRevision = change.resultRevision();
        entity.rolloutId = change.rolloutId();
        entity.closedReason = change.closedReason();
        entity.updatedAt = change.updatedAt();
        try {
            entity.operations = JSON.writeValueAsString(change.operations());
            entity.analysis =
                    change.analysis() == null ? null : JSON.writeValueAsString(change.analysis());
            entity.approvalHash = change.analysis() == null ? null : change.analysis().hash();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a change request is plain data", e);
        }
    }

    private static ChangeRequest read(ChangeRequestEntity entity) {
        try {
            return new ChangeRequest(
                    entity.id,
                    entity.version,
                    entity.title,
                    entity.description,
                    entity.state,
                    entity.baseRevision,
                    JSON.readValue(entity.operations, OPERATIONS),
                    entity.author,
                    entity.createdAt,
                    entity.submittedAt,
                    entity.analysis == null
                            ? null
                            : JSON.readValue(entity.analysis, Analysis.class),
                    entity.resultRevision,
                    entity.rolloutId,
                    entity.closedReason,
                    entity.updatedAt);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("change request " + entity.id + " cannot be read", e);
        }
    }
}
