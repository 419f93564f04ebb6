package io.postern.audit.postgres;

import io.postern.audit.AuditNews;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.pubsub.PgSubscriber;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Hears PostgreSQL announce committed audit records, on every replica, without polling; reconnects
 * by itself, and then tells everybody to look for themselves.
 */
@ApplicationScoped
public class AuditListener {
    private static final Logger LOG = Logger.getLogger(AuditListener.class);
    private static final String CHANNEL = "postern_audit";
    private static final long RETRY_MILLIS = 500;

    private final Vertx vertx;
    private final Event<AuditNews> news;
    private final String jdbcUrl;
    private final String user;
    private final String password;
    private final AtomicBoolean wasConnected = new AtomicBoolean();
    private volatile PgSubscriber subscriber;

    AuditListener(
            Vertx vertx,
            Event<AuditNews> news,
            @ConfigProperty(name = "quarkus.datasource.jdbc.url") String jdbcUrl,
            @ConfigProperty(name = "quarkus.datasource.username") String user,
            @ConfigProperty(name = "quarkus.datasource.password") String password) {
        this.vertx = vertx;
        this.news = news;
        this.jdbcUrl = jdbcUrl;
        this.user = user;
        this.password = password;
    }

    void start(@Observes StartupEvent started) {
        PgConnectOptions options =
                PgConnectOptions.fromUri(jdbcUrl.substring("jdbc:".length()))
                        .setUser(user)
                        .setPassword(password);
        subscriber =
                PgSubscriber.subscriber(vertx, options).reconnectPolicy(attempt -> RETRY_MILLIS);
        subscriber
                .channel(CHANNEL)
                .subscribeHandler(
                        subscribed -> {
                            if (wasConnected.getAndSet(true)) {
                                LOG.info("Hearing the database's announcements again");
                                news.fireAsync(AuditNews.UNKNOWN);
                            }
                        })
                .handler(this::heard);
        subscriber
                .connect()
                .onFailure(
                        e ->
                                LOG.warnf(
                                        "Cannot hear the database's announcements yet: %s",
                                        e.getMessage()));
    }

    private void heard(String payload) {
        String[] parts = payload.split("\\|", 4);
        if (parts.length == 4) {
            news.fireAsync(new AuditNews(Long.parseLong(parts[0]), parts[1], parts[2], parts[3]));
        }
    }

    void stop(@Observes ShutdownEvent stopping) {
        if (subscriber != null) {
            subscriber.close();
        }
    }
}
