package io.postern.rollout.schedule;

import io.postern.audit.AuditNews;
import io.postern.rollout.RolloutService;
import io.quarkus.scheduler.Scheduled;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.interceptor.Interceptor;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;

/**
 * The only clockwork of rollouts: news drives them at once, the tick when time alone passes or a
 * start resumes.
 */
@ApplicationScoped
public class RolloutTicker {
    private static final Logger LOG = Logger.getLogger(RolloutTicker.class);
    private static final Set<String> SUBJECTS = Set.of("rollout", "server", "");
    private static final int MAX_STEPS = 20;

    private final RolloutService service;
    private final ReentrantLock oneAtATime = new ReentrantLock();
    private final AtomicBoolean isDue = new AtomicBoolean();

    RolloutTicker(RolloutService service) {
        this.service = service;
    }

    /** Last, since observers of one event are called one after the other and this may take long. */
    void heard(@Priority(Interceptor.Priority.LIBRARY_AFTER) @ObservesAsync AuditNews news) {
        if (SUBJECTS.contains(news.subjectKind())) {
            drive();
        }
    }

    @Scheduled(every = "1s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void tick() {
        drive();
    }

    /** News that comes while others wait for their turn is seen by the one that waits. */
    private void drive() {
        if (isDue.getAndSet(true)) {
            return;
        }
        oneAtATime.lock();
        try {
            isDue.set(false);
            for (long id : service.driven()) {
                drive(id);
            }
        } finally {
            oneAtATime.unlock();
        }
    }

    private void drive(long id) {
        try {
            int steps = 0;
            while (steps < MAX_STEPS && service.step(id)) {
                steps++;
            }
        } catch (RuntimeException e) {
            // The next tick tries again; the state is what was stored last.
            LOG.errorf(e, "A rollout's step failed, rolloutId=%d", id);
        }
    }
}
