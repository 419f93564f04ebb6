package io.postern.probe;

import io.postern.policy.Address;
import io.postern.policy.Policy;
import io.postern.policy.Server;
import io.postern.probe.PlanPoint.Question;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What everybody who adds questions to one plan needs. */
record PlanDesk(
        Policy policy,
        Server server,
        Instant at,
        PlanReach reach,
        PlanExpectations expectations,
        PlanTargets targets,
        EnforcementPaths paths,
        PlanRegions regions,
        PlanChoice choice) {
    /** The server's usual target, from that source. */
    PlanPoint point(int port, Address source, ProvenIdentity as) {
        return new PlanPoint(targets.first(source.family()), port, source, as);
    }

    /**
     * Asks one of some points, of two vantages where two can show it.
     *
     * @param anyOf the best first
     * @return the point that is asked; empty = none can be, or none has a place
     */
    Optional<PlanPoint> pose(PlanStage stage, String reason, List<PlanPoint> anyOf) {
        Optional<PlanPoint> asked =
                choice.ask(
                                stage,
                                reason,
                                anyOf.stream()
                                        .flatMap(point -> reach.questions(point).stream().limit(1))
                                        .toList())
                        .map(Question::point);
        asked.ifPresent(
                point ->
                        reach.questions(point).stream()
                                .skip(1)
                                .forEach(
                                        second ->
                                                choice.ask(
                                                        stage,
                                                        reason + ", asked of a second vantage",
                                                        List.of(second))));
        return asked;
    }
}
