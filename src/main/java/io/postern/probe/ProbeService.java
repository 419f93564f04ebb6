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
     * Judges results of one server's probes and stores them. Results for probes that are not open,
     * or are addressed to another vantage, are left alone.
     *
     * @param vantage name of the vantage that answers
     * @return how many were open
     */
    @Transactional
    public int answer(String vantage, String server, Map<Long, ProbeResult> results) {
        return answer(vantage, vantage, server, results);
    }

    /**
     * As above.
     *
     * @param actor who sent the results, for the trail
     */
    @Transactional
    public int answer(String actor, String vantage, String server, Map<Long, ProbeResult> results) {
        int answered = 0;
        int failed = 0;
        for (Map.Entry<Long, ProbeResult> result : results.entrySet()) {
            Optional<Probe> probe =
                    probes.find(result.getKey())
                            .filter(p -> p.server().equals(server))
                            .filter(p -> p.vantage() == null || p.vantage().equals(vantage));
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
                    actor.equals(vantage)
                            ? Map.of("answered", answered, "notPassed", failed)
                            : Map.of(
                                    "answered", answered, "notPassed", failed, "vantage", vantage));
        }
        return answered;
    }

    /** Whether a probe already holds just what this result would give it. */
    public static boolean isRepeated(Probe probe, ProbeResult result) {
        ProbeAnswer again = judge(probe, result);
        return probe.state() == ProbeState.ANSWERED
                && again.verdict() == probe.verdict()
                && again.observed().equals(probe.observed())
                && again.explanation().equals(probe.explanation())
                && again.simulated() == probe.simulated()
                && String.join("\n", again.transcript())
                        .equals(String.join("\n", probe.transcript()));
    }

    private static ProbeAnswer judge(Probe probe, ProbeResult result) {
        return new ProbeAnswer(
                ProbeJudge.judge(probe.expected(), result.observed()),
                ProbeJudge.word(result.observed()),
                ProbeJudge.explain(probe.expected(), result.observed(), result.detail()),
                result.simulated(),
                result.transcript());
    }

    /** The open probes of a server that are addressed to this vantage, or to nobody. */
    @Transactional
    public List<Probe> open(String server, String vantage, int limit) {
        return probes.open(server, vantage, limit);
    }

    /**
     * The open probes that are addressed to this vantage, or to nobody and asked from any of these
     * addresses.
     *
     * @param sources texts of addresses
     */
    @Transactional
    public List<Probe> openAt(String vantage, Collection<String> sources, int limit) {
        return probes.openAt(vantage, sources, limit);
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
