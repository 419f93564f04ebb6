package io.postern.policy.api;

import io.postern.policy.HeadMoved;
import io.postern.policy.Revision;
import io.postern.policy.Revisions;
import io.postern.problem.DomainException;
import io.postern.problem.ErrorCode;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.enterprise.event.TransactionPhase;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;

/**
 * The revisions that decisions are made from, in memory: the newest always, and a few older ones.
 * The newest is read again when it moves here (before the one who moved it gets an answer), when
 * news of it comes from another replica, and every other second in case news was lost. Only what is
 * committed is ever read. When the database is away, the last one known stays.
 */
@ApplicationScoped
class PolicySnapshots {
    private static final Logger LOG = Logger.getLogger(PolicySnapshots.class);
    private static final int OLDER_KEPT = 4;
    private static final Duration AHEAD = Duration.ofSeconds(30);
    private static final int WAIT_SECONDS = 10;

    private final Revisions revisions;
    private final Clock clock;
    private final ReentrantLock refreshing = new ReentrantLock();
    private final ReentrantLock loading = new ReentrantLock();
    private final Map<Long, PolicySnapshot> older =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Long, PolicySnapshot> eldest) {
                    return size() > OLDER_KEPT;
                }
            };
    private volatile PolicySnapshot head;

    PolicySnapshots(Revisions revisions, Clock clock) {
        this.revisions = revisions;
        this.clock = clock;
    }

    void start(@Observes StartupEvent started) {
        refresh();
    }

    /** The transaction's own thread may not read yet, so another one does while this one waits. */
    void appended(@Observes(during = TransactionPhase.AFTER_SUCCESS) HeadMoved moved) {
        try {
            CompletableFuture.runAsync(this::refresh, Infrastructure.getDefaultExecutor())
                    .get(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warnf(e, "Revision %d is not in memory yet; the next refresh", moved.number());
        }
    }

    void heard(@ObservesAsync HeadMoved moved) {
        refreshOrLog();
    }

    @Scheduled(every = "2s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void tick() {
        refreshOrLog();
    }

    private void refreshOrLog() {
        try {
            refresh();
        } catch (RuntimeException e) {
            LOG.warnf("The newest revision cannot be read: %s", e.getMessage());
        }
    }

    /** Looks for a newer revision and keeps the present epoch compiled. Blocks. */
    void refresh() {
        refreshing.lock();
        try {
            PolicySnapshot known = head;
            Revision newest = revisions.head();
            PolicySnapshot next =
                    known != null && known.revision().hash().equals(newest.hash())
                            ? known
                            : new PolicySnapshot(newest, revisions.policy(newest.number()));
            next.keepPresent(clock.instant(), AHEAD);
            head = next;
            if (known != null && known != next) {
                remember(known);
            }
        } finally {
            refreshing.unlock();
        }
    }

    private void remember(PolicySnapshot snapshot) {
        synchronized (older) {
            older.put(snapshot.revision().number(), snapshot);
        }
    }

    /**
     * The snapshot if it is in memory, else null. Never blocks for long.
     *
     * @param number null = the newest
     */
    PolicySnapshot find(Long number) {
        PolicySnapshot newest = head;
        if (number == null || newest != null && newest.revision().number() == number) {
            return newest;
        }
        synchronized (older) {
            return older.get(number);
        }
    }

    /**
     * The snapshot, read from the database if need be, one at a time. Blocks.
     *
     * @param number null = the newest
     * @throws DomainException NOT_FOUND if there is no such revision; UNAVAILABLE if the newest
     *     cannot be read
     */
    PolicySnapshot get(Long number) {
        PolicySnapshot known = find(number);
        if (known != null) {
            return known;
        }
        if (number == null) {
            return first();
        }
        loading.lock();
        try {
            known = find(number);
            if (known == null) {
                Revision revision =
                        revisions
                                .find(number)
                                .orElseThrow(
                                        () ->
                                                new DomainException(
                                                        ErrorCode.NOT_FOUND,
                                                        "there is no revision " + number));
                known = new PolicySnapshot(revision, revisions.policy(number));
                remember(known);
            }
            return known;
        } finally {
            loading.unlock();
        }
    }

    private PolicySnapshot first() {
        try {
            refresh();
        } catch (RuntimeException e) {
            LOG.warnf("No revision could be read yet: %s", e.getMessage());
            throw new DomainException(
                    ErrorCode.UNAVAILABLE, "the policy is not in memory yet; ask again soon");
        }
        return head;
    }
}
