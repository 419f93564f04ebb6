package io.postern.rollout;

import io.postern.enforcement.server.ObservedServer;
import io.postern.enforcement.server.Post;
import io.postern.policy.Impact;
import io.postern.policy.Policy;
import io.postern.policy.Region;
import io.postern.policy.Revisions;
import io.postern.policy.Server;
import io.postern.probe.Coverage;
import io.postern.probe.PlannedProbe;
import io.postern.probe.ProbePlan;
import io.postern.probe.VantageReach;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Plans what proves a revision on some posts. */
@ApplicationScoped
class RolloutProbes {
    private final Fleet fleet;
    private final Revisions revisions;

    RolloutProbes(Fleet fleet, Revisions revisions) {
        this.fleet = fleet;
        this.revisions = revisions;
    }

    /**
     * What is to be asked.
     *
     * @param probes empty = nothing can be
     * @param coverage how much of the change they show
     * @param isBlind whether they show nothing of it: what did not change is no proof of it
     */
    record Planned(List<PlannedProbe> probes, Coverage coverage, boolean isBlind) {}

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
        boolean isBlind = true;
        for (String name : servers(posts)) {
            Server server = policy.server(name).orElse(null);
            if (server != null) {
                ProbePlan plan = ProbePlan.of(impact, policy, server, now, reach(server));
                probes.addAll(plan.probes());
                coverage = coverage.plus(coverage(plan));
                isBlind &= plan.isBlind();
            }
        }
        return new Planned(probes, coverage, isBlind);
    }

    private static Coverage coverage(ProbePlan plan) {
        return new Coverage(
                plan.regions(),
                plan.coveredRegions(),
                0,
                plan.addresses(),
                plan.coveredAddresses(),
                BigInteger.ZERO,
                plan.uncovered());
    }

    /** The servers that posts are posts of. */
    private static List<String> servers(List<String> posts) {
        return posts.stream().map(post -> Post.parse(post).server()).distinct().toList();
    }

    private VantageReach reach(Server server) {
        return fleet.observed(server.name()).map(ObservedServer::showsIdentities).orElse(false)
                ? VantageReach.simulated("agent:" + fleet.view(server.name()).agent())
                : VantageReach.of(fleet.vantages(server.name()), server.addresses());
    }
}
