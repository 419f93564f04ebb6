package io.postern.rollout;

import io.postern.audit.AuditTrail;
import io.postern.enforcement.server.ServerCompiler;
import io.postern.policy.Revision;
import io.postern.policy.Revisions;
import io.postern.policy.Server;
import io.postern.probe.BatchSummary;
import io.postern.probe.ProbeService;
import io.postern.problem.DomainException;
import io.postern.problem.ErrorCode;
import io.postern.security.Actor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/**
 * Starts rollouts, lets the law drive them one stored step at a time, and takes people's orders:
 * what is stored has happened, what is not has not.
 */
@ApplicationScoped
public class RolloutService {
    private static final int MAX_REASON = 500;

    private final Rollouts rollouts;
    private final RolloutSteps steps;
    private final RolloutOrders orders;
    private final Fleet fleet;
    private final Revisions revisions;
    private final ProbeService probes;
    private final AuditTrail audit;
    private final RolloutConfig config;
    private final Clock clock;

    RolloutService(
            Rollouts rollouts,
            RolloutSteps steps,
            RolloutOrders orders,
            Fleet fleet,
            Revisions revisions,
            ProbeService probes,
            AuditTrail audit,
            RolloutConfig config,
            Clock clock) {
        this.rollouts = rollouts;
        this.steps = steps;
        this.orders = orders;
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
     * @param wish how carefully it goes
     * @throws DomainException ROLLOUT_RUNNING if another rollout is under way; INVALID_FIELD if the
     *     plan cannot meet what is wished; WRONG_STATE if a server of the plan has never been read,
     *     so that nothing can be compiled for it
     */
    @Transactional
    public Rollout start(
            Actor actor,
            long changeId,
            Revision revision,
            long previousRevision,
            RolloutWish wish) {
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
                        this::posts);
        RolloutOptions options = RolloutOptions.of(wish, config, plan.rings());
        requireMet(options, wish, plan);
        requireObserved(plan);
        Rollout rollout =
                rollouts.add(
                        Rollout.planned(
                                changeId,
                                revision.number(),
                                previousRevision,
                                plan,
                                options,
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
                        plan.skipped(),
                        "options",
                        options));
        return rollout;
    }

    /** The posts of a server to which something is pushed. */
    private List<String> posts(Server server) {
        return ServerCompiler.pushedPosts(server, fleet.posts(server.name()), fleet::observed);
    }

    private void requireMet(RolloutOptions options, RolloutWish wish, RingPlan plan) {
        List<DomainException.Fault> faults = new ArrayList<>(options.faults(wish, plan.rings()));
        if (faults.isEmpty()) {
            faults.addAll(options.tooLong(plan.rings(), config));
        }
        if (!faults.isEmpty()) {
            throw new DomainException(ErrorCode.INVALID_FIELD, faults.get(0).message(), faults);
        }
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

    /** Ids of the rollouts that something may still happen to by itself. */
    @Transactional
    public List<Long> driven() {
        return Stream.concat(rollouts.unfinished().stream(), rollouts.watched().stream())
                .map(Rollout::id)
                .toList();
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
                        config.probeAttempts(),
                        config.probePause());
        Instant now = clock.instant();
        Optional<RolloutStep> step =
                law.next(stored.get(), world(stored.get()), now)
                        .filter(next -> !(provesAgain(next) && isHeldBack(stored.get())));
        step.ifPresent(next -> rollouts.save(steps.take(stored.get(), next, now)));
        return step.isPresent();
    }

    /** Whether the undoing may be proven again after it. */
    private static boolean provesAgain(RolloutStep step) {
        return step instanceof RolloutStep.Returned returned && returned.replaced().isEmpty();
    }

    /** What is at its end comes back under way only while no other rollout is. */
    private boolean isHeldBack(Rollout rollout) {
        return rollout.state().isFinal() && !rollouts.unfinished().isEmpty();
    }

