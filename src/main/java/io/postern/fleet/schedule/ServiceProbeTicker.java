package io.postern.fleet.schedule;

import io.postern.fleet.ServiceProbes;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.context.ManagedExecutor;

/** Looks every second whether the service is asked something. */
@ApplicationScoped
public class ServiceProbeTicker {
    private final ServiceProbes probes;
    private final ManagedExecutor executor;

    ServiceProbeTicker(ServiceProbes probes, ManagedExecutor executor) {
        this.probes = probes;
        this.executor = executor;
    }

    @Scheduled(every = "1s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void tick() {
        probes.begin(executor);
    }
}
