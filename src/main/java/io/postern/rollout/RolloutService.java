package io.postern.rollout;

import io.postern.audit.AuditTrail;
import io.postern.enforcement.DesiredState;
import io.postern.enforcement.ReceiveConnector;
import io.postern.policy.Impact;
import io.postern.policy.Policy;
import io.postern.policy.Revision;
import io.postern.policy.Revisions;
import io.postern.policy.Server;
import io.postern.probe.PlannedProbe;
import io.postern.probe.ProbePlan;
import io.postern.probe.ProbeService;
import io.postern.problem.DomainException;
import io.postern.problem.ErrorCode;
import io.postern.security.Actor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Takes the steps that the law demands, one transaction each: what is stored has happened, what is
 * not has not.
 */
@ApplicationScoped
public class RolloutService {
    private final Rollouts rollouts;
    private final Fleet fleet;
    private final Revisions revisions;
    private final ProbeService probes;
    private final AuditTrail audit;
    private final Event<RolloutFinished> finished;
    private final RolloutConfig config;
    private final Clock clock;

    RolloutService(
            Rollouts rollouts,
            Fleet fleet,
            Revisions revisions,
            ProbeService probes,
            AuditTrail audit,
            Event<RolloutFinished> finished,
            RolloutConfig config,
            Clock clock) {
        this.rollouts = rollouts;
        this.fleet = fleet;
        this.revisions = revisions;
        this.probes = probes;
        this.audit = audit;
        this.finished = finished;
        this.config = config;
        this.clock = clock;
    }

    /**
     * Starts the rollout of a revision, in the caller's transaction.
     *
     * @throws DomainException ROLLOUT_RUNNING if another rollout is under way
     */
    @Transactional
    public Rollout start(Actor actor, long changeId, Revision revision, long previousRevision) {
        List<Rollout> running = rollouts.unfinished();
        if (!running.isEmpty()) {
            throw new DomainException(
                    ErrorCode.ROLLOUT_RUNNING,
                    "rollout " + running.get(0).id() + " is still under way");
        }
        RingPlan plan = RingPlan.of(policy(revision.number()), config.rings());
        Rollout rollout =
                rollouts.add(
                        Rollout.planned(
                                changeId,
                                revision.number(),
                                previousRevision,
                                plan.rings(),
                                plan.skipped(),
                                clock.instant()));
        audit.record(
                actor.name(),
                "rollout.started",
                "rollout",
                String.valueOf(rollout.id()),
                Map.of(
                        "revision",
                        revision.number(),
                        "servers",
                        rollout.servers(),
                        "skipped",
                        plan.skipped()));
        return rollout;
    }

    /** Ids of the rollouts that are not at their end. */
    @Transactional
    public List<Long> unfinished() {
        return rollouts.unfinished().stream().map(Rollout::id).toList();
    }

    @Transactional
    public Optional<Rollout> find(long id) {
        return rollouts.find(id);
    }

    @Transactional
    public List<Rollout> before(long before, int limit) {
        return rollouts.before(before, limit);
    }

    /**
     * Takes at most one step.
     *
     * @return whether one was taken, so that there may be another
     */
    @Transactional(Transactional.TxType.REQUIRES_NEW)
    public boolean step(long id) {
        Optional<Rollout> stored = rollouts.findForUpdate(id);
        if (stored.isEmpty()) {
            return false;
        }
        RolloutLaw law =
                new RolloutLaw(
                        config.activationPatience(),
                        config.probePatience(),
                        config.probeAttempts());
        Instant now = clock.instant();
        Optional<RolloutStep> step =
                law.next(stored.get(), new RolloutLaw.World(fleet::view, probes::summary), now);
        step.ifPresent(next -> rollouts.save(take(stored.get(), next, now)));
        return step.isPresent();
    }

    private Rollout take(Rollout rollout, RolloutStep step, Instant now) {
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
        Policy policy = policy(rollout.revision());
        for (ServerTarget target : ring.targets()) {
            if (fleet.observed(target.server()).isEmpty()) {
                return brake(
                        rollout,
                        target.server()
                                + ": no agent has reported its state, nothing can be compiled",
                        now);
            }
        }
        List<ServerTarget> targets = new ArrayList<>();
        for (ServerTarget target : ring.targets()) {
            Server server = policy.server(target.server()).orElseThrow();
            List<ReceiveConnector> observed = fleet.observed(server.name()).orElseThrow();
            DesiredState state =
                    ServerPlan.of(policy, server, rollout.revision(), observed, now).desired();
            long serial = fleet.publish(state, rollout.id(), config.confirmWindow());
            targets.add(target.published(serial, state.digest()));
        }
        record(rollout, "rollout.ring-published", Map.of("ring", ring.name()));
        return rollout.with(ring.with(targets).in(RingState.PUSHING, now));
    }

