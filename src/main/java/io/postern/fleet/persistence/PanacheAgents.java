package io.postern.fleet.persistence;

import io.postern.enforcement.server.Post;
import io.postern.fleet.Agent;
import io.postern.fleet.Agents;
import io.postern.fleet.EnrolmentToken;
import io.postern.fleet.VantageOffer;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

@ApplicationScoped
class PanacheAgents implements Agents {
    private final EntityManager entities;

    PanacheAgents(EntityManager entities) {
        this.entities = entities;
    }

    @Override
    public Optional<Agent> find(String name) {
        return entities.createQuery("from AgentEntity where name = :name", AgentEntity.class)
                .setParameter("name", name)
                .getResultStream()
                .findFirst()
                .map(this::agent);
    }

    @Override
    public Optional<Agent> serving(String server) {
        return Optional.ofNullable(entities.find(AgentServerEntity.class, server))
                .map(link -> entities.find(AgentEntity.class, link.agentId))
                .map(this::agent);
    }

    @Override
    public List<String> posts(String server) {
        List<String> all =
                entities.createQuery(
                                "select server from AgentServerEntity order by server",
                                String.class)
                        .getResultList();
        return Stream.concat(
                        all.stream().filter(server::equals), Post.gateways(server, all).stream())
                .toList();
    }

    @Override
    public List<Agent> all() {
        return entities.createQuery("from AgentEntity order by name", AgentEntity.class)
                .getResultStream()
                .map(this::agent)
                .toList();
    }

    private Agent agent(AgentEntity entity) {
        List<String> servers =
                entities.createQuery(
                                "select server from AgentServerEntity where agentId = :id order by server",
                                String.class)
                        .setParameter("id", entity.id)
                        .getResultList();
        return new Agent(
                entity.id,
                entity.name,
                entity.publicKey,
                servers,
                entity.enrolledAt,
                entity.lastSeen,
                entity.enabled,
                entity.agentVersion,
                entity.addresses.lines().toList(),
                VantageContexts.read(entity.contexts));
    }

    @Override
    public Agent add(
            String name, String publicKey, List<String> servers, String version, Instant at) {
        AgentEntity entity = new AgentEntity();
        entity.name = name;
        entity.publicKey = publicKey;
        entity.enrolledAt = at;
        entity.lastSeen = at;
        entity.enabled = true;
        entity.agentVersion = version;
        entity.addresses = "";
        entity.contexts = VantageContexts.text(List.of());
        entities.persist(entity);
        entities.flush();
        for (String server : servers) {
            AgentServerEntity link =
                    Optional.ofNullable(entities.find(AgentServerEntity.class, server))
                            .orElseGet(AgentServerEntity::new);
            link.server = server;
            link.agentId = entity.id;
            entities.persist(link);
        }
        entities.flush();
        return agent(entity);
    }

    @Override
    public void offer(long id, VantageOffer offer) {
        entities.createQuery(
                        "update AgentEntity set addresses = :addresses, contexts = :contexts"
                                + " where id = :id")
                .setParameter("addresses", String.join("\n", offer.addresses()))
                .setParameter("contexts", VantageContexts.text(offer.contexts()))
                .setParameter("id", id)
                .executeUpdate();
    }

    @Override
    public void seen(long id, Instant at) {
        // Not through the entity: a version must not make two requests of one agent collide.
        entities.createQuery("update AgentEntity set lastSeen = :at where id = :id")
                .setParameter("at", at)
                .setParameter("id", id)
                .executeUpdate();
    }

    @Override
    public void addToken(
            String tokenHash,
            List<String> servers,
            String createdBy,
            Instant at,
            Instant expiresAt) {
        EnrolmentTokenEntity entity = new EnrolmentTokenEntity();
        entity.tokenHash = tokenHash;
        entity.servers = String.join("\n", servers);
        entity.createdBy = createdBy;
        entity.createdAt = at;
        entity.expiresAt = expiresAt;
        entities.persist(entity);
    }

    @Override
    public Optional<EnrolmentToken> tokenForUpdate(String tokenHash) {
        return entities.createQuery(
                        "from EnrolmentTokenEntity where tokenHash = :hash",
                        EnrolmentTokenEntity.class)
                .setParameter("hash", tokenHash)
                .setLockMode(LockModeType.PESSIMISTIC_WRITE)
                .getResultStream()
                .findFirst()
                .map(
                        entity ->
                                new EnrolmentToken(
                                        entity.id,
                                        entity.servers.lines().toList(),
                                        entity.createdBy,
                                        entity.expiresAt,
                                        entity.usedAt));
    }

    @Override
    public void useToken(long tokenId, long agentId, Instant at) {
        EnrolmentTokenEntity entity = entities.find(EnrolmentTokenEntity.class, tokenId);
        entity.usedAt = at;
        entity.usedBy = agentId;
    }
}
