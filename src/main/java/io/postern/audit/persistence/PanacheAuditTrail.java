package io.postern.audit.persistence;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.postern.audit.AuditChain;
import io.postern.audit.AuditEvent;
import io.postern.audit.AuditTrail;
import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Sort;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/**
 * The trail in PostgreSQL. Writers queue on one advisory lock, so that the chain has no gap and no
 * fork.
 */
@ApplicationScoped
class PanacheAuditTrail implements AuditTrail, PanacheRepositoryBase<AuditEventEntity, Long> {
    private static final long CHAIN_LOCK = 0x706f7374_65726e01L;
    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

    private final Clock clock;

    PanacheAuditTrail(Clock clock) {
        this.clock = clock;
    }

    @Override
    @Transactional(TxType.MANDATORY)
    public long record(
            String actor,
            String action,
            String subjectKind,
            String subjectId,
            Map<String, ?> details) {
        getEntityManager()
                .createNativeQuery("select pg_advisory_xact_lock(:lock)", Object.class)
                .setParameter("lock", CHAIN_LOCK)
                .getSingleResult();
        // A query, not find(): another replica may have written since this session last looked.
        Object[] last =
                (Object[])
                        getEntityManager()
                                .createNativeQuery(
                                        "select coalesce(max(seq), 0), (select hash from audit_event order by seq desc limit 1) from audit_event",
                                        Object[].class)
                                .getSingleResult();
        AuditEventEntity entity = new AuditEventEntity();
        entity.seq = ((Number) last[0]).longValue() + 1;
        entity.at = Instant.now(clock).truncatedTo(ChronoUnit.MICROS);
        entity.actor = actor;
        entity.action = action;
        entity.subjectKind = subjectKind;
        entity.subjectId = subjectId;
        entity.details = json(details);
        entity.previousHash = last[1] == null ? AuditChain.START : (String) last[1];
        entity.hash =
                AuditChain.hash(
                        entity.seq,
                        entity.at,
                        actor,
                        action,
                        subjectKind,
                        subjectId,
                        entity.details,
                        entity.previousHash);
        getEntityManager().persist(entity);
        getEntityManager().flush();
        return entity.seq;
    }

    private static String json(Map<String, ?> details) {
        try {
            return JSON.writeValueAsString(details);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("audit details must be plain values", e);
        }
    }

    @Override
    @Transactional
    public List<AuditEvent> after(long seq, int limit) {
        return find("seq > ?1", Sort.by("seq"), seq).page(0, limit).stream()
                .map(AuditEventEntity::toEvent)
                .toList();
    }

    @Override
    @Transactional
    public List<AuditEvent> before(long seq, int limit) {
        return find("seq < ?1", Sort.descending("seq"), seq).page(0, limit).stream()
                .map(AuditEventEntity::toEvent)
                .toList();
    }

    @Override
    @Transactional
    public List<AuditEvent> about(String subjectKind, String subjectId) {
        return find("subjectKind = ?1 and subjectId = ?2", Sort.by("seq"), subjectKind, subjectId)
                .stream()
                .map(AuditEventEntity::toEvent)
                .toList();
    }

    @Override
    @Transactional
    public long newest() {
        return ((Number)
                        getEntityManager()
                                .createNativeQuery(
                                        "select coalesce(max(seq), 0) from audit_event", Long.class)
                                .getSingleResult())
                .longValue();
    }
}
