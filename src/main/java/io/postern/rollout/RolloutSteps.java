package io.postern.rollout;

import io.postern.audit.AuditTrail;
import io.postern.enforcement.server.CompiledServer;
import io.postern.enforcement.server.DesiredState;
import io.postern.enforcement.server.ObservedServer;
import io.postern.enforcement.server.Post;
import io.postern.enforcement.server.ServerCompiler;
import io.postern.policy.Impact;
import io.postern.policy.Policy;
import io.postern.policy.Region;
import io.postern.policy.Revision;
import io.postern.policy.Revisions;
import io.postern.policy.Server;
import io.postern.probe.PlannedProbe;
import io.postern.probe.ProbePlan;
import io.postern.probe.ProbeService;
import io.postern.security.Actor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** Takes the steps that the law demands, in the caller's transaction. */
@ApplicationScoped
class RolloutSteps {
    private final Fleet fleet;
    private final Revisions revisions;
    private final ProbeService probes;
    private final AuditTrail audit;
    private final Event<RolloutFinished> finished;
    private final RolloutConfig config;

    RolloutSteps(
            Fleet fleet,
            Revisions revisions,
            ProbeService probes,
            AuditTrail audit,
            Event<RolloutFinished> finished,
            RolloutConfig config) {
        this.fleet = fleet;
        this.revisions = revisions;
        this.probes = probes;
        this.audit = audit;
        this.finished = finished;
        this.config = config;
    }

    Rollout take(Rollout rollout, RolloutStep step, Instant now) {
        if (step instanceof RolloutStep.PublishRing publish) {
            return publishRing(rollout, ring(rollout, publish.ring()), now);
        }
        if (step instanceof RolloutStep.AskProbes ask) {
            return askProbes(rollout, ring(rollout, ask.ring()), now);
        }
        if (step instanceof RolloutStep.ConfirmRing confirm) {
            return confirm(rollout, ring(rollout, confirm.ring()), Actor.SERVICE, now);
        }
        if (step instanceof RolloutStep.Brake brake) {
            return brake(rollout, brake.reason(), now);
        }
        if (step instanceof RolloutStep.AskRollbackProbes ask) {
            return askRollbackProbes(rollout, ask.servers(), now);
        }
        if (step instanceof RolloutStep.Finish finish) {
            return finish(rollout, finish, now);
        }
        throw new IllegalStateException("unknown step " + step);
    }

