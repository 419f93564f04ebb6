package io.postern.fleet;

import io.postern.audit.AuditNews;
import io.postern.audit.AuditTrail;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.operators.multi.processors.BroadcastProcessor;
import io.smallrye.mutiny.operators.multi.processors.SerializedProcessor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Tells agents that there is something to pull; never what. A missed notice costs nothing but time:
 * agents also look by themselves.
 */
@ApplicationScoped
public class AgentNotices {
    /**
     * Something happened.
     *
     * @param cursor position to wait after next time
     * @param server whose; empty = look at everything
     */
    public record Notice(long cursor, String server) {}

    private static final String PROBE_REQUESTED = "probe.requested";
    private static final Set<String> ACTIONS =
            Set.of(FleetService.PUBLISHED, FleetService.CONFIRMED, PROBE_REQUESTED);

    private final AuditTrail audit;
    private final BroadcastProcessor<Notice> stream = BroadcastProcessor.create();

    /** Observers are called on several threads at once. */
    private final SerializedProcessor<Notice, Notice> entrance = stream.serialized();

    private final List<Consumer<Notice>> listeners = new CopyOnWriteArrayList<>();
    private final Map<String, Long> newest = new ConcurrentHashMap<>();
    private final AtomicLong baseline = new AtomicLong();
    private final AtomicLong newestProbe = new AtomicLong();

    AgentNotices(AuditTrail audit) {
        this.audit = audit;
    }

    void start(@Observes StartupEvent started) {
        baseline.set(audit.newest());
    }

    void heard(@ObservesAsync AuditNews news) {
        if (news.equals(AuditNews.UNKNOWN)) {
            baseline.set(audit.newest());
            told(new Notice(baseline.get(), ""));
        } else if (ACTIONS.contains(news.action())) {
            newest.merge(news.subjectId(), news.seq(), Math::max);
            if (news.action().equals(PROBE_REQUESTED)) {
                newestProbe.accumulateAndGet(news.seq(), Math::max);
                // Whoever stands where it is asked from must see to it, whatever he keeps.
                told(new Notice(news.seq(), ""));
                return;
            }
            told(new Notice(news.seq(), news.subjectId()));
        }
    }

    private void told(Notice notice) {
        entrance.onNext(notice);
        listeners.forEach(listener -> listener.accept(notice));
    }

    /** Has a listener told of every notice from now on, on any thread; it must not block. */
    public void tell(Consumer<Notice> listener) {
        listeners.add(listener);
    }

    /** Notices about these servers from now on. */
    private Multi<Notice> about(List<String> servers) {
        return stream.filter(
                        notice -> notice.server().isEmpty() || servers.contains(notice.server()))
                .onOverflow()
                .dropPreviousItems();
    }

    /** The position of the newest notice about these servers. */
    public long cursor(List<String> servers) {
        return servers.stream()
                .mapToLong(server -> newest.getOrDefault(server, 0L))
                .reduce(Math.max(baseline.get(), newestProbe.get()), Math::max);
    }

    /**
     * Waits for news after a position.
     *
     * @return the new position; the old one if nothing came in time
     */
    public Uni<Long> after(List<String> servers, long after, Duration wait) {
        if (cursor(servers) > after) {
            return Uni.createFrom().item(cursor(servers));
        }
        Uni<Long> next = about(servers).toUni().map(notice -> cursor(servers));
        // What came between the look and the subscription must not wait for the next one.
        Uni<Long> missed =
                Uni.createFrom()
                        .item(() -> cursor(servers))
                        .onItem()
                        .delayIt()
                        .by(Duration.ofMillis(20))
                        .flatMap(
                                seen ->
                                        seen > after
                                                ? Uni.createFrom().item(seen)
                                                : Uni.createFrom().nothing());
        return Uni.join()
                .first(next, missed)
                .toTerminate()
                .ifNoItem()
                .after(wait)
                .recoverWithItem(after);
    }
}