    private Rollout askProbes(Rollout rollout, Ring ring, Instant now) {
        List<String> servers = ring.targets().stream().map(ServerTarget::server).toList();
        List<PlannedProbe> planned =
                plan(rollout.previousRevision(), rollout.revision(), servers, now);
        if (planned.isEmpty()) {
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

    private List<PlannedProbe> plan(long before, long after, List<String> servers, Instant now) {
        Policy policy = policy(after);
        List<PlannedProbe> planned = new ArrayList<>();
        var impact = Impact.between(policy(before), policy, null).regions();
        for (String name : servers) {
            policy.server(name)
                    .ifPresent(
                            server ->
                                    planned.addAll(
                                            ProbePlan.of(impact, policy, server, now).probes()));
        }
        return planned;
    }

    private Rollout confirm(Rollout rollout, Ring ring, Actor actor, Instant now) {
        ring.targets().forEach(target -> fleet.confirm(target.server(), target.serial()));
        audit.record(
                actor.name(),
                "rollout.ring-confirmed",
                "rollout",
                String.valueOf(rollout.id()),
                Map.of("ring", ring.name()));
        return rollout.with(ring.in(RingState.DONE, now));
    }

    private Rollout brake(Rollout rollout, String reason, Instant now) {
        rollout.rings().stream()
                .map(Ring::batch)
                .filter(java.util.Objects::nonNull)
                .forEach(probes::drop);
        Revision authority =
                revisions.append(
                        revisions.head().number(),
                        revisions.entries(rollout.previousRevision()),
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
                new DesiredState(before.kind(), before.server(), authority, before.connectors());
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
                        : plan(rollout.revision(), rollout.authorityRevision(), servers, now);
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

    private Policy policy(long revision) {
        return revisions.policy(revision);
    }

    /** Halts it. Agents keep counting: what nobody confirms they undo. */
    @Transactional
    public Rollout pause(Actor actor, long id) {
        return act(
                actor,
                id,
                "rollout.paused",
                rollout -> {
                    require(rollout, RolloutState.RUNNING);
                    return rollout.in(
                            RolloutState.PAUSED, "paused by " + actor.name(), clock.instant());
                });
    }

    @Transactional
    public Rollout resume(Actor actor, long id) {
        return act(
                actor,
                id,
                "rollout.resumed",
                rollout -> {
                    require(rollout, RolloutState.PAUSED);
                    return rollout.in(RolloutState.RUNNING, null, clock.instant());
                });
    }

    /** Undoes it everywhere. */
    @Transactional
    public Rollout abort(Actor actor, long id) {
        return act(
                actor,
                id,
                "rollout.aborted",
                rollout -> {
                    if (rollout.state() != RolloutState.RUNNING
                            && rollout.state() != RolloutState.PAUSED) {
                        throw wrongState(rollout);
                    }
                    return brake(rollout, "aborted by " + actor.name(), clock.instant());
                });
    }

    /** Confirms a ring for which no probe was possible, by name. */
    @Transactional
    public Rollout promote(Actor actor, long id, String ringName) {
        return act(
                actor,
                id,
                "rollout.promoted",
                rollout -> {
                    require(rollout, RolloutState.RUNNING);
                    Ring ring =
                            rollout.current()
                                    .filter(
                                            r ->
                                                    r.name().equals(ringName)
                                                            && r.state()
                                                                    == RingState.AWAITING_PROMOTION)
                                    .orElseThrow(
                                            () ->
                                                    new DomainException(
                                                            ErrorCode.WRONG_STATE,
                                                            "ring '"
                                                                    + ringName
                                                                    + "' does not wait for a promotion"));
                    return confirm(rollout, ring, actor, clock.instant());
                });
    }

    private Rollout act(
            Actor actor, long id, String action, java.util.function.UnaryOperator<Rollout> change) {
        Rollout rollout =
                rollouts.findForUpdate(id)
                        .orElseThrow(
                                () ->
                                        new DomainException(
                                                ErrorCode.NOT_FOUND, "there is no rollout " + id));
        audit.record(actor.name(), action, "rollout", String.valueOf(id), Map.of());
        Rollout next = change.apply(rollout);
        rollouts.save(next);
        return next;
    }

    private static void require(Rollout rollout, RolloutState state) {
        if (rollout.state() != state) {
            throw wrongState(rollout);
        }
    }

    private static DomainException wrongState(Rollout rollout) {
        return new DomainException(
                ErrorCode.WRONG_STATE, "rollout " + rollout.id() + " is " + rollout.state());
    }
}
