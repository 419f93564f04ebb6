package io.postern.rollout;

import io.postern.enforcement.server.CompiledServer;
import io.postern.enforcement.server.ObservedServer;
import io.postern.enforcement.server.Post;
import io.postern.enforcement.server.ServerCompiler;
import io.postern.policy.Impact;
import io.postern.policy.Policy;
import io.postern.policy.Region;
import io.postern.policy.Revisions;
import io.postern.policy.Server;
import io.postern.probe.Coverage;
import io.postern.probe.EnforcementPaths;
import io.postern.probe.PlannedProbe;
import io.postern.probe.ProbePlan;
import io.postern.probe.ProbePlanConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Plans what proves a revision on some posts. */
@ApplicationScoped
class RolloutProbes {
    private final Fleet fleet;
    private final Revisions revisions;
    private final ProbePlanConfig planning;

    RolloutProbes(Fleet fleet, Revisions revisions, ProbePlanConfig planning) {
        this.fleet = fleet;
        this.revisions = revisions;
        this.planning = planning;
    }

    /**
     * What is to be asked.
     *
     * @param probes empty = nothing can be
     * @param coverage how much of the change they show, of all servers together
     */
    record Planned(List<PlannedProbe> probes, Coverage coverage) {}

    /**
     * Plans the proof of the way from one revision to another.
     *
     * @param posts names of posts; their servers are asked
     */
    Planned plan(long before, long after, List<String> posts, Instant now) {
        Policy policy = revisions.policy(after);
        List<Region> impact = Impact.between(revisions.policy(before), policy, null).regions();
        List<PlannedProbe> probes = new ArrayList<>();
        Coverage coverage = Coverage.NONE;
        for (String name : servers(posts)) {
            Server server = policy.server(name).orElse(null);
            if (server != null) {
                ProbePlan plan =
                        ProbePlan.of(
                                impact,
                                policy,
                                server,
                                now,
                                fleet.reach(server),
                                paths(policy, server, after, now),
                                planning.budget());
                probes.addAll(plan.probes());
                coverage = coverage.plus(plan.namedCoverage());
            }
        }
        return new Planned(probes, coverage);
    }

    /** What the server will hold, or holds already. */
    private EnforcementPaths paths(Policy policy, Server server, long revision, Instant now) {
        return ServerCompiler.isPushed(server)
                ? fleet.observed(server.name())
                        .flatMap(observed -> paths(policy, server, revision, observed, now))
                        .orElse(EnforcementPaths.UNKNOWN)
                : EnforcementPaths.UNKNOWN;
    }

    private static Optional<EnforcementPaths> paths(
            Policy policy, Server server, long revision, ObservedServer observed, Instant now) {
        CompiledServer compiled = ServerCompiler.compile(policy, server, revision, observed, now);
        return compiled.refused().isPresent()
                ? Optional.empty()
                : Optional.of(EnforcementPaths.of(server, compiled.desired(), observed));
    }

    /** The servers that posts are posts of. */
    private static List<String> servers(List<String> posts) {
        return posts.stream().map(post -> Post.parse(post).server()).distinct().toList();
    }
}
