package io.postern.fleet;

import io.postern.probe.Probe;
import io.postern.probe.ProbeResult;
import io.postern.probe.ProbeService;
import io.postern.security.Actor;
import io.postern.smtp.ProbeOutcome;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jboss.logging.Logger;

/**
 * Makes the probes that are addressed to the service itself. One that a restart cuts off is still
 * open, and made again.
 */
@ApplicationScoped
public class ServiceProbes {
    private static final Logger LOG = Logger.getLogger(ServiceProbes.class);
    private static final int AT_ONCE = 200;
    private static final int MAX_LINE = 2000;

    private final ServiceVantage vantage;
    private final AgentServers servers;
    private final FleetService fleet;
    private final ProbeService probes;
    private final Set<Long> underWay = ConcurrentHashMap.newKeySet();

    ServiceProbes(
            ServiceVantage vantage, AgentServers servers, FleetService fleet, ProbeService probes) {
        this.vantage = vantage;
        this.servers = servers;
        this.fleet = fleet;
        this.probes = probes;
    }

    /**
     * Begins those that are open and not under way, and returns.
     *
     * @param executor on which results are stored
     */
    public void begin(Executor executor) {
        vantage.prober().ifPresent(prober -> begin(prober, executor));
    }

    private void begin(ServiceProber prober, Executor executor) {
        // What was planned from another replica's addresses only that one can ask.
        Set<String> own = Set.copyOf(prober.addresses());
        for (Probe probe : probes.openAt(ServiceVantage.NAME, List.of(), AT_ONCE)) {
            if (!own.contains(probe.source()) || !underWay.add(probe.id())) {
                continue;
            }
            Optional<String> target = servers.target(probe);
            if (target.isEmpty()) {
                underWay.remove(probe.id());
                continue;
            }
            CompletionStage<ProbeOutcome> outcome =
                    prober.probe(
                            new ServiceProber.Task(
                                    target.get(),
                                    probe.port(),
                                    probe.source(),
                                    servers.settings()));
            outcome.whenCompleteAsync((made, failure) -> end(probe, made, failure), executor);
        }
    }

    private void end(Probe probe, ProbeOutcome made, Throwable failure) {
        try {
            if (failure != null) {
                throw new IllegalStateException("a probe failed to become an outcome", failure);
            }
            ProbeResult result =
                    ProbeResult.of(
                            made,
                            fleet.isBehindNetworkLayer(probe.server()),
                            false,
                            made.written(ProbeResult.MAX_TRANSCRIPT_LINES, MAX_LINE));
            probes.answer(
                    Actor.SERVICE.name(),
                    ServiceVantage.NAME,
                    probe.server(),
                    Map.of(probe.id(), result));
        } catch (RuntimeException e) {
            // It is still open, and made again.
            LOG.errorf(e, "A probe of the service failed, probeId=%d", probe.id());
        } finally {
            underWay.remove(probe.id());
        }
    }
}
