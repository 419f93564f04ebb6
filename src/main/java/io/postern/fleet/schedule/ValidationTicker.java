package io.postern.fleet.schedule;

import io.postern.audit.AuditNews;
import io.postern.fleet.ValidationConfig;
import io.postern.fleet.ValidationService;
import io.quarkus.scheduler.Scheduled;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.interceptor.Interceptor;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;

/** Drives continuous validation: answers at once, turns as their time comes. */
@ApplicationScoped
public class ValidationTicker {
    private static final Logger LOG = Logger.getLogger(ValidationTicker.class);
    private static final int MAX_STEPS = 200;

    private final ValidationService service;
    private final ValidationConfig config;
    private final ReentrantLock oneAtATime = new ReentrantLock();

    ValidationTicker(ValidationService service, ValidationConfig config) {
        this.service = service;
        this.config = config;
    }

    /** Last, since observers of one event are called one after the other and this may take long. */
    void heard(@Priority(Interceptor.Priority.LIBRARY_AFTER) @ObservesAsync AuditNews news) {
        if (news.action().equals("probe.answered")) {
            drive();
        }
    }

    @Scheduled(every = "5s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void tick() {
        drive();
    }

    @Scheduled(every = "1h", delayed = "1m")
    void tidy() {
        if (config.enabled()) {
            service.tidy();
        }
    }

    private void drive() {
        if (!config.enabled() || !oneAtATime.tryLock()) {
            return;
        }
        try {
            int steps = 0;
            while (steps < MAX_STEPS && service.step()) {
                steps++;
            }
        } catch (RuntimeException e) {
            // The next tick tries again; the state is what was stored last.
            LOG.errorf(e, "A step of validation failed");
        } finally {
            oneAtATime.unlock();
        }
    }
}
