package io.postern.probe;

import io.postern.audit.AuditTrail;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Takes results in and judges them. */
@ApplicationScoped
public class ProbeService {
    private final Probes probes;
    private final AuditTrail audit;
    private final Clock clock;

    ProbeService(Probes probes, AuditTrail audit, Clock clock) {
        this.probes = probes;
        this.audit = audit;
        this.clock = clock;
    }

    /** Asks for probes; those who can answer are told by the trail. */
    @Transactional
    public void ask(
            String batch, Long rolloutId, String ring, List<PlannedProbe> planned, long revision) {
        probes.ask(batch, rolloutId, ring, planned, revision, clock.instant());
        planned.stream()
                .map(PlannedProbe::server)
                .distinct()
                .forEach(
                        server ->
                                audit.record(
                                        "postern",
                                        "probe.requested",
                                        "server",
                                        server,
                                        Map.of("batch", batch, "ring", ring)));
    }

    /**
     * Judges results of one server's probes and stores them. Results for probes that are not open
     * are left alone.
     *
     * @return how many were open
     */
    @Transactional
    public int answer(String actor, String server, Map<Long, ProbeResult> results) {
        int answered = 0;
        int failed = 0;
        for (Map.Entry<Long, ProbeResult> result : results.entrySet()) {
            Optional<Probe> probe =
                    probes.find(result.getKey()).filter(p -> p.server().equals(server));
            if (probe.isPresent()) {
                ProbeAnswer answer = judge(probe.get(), result.getValue());
                if (probes.answer(probe.get().id(), answer, clock.instant())) {
                    answered++;
                    failed += answer.verdict() == Verdict.PASS ? 0 : 1;
                }
            }
        }
        if (answered > 0) {
            audit.record(
                    actor,
                    "probe.answered",
                    "server",
                    server,
                    Map.of("answered", answered, "notPassed", failed));
        }
        return answered;
    }

    private static ProbeAnswer judge(Probe probe, ProbeResult result) {
        return new ProbeAnswer(
                ProbeJudge.judge(probe.expected(), result.observed()),
                ProbeJudge.word(result.observed()),
                ProbeJudge.explain(probe.expected(), result.observed(), result.detail()),
                result.simulated(),
                result.transcript());
    }

    @Transactional
    public List<Probe> open(String server, int limit) {
        return probes.open(server, limit);
    }

    /**
     * The open probes that are asked from any of these addresses.
     *
     * @param sources texts of addresses
     */
    @Transactional
    public List<Probe> openFrom(Collection<String> sources, int limit) {
        return sources.isEmpty() ? List.of() : probes.openFrom(sources, limit);
    }

    @Transactional
    public Optional<Probe> find(long id) {
        return probes.find(id);
    }

    @Transactional
    public List<Probe> ofRollout(long rolloutId) {
        return probes.ofRollout(rolloutId);
    }

    @Transactional
    public BatchSummary summary(String batch) {
        return probes.summary(batch);
    }

    @Transactional
    public void drop(String batch) {
        probes.drop(batch);
    }
}