    private static Ring ring(Rollout rollout, String name) {
        return rollout.rings().stream()
                .filter(ring -> ring.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private Rollout publishRing(Rollout rollout, Ring ring, Instant now) {
        Policy policy = revisions.policy(rollout.revision());
        Map<String, DesiredState> states = new LinkedHashMap<>();
        // All are compiled before the first is published, so that a refusal leaves none behind.
        for (ServerTarget target : ring.targets()) {
            Optional<ObservedServer> observed = fleet.observed(target.server());
            if (observed.isEmpty()) {
                return brake(rollout, target.server() + ": it was never read back", now);
            }
            Post post = Post.parse(target.server());
            Server server = policy.server(post.server()).orElseThrow();
            CompiledServer compiled =
                    ServerCompiler.compile(
                            policy,
                            server,
                            post,
                            rollout.revision(),
                            observed.get(),
                            fleet.observed(server.name()).orElse(null),
                            now);
            if (compiled.refused().isPresent()) {
                return brake(rollout, target.server() + ": " + compiled.refusal(), now);
            }
            states.put(target.server(), compiled.desired());
        }
        List<ServerTarget> targets = new ArrayList<>();
        for (ServerTarget target : ring.targets()) {
            DesiredState state = states.get(target.server());
            long serial = fleet.publish(state, rollout.id(), config.confirmWindow());
            targets.add(target.published(serial, state.digest()));
        }
        record(rollout, "rollout.ring-published", Map.of("ring", ring.name()));
        return rollout.with(ring.with(targets).in(RingState.PUSHING, now));
    }

    private Rollout askProbes(Rollout rollout, Ring ring, Instant now) {
        List<String> servers = protectedBy(ring.targets().stream().map(ServerTarget::server));
        List<ProbePlan> plans = plans(rollout.previousRevision(), rollout.revision(), servers, now);
        List<PlannedProbe> planned = probes(plans);
        // Where nothing of the change can be probed, what did not change is no proof of it.
        if (planned.isEmpty() || plans.stream().allMatch(ProbePlan::isBlind)) {
            record(rollout, "rollout.ring-awaits-promotion", Map.of("ring", ring.name()));
            return rollout.with(ring.in(RingState.AWAITING_PROMOTION, now));
        }
        String batch = UUID.randomUUID().toString();
        probes.ask(batch, rollout.id(), ring.name(), planned, rollout.revision());
        record(
                rollout,
                "rollout.ring-active",
                Map.of("ring", ring.name(), "probes", planned.size()));
        return rollout.with(ring.asked(batch).in(RingState.PROBING, now));
    }

    private static List<PlannedProbe> probes(List<ProbePlan> plans) {
        return plans.stream().flatMap(plan -> plan.probes().stream()).toList();
    }

    private List<ProbePlan> plans(long before, long after, List<String> servers, Instant now) {
        Policy policy = revisions.policy(after);
        List<ProbePlan> planned = new ArrayList<>();
        List<Region> impact = Impact.between(revisions.policy(before), policy, null).regions();
        for (String name : servers) {
            policy.server(name)
                    .ifPresent(
                            server ->
                                    planned.add(
                                            ProbePlan.of(
                                                    impact,
                                                    policy,
                                                    server,
                                                    now,
                                                    fleet.reach(server))));
        }
        return planned;
    }

    /** The servers that posts are posts of. */
    private static List<String> protectedBy(Stream<String> posts) {
        return posts.map(post -> Post.parse(post).server()).distinct().toList();
    }

    /** The posts of a server to which something is pushed. */
    List<String> posts(Server server) {
        return ServerCompiler.pushedPosts(server, fleet.posts(server.name()), fleet::observed);
    }

    Rollout confirm(Rollout rollout, Ring ring, Actor actor, Instant now) {
        ring.targets().forEach(target -> fleet.confirm(target.server(), target.serial()));
        audit.record(
                actor.name(),
                "rollout.ring-confirmed",
                "rollout",
                String.valueOf(rollout.id()),
                Map.of("ring", ring.name()));
        return rollout.with(ring.in(RingState.DONE, now));
    }

    Rollout brake(Rollout rollout, String reason, Instant now) {
        rollout.rings().stream().map(Ring::batch).filter(Objects::nonNull).forEach(probes::drop);
        long head = revisions.head().number();
        Revision authority =
                revisions.append(
                        head,
                        revisions.difference(head, rollout.previousRevision()),
                        Actor.SERVICE.name(),
                        "rollback of revision "
                                + rollout.revision()
                                + " to the content of "
                                + rollout.previousRevision(),
                        rollout.changeId(),
                        now);
        Rollout next =
                rollout.movedAuthority(authority.number())
                        .in(RolloutState.ROLLING_BACK, reason, now);
        for (Ring ring : rollout.rings()) {
            List<ServerTarget> targets = new ArrayList<>();
            for (ServerTarget target : ring.targets()) {
                targets.add(
                        target.isTouched() ? putBack(rollout, target, authority.number()) : target);
            }
            boolean touched = targets.stream().anyMatch(ServerTarget::isTouched);
            next = next.with(touched ? ring.with(targets).in(RingState.ROLLED_BACK, now) : ring);
        }
        record(
                rollout,
                "rollout.braked",
                Map.of("reason", reason, "authority", authority.number()));
        return next;
    }

    private ServerTarget putBack(Rollout rollout, ServerTarget target, long authority) {
        DesiredState before = fleet.before(target.server(), target.serial());
        DesiredState state =
                new DesiredState(
                        before.kind(),
                        before.server(),
                        authority,
                        before.connectors(),
                        before.layers());
        // It goes back to what was proven before, so nothing waits for a confirmation.
        long serial = fleet.publish(state, rollout.id(), null);
        return target.rolledBack(serial, state.digest());
    }

    private Rollout askRollbackProbes(Rollout rollout, List<String> servers, Instant now) {
        // Before the first revision there is no policy to expect anything of; read-back alone is
        // the proof.
        List<PlannedProbe> planned =
                rollout.previousRevision() == 0
                        ? List.of()
                        : probes(
                                plans(
                                        rollout.revision(),
                                        rollout.authorityRevision(),
                                        protectedBy(servers.stream()),
                                        now));
        String batch = UUID.randomUUID().toString();
        if (!planned.isEmpty()) {
            probes.ask(batch, rollout.id(), "rollback", planned, rollout.authorityRevision());
        }
        record(rollout, "rollout.restored", Map.of("servers", servers, "probes", planned.size()));
        return rollout.askedRollback(batch);
    }

    private Rollout finish(Rollout rollout, RolloutStep.Finish finish, Instant now) {
        Rollout end = rollout.in(finish.state(), finish.reason(), now).proven(finish.proof());
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("state", finish.state().name());
        details.put("proof", finish.proof());
        details.put("reason", finish.reason());
        record(rollout, "rollout.finished", details);
        finished.fire(new RolloutFinished(end));
        return end;
    }

    private void record(Rollout rollout, String action, Map<String, ?> details) {
        audit.record(
                Actor.SERVICE.name(), action, "rollout", String.valueOf(rollout.id()), details);
    }
}