    /** All servers that matter are read at once. */
    private RolloutLaw.World world(Rollout rollout) {
        Map<String, ServerView> views =
                rollout.state().isFinal()
                        ? fleet.views(rollout.outstanding())
                        : fleet.views(
                                rollout.touched().stream().map(ServerTarget::server).toList());
        // Asked for more than once in a step, and as large as the ring.
        Map<String, BatchSummary> summaries = new HashMap<>();
        return new RolloutLaw.World(
                server -> views.getOrDefault(server, ServerView.UNKNOWN),
                batch -> summaries.computeIfAbsent(batch, probes::summary),
                fleet::newestSerial);
    }

    /** Halts it. Agents keep counting: what nobody confirms they undo. */
    @Transactional
    public Rollout pause(Actor actor, long id) {
        return act(actor, id, "rollout.paused", Map.of(), (r, now) -> orders.pause(r, actor, now));
    }

    /**
     * Lets it go on.
     *
     * @throws DomainException WRONG_STATE if a server in error, or vantages that contradict each
     *     other, must be decided about first
     */
    @Transactional
    public Rollout resume(Actor actor, long id) {
        return act(actor, id, "rollout.resumed", Map.of(), orders::resume);
    }

    /** Undoes it everywhere. */
    @Transactional
    public Rollout abort(Actor actor, long id) {
        return act(actor, id, "rollout.aborted", Map.of(), (r, now) -> orders.abort(r, actor, now));
    }

    /** Confirms a ring that its probes alone do not prove, by name. */
    @Transactional
    public Rollout promote(Actor actor, long id, String ring) {
        return act(
                actor,
                id,
                "rollout.promoted",
                Map.of("ring", ring),
                (rollout, now) -> orders.promote(rollout, ring, actor, now));
    }

    /**
     * Leaves a server out that is not proven yet, and puts it back if it was touched; the ring
     * judges the others.
     *
     * @param server its name, or that of one of its posts
     * @param reason 1 to 500 characters
     * @throws DomainException INVALID_FIELD, NOT_FOUND if the rollout has no such server,
     *     WRONG_STATE if it is proven or skipped already, or the rollout is at its end
     */
    @Transactional
    public Rollout skip(Actor actor, long id, String server, String reason) {
        String why = reason.strip();
        if (why.isEmpty() || why.length() > MAX_REASON) {
            String message = "say why in 1 to " + MAX_REASON + " characters";
            throw new DomainException(
                    ErrorCode.INVALID_FIELD,
                    message,
                    List.of(new DomainException.Fault("/reason", message)));
        }
        return act(
                actor,
                id,
                "rollout.server-skipped",
                Map.of("server", server, "reason", why),
                (rollout, now) -> orders.skip(rollout, server, why, actor, now));
    }

    /**
     * Publishes anew to servers in error, or asks the probes anew; after the end, those that were
     * to prove the undoing.
     *
     * @throws DomainException WRONG_STATE if there is nothing to retry
     */
    @Transactional
    public Rollout retry(Actor actor, long id) {
        return act(
                actor,
                id,
                "rollout.retried",
                Map.of(),
                (rollout, now) -> {
                    if (isHeldBack(rollout)) {
                        throw new DomainException(
                                ErrorCode.ROLLOUT_RUNNING,
                                "another rollout is still under way: prove the undoing after it");
                    }
                    return orders.retry(rollout, now);
                });
    }

    private Rollout act(
            Actor actor,
            long id,
            String action,
            Map<String, ?> details,
            BiFunction<Rollout, Instant, Rollout> change) {
        Rollout rollout =
                rollouts.findForUpdate(id)
                        .orElseThrow(
                                () ->
                                        new DomainException(
                                                ErrorCode.NOT_FOUND, "there is no rollout " + id));
        audit.record(actor.name(), action, "rollout", String.valueOf(id), details);
        Rollout next = change.apply(rollout, clock.instant());
        rollouts.save(next);
        return next;
    }
}
