package io.postern.fleet.persistence;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.postern.enforcement.json.PlainData;
import io.postern.enforcement.server.DesiredState;
import io.postern.fleet.Publication;
import io.postern.fleet.Publications;
import io.quarkus.hibernate.orm.panache.PanacheRepository;
import io.quarkus.panache.common.Sort;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Optional;

@ApplicationScoped
class PanachePublications implements Publications {
    /** Kept inside: the port's names differ from Panache's. */
    private static final class Repository implements PanacheRepository<PublicationEntity> {}

    private static final ObjectMapper JSON = PlainData.mapper();

    private final Repository repository = new Repository();

    @Override
    public Publication add(
            DesiredState state, Long rolloutId, Integer confirmWindowSeconds, Instant at) {
        PublicationEntity entity = new PublicationEntity();
        entity.server = state.server();
        entity.serial = newestEntity(state.server()).map(last -> last.serial).orElse(0L) + 1;
        entity.revision = state.revision();
        entity.rolloutId = rolloutId;
        entity.content = write(state);
        entity.digest = state.digest();
        entity.confirmWindowSeconds = confirmWindowSeconds;
        entity.publishedAt = at;
        repository.persistAndFlush(entity);
        return publication(entity);
    }

    @Override
    public Optional<Publication> newest(String server) {
        return newestEntity(server).map(PanachePublications::publication);
    }

    @Override
    public long newestSerial(String server) {
        return repository
                .getEntityManager()
                .createQuery(
                        "select coalesce(max(p.serial), 0L) from PublicationEntity p where p.server"
                                + " = :server",
                        Long.class)
                .setParameter("server", server)
                .getSingleResult();
    }

    private Optional<PublicationEntity> newestEntity(String server) {
        return repository
                .find("server", Sort.descending("serial"), server)
                .page(0, 1)
                .firstResultOptional();
    }

    @Override
    public Optional<Publication> find(String server, long serial) {
        return repository
                .find("server = ?1 and serial = ?2", server, serial)
                .firstResultOptional()
                .map(PanachePublications::publication);
    }

    @Override
    public Optional<Publication> confirmedBefore(String server, long serial) {
        return repository
                .find(
                        "server = ?1 and serial < ?2 and (confirmedAt is not null or confirmWindowSeconds is null)",
                        Sort.descending("serial"),
                        server,
                        serial)
                .page(0, 1)
                .firstResultOptional()
                .map(PanachePublications::publication);
    }

    @Override
    public void confirm(String server, long serial, Instant at) {
        repository
                .find("server = ?1 and serial = ?2", server, serial)
                .firstResultOptional()
                .ifPresent(
                        entity -> {
                            if (entity.confirmedAt == null) {
                                entity.confirmedAt = at;
                            }
                        });
        repository.flush();
    }

    private static String write(DesiredState state) {
        try {
            return JSON.writeValueAsString(state);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a desired state is plain data", e);
        }
    }

    private static Publication publication(PublicationEntity entity) {
        try {
            return new Publication(
                    entity.server,
                    entity.serial,
                    JSON.readValue(entity.content, DesiredState.class),
                    entity.digest,
                    entity.confirmWindowSeconds,
                    entity.publishedAt,
                    entity.confirmedAt);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("publication " + entity.id + " cannot be read", e);
        }
    }
}
