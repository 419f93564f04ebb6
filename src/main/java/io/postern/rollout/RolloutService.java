package io.postern.rollout;

import io.postern.audit.AuditTrail;
import io.postern.policy.Revision;
import io.postern.policy.Revisions;
import io.postern.probe.ProbeService;
import io.postern.problem.DomainException;
import io.postern.problem.ErrorCode;
import io.postern.security.Actor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Starts rollouts, lets the law drive them one stored step at a time, and takes people's orders:
 * what is stored has happened, what is not has not.
 */
@ApplicationScoped
public class RolloutService {
    private final Rollouts rollouts;
    private final RolloutSteps steps;
    private final Fleet fleet;
    private final Revisions revisions;
    private final ProbeService probes;
    private final AuditTrail audit;
    private final RolloutConfig config;
    private final Clock clock;

    RolloutService(
            Rollouts rollouts,
            RolloutSteps steps,
            Fleet fleet,
            Revisions revisions,
            ProbeService probes,
            AuditTrail audit,
            RolloutConfig config,
            Clock clock) {
        this.rollouts = rollouts;
        this.steps = steps;
        this.fleet = fleet;
        this.revisions = revisions;
        this.probes = probes;
        this.audit = audit;
        this.config = config;
        this.clock = clock;
    }

    /**
     * Starts the rollout of a revision, in the caller's transaction.
     *
     * @throws DomainException ROLLOUT_RUNNING if another rollout is under way; WRONG_STATE if a
     *     server of the plan has never been read, so that nothing can be compiled for it
     */
    @Transactional
    public Rollout start(Actor actor, long changeId, Revision revision, long previousRevision) {
        List<Rollout> running = rollouts.unfinished();
        if (!running.isEmpty()) {
            throw new DomainException(
                    ErrorCode.ROLLOUT_RUNNING,
                    "rollout " + running.get(0).id() + " is still under way");
        }
        RingPlan plan =
                RingPlan.of(
                        revisions.policy(previousRevision),
                        revisions.policy(revision.number()),
                        config.rings(),
                        server -> steps.posts(server));
        requireObserved(plan);
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

    private void requireObserved(RingPlan plan) {
        List<String> unread =
                plan.rings().stream()
                        .flatMap(ring -> ring.targets().stream())
                        .map(ServerTarget::server)
                        .filter(server -> fleet.observed(server).isEmpty())
                        .toList();
        if (!unread.isEmpty()) {
            throw new DomainException(
                    ErrorCode.WRONG_STATE,
                    "no agent has reported the connectors of "
                            + String.join(", ", unread)
                            + ": enrol one, or give the server mode observe");
        }
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
        step.ifPresent(next -> rollouts.save(steps.take(stored.get(), next, now)));
        return step.isPresent();
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
                    return steps.brake(rollout, "aborted by " + actor.name(), clock.instant());
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
                    requireHeld(ring);
                    return steps.confirm(rollout, ring, actor, clock.instant());
                });
    }

    /** A name is no evidence: every agent must still report what was published. */
    private void requireHeld(Ring ring) {
        for (ServerTarget target : ring.targets()) {
            ServerView view = fleet.view(target.server());
            if (view.activeSerial() != target.serial()
                    || !target.digest().equals(view.activeDigest())) {
                throw new DomainException(
                        ErrorCode.WRONG_STATE,
                        target.server() + " does not report the revision active any more");
            }
        }
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
