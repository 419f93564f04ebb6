package io.postern.fleet.persistence;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.postern.enforcement.AcceptedDomain;
import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.firewall.ObservedFirewall;
import io.postern.enforcement.json.PlainData;
import io.postern.enforcement.nftables.ObservedNftables;
import io.postern.enforcement.outlook.ObservedOutlookGuard;
import io.postern.enforcement.pickup.ObservedPickup;
import io.postern.enforcement.pickup.PickupDrop;
import io.postern.enforcement.postfix.ObservedPostfix;
import io.postern.fleet.Reports;
import io.postern.fleet.ServerReport;
import io.postern.rollout.ServerView;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

@ApplicationScoped
class PanacheReports implements Reports {
    private static final ObjectMapper JSON = PlainData.mapper();
    private static final TypeReference<List<ConnectorData>> CONNECTORS = new TypeReference<>() {};
    private static final TypeReference<List<PickupDrop>> DROPS = new TypeReference<>() {};
    private static final TypeReference<List<StoredDomain>> DOMAINS = new TypeReference<>() {};

    private record StoredDomain(
            String name, String domainName, AcceptedDomain.Type domainType, boolean isDefault) {}

    private final EntityManager entities;

    PanacheReports(EntityManager entities) {
        this.entities = entities;
    }

    @Override
    public Optional<ServerReport> find(String server) {
        return Optional.ofNullable(entities.find(ReportEntity.class, server)).map(this::report);
    }

    @Override
    public Map<String, ServerView> views(Collection<String> servers) {
        Map<String, ServerView> views = new HashMap<>();
        entities.createQuery(
                        "select r.server, a.name, r.activeSerial, r.activeDigest, r.undoneSerial,"
                                + " r.failedSerial, r.error from ReportEntity r join AgentEntity a"
                                + " on a.id = r.agentId where r.server in :servers",
                        Object[].class)
                .setParameter("servers", servers)
                .getResultList()
                .forEach(
                        row ->
                                views.put(
                                        (String) row[0],
                                        new ServerView(
                                                (String) row[1],
                                                (long) row[2],
                                                (String) row[3],
                                                (long) row[4],
                                                (long) row[5],
                                                (String) row[6])));
        return views;
    }

    @Override
    public void save(ServerReport report, long agentId) {
        ReportEntity found =
                entities.find(ReportEntity.class, report.server(), LockModeType.PESSIMISTIC_WRITE);
        ReportEntity entity = found == null ? new ReportEntity() : found;
        entity.server = report.server();
        entity.agentId = agentId;
        entity.reportedAt = report.reportedAt();
        entity.state = report.state();
        entity.activeSerial = report.activeSerial();
        entity.activeRevision = report.activeRevision();
        entity.activeDigest = report.activeDigest();
        entity.undoneSerial = report.undoneSerial();
        entity.failedSerial = report.failedSerial();
        entity.error = report.error();
        entity.confirmUntil = report.confirmUntil();
        entity.observed = write(report.observed());
        entity.acceptedDomains =
                report.acceptedDomains() == null ? null : write(stored(report.acceptedDomains()));
        entity.firewall = report.firewall() == null ? null : write(report.firewall());
        entity.pickup = report.pickup() == null ? null : write(report.pickup());
        entity.pickupDrops = write(report.pickupDrops());
        entity.outlookGuard = report.outlookGuard() == null ? null : write(report.outlookGuard());
        entity.nftables = report.nftables() == null ? null : write(report.nftables());
        entity.postfix = report.postfix() == null ? null : write(report.postfix());
        entity.showsIdentities = report.showsIdentities();
        entity.lastRequestAt = report.lastRequestAt();
        entity.lastDownloadAt = report.lastDownloadAt();
        entity.lastActivationAt = report.lastActivationAt();
        if (found == null) {
            entities.persist(entity);
        }
        entities.flush();
    }

    private static List<StoredDomain> stored(List<AcceptedDomain> domains) {
        return domains.stream()
                .map(
                        domain ->
                                new StoredDomain(
                                        domain.name(),
                                        domain.domain(),
                                        domain.type(),
                                        domain.isDefault()))
                .toList();
    }

    private static List<AcceptedDomain> domains(String stored) throws JsonProcessingException {
        if (stored == null) {
            return null;
        }
        return JSON.readValue(stored, DOMAINS).stream()
                .map(
                        domain ->
                                new AcceptedDomain(
                                        domain.name(),
                                        domain.domainName(),
                                        domain.domainType(),
                                        domain.isDefault()))
                .toList();
    }

    private static String write(Object values) {
        try {
            return JSON.writeValueAsString(values);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("reports are plain data", e);
        }
    }

    private static <T> T read(String stored, Class<T> type) throws JsonProcessingException {
        return stored == null ? null : JSON.readValue(stored, type);
    }

    private ServerReport report(ReportEntity entity) {
        String agent = entities.find(AgentEntity.class, entity.agentId).name;
        try {
            return new ServerReport(
                    entity.server,
                    agent,
                    entity.reportedAt,
                    entity.state,
                    entity.activeSerial,
                    entity.activeRevision,
                    entity.activeDigest,
                    entity.undoneSerial,
                    entity.failedSerial,
                    entity.error,
                    entity.confirmUntil,
                    JSON.readValue(entity.observed, CONNECTORS),
                    domains(entity.acceptedDomains),
                    read(entity.firewall, ObservedFirewall.class),
                    read(entity.pickup, ObservedPickup.class),
                    JSON.readValue(entity.pickupDrops, DROPS),
                    read(entity.outlookGuard, ObservedOutlookGuard.class),
                    read(entity.nftables, ObservedNftables.class),
                    read(entity.postfix, ObservedPostfix.class),
                    entity.showsIdentities,
                    entity.lastRequestAt,
                    entity.lastDownloadAt,
                    entity.lastActivationAt);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(
                    "the report of " + entity.server + " cannot be read", e);
        }
    }
}
