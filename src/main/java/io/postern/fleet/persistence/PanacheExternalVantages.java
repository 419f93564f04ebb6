package io.postern.fleet.persistence;

import io.postern.fleet.ExternalVantage;
import io.postern.fleet.ExternalVantages;
import io.postern.fleet.VantageOffer;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

@ApplicationScoped
class PanacheExternalVantages implements ExternalVantages {
    private final EntityManager entities;

    PanacheExternalVantages(EntityManager entities) {
        this.entities = entities;
    }

    @Override
    public Optional<ExternalVantage> find(String name) {
        return entities.createQuery(
                        "from ExternalVantageEntity where name = :name",
                        ExternalVantageEntity.class)
                .setParameter("name", name)
                .getResultStream()
                .findFirst()
                .map(PanacheExternalVantages::vantage);
    }

    @Override
    public List<ExternalVantage> all() {
        return entities.createQuery(
                        "from ExternalVantageEntity order by name", ExternalVantageEntity.class)
                .getResultStream()
                .map(PanacheExternalVantages::vantage)
                .toList();
    }

    private static ExternalVantage vantage(ExternalVantageEntity entity) {
        return new ExternalVantage(
                entity.name,
                entity.account,
                new VantageOffer(
                        entity.addresses.lines().toList(), VantageContexts.read(entity.contexts)),
                entity.registeredBy,
                entity.registeredAt,
                entity.lastSeen);
    }

    @Override
    public void add(ExternalVantage vantage) {
        ExternalVantageEntity entity = new ExternalVantageEntity();
        entity.name = vantage.name();
        entity.account = vantage.account();
        entity.addresses = String.join("\n", vantage.offer().addresses());
        entity.contexts = VantageContexts.text(vantage.offer().contexts());
        entity.registeredBy = vantage.registeredBy();
        entity.registeredAt = vantage.registeredAt();
        entity.lastSeen = vantage.lastSeen();
        entities.persist(entity);
        entities.flush();
    }

    @Override
    public void remove(String name) {
        entities.createQuery("delete from ExternalVantageEntity where name = :name")
                .setParameter("name", name)
                .executeUpdate();
    }

    @Override
    public void seen(String name, Instant at) {
        // Not through the entity: a version must not make two requests of one account collide.
        entities.createQuery("update ExternalVantageEntity set lastSeen = :at where name = :name")
                .setParameter("at", at)
                .setParameter("name", name)
                .executeUpdate();
    }
}
