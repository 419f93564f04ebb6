package io.postern.rollout;

import io.postern.enforcement.server.Post;
import io.postern.probe.ProbeService;
import io.postern.problem.DomainException;
import io.postern.problem.ErrorCode;
import io.postern.security.Actor;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;

/** What people order of a rollout, in the caller's transaction, after it was recorded. */
@ApplicationScoped
class RolloutOrders {
    private final Fleet fleet;
    private final RolloutSteps steps;
    private final Publisher publisher;
    private final Undoing undoing;
    private final ProbeService probes;

    RolloutOrders(
            Fleet fleet,
            RolloutSteps steps,
            Publisher publisher,
            Undoing undoing,
            ProbeService probes) {
        this.fleet = fleet;
        this.steps = steps;
        this.publisher = publisher;
        this.undoing = undoing;
        this.probes = probes;
    }

    Rollout pause(Rollout rollout, Actor actor, Instant now) {
        require(rollout, RolloutState.RUNNING);
        return rollout.in(
                RolloutState.PAUSED,
                RolloutCause.PAUSED_BY_PERSON,
                "paused by " + actor.name(),
                now);
    }

    Rollout resume(Rollout rollout, Instant now) {
        require(rollout, RolloutState.PAUSED);
        List<String> errors = errors(rollout);
        if (!errors.isEmpty()) {
            throw new DomainException(
                    ErrorCode.WRONG_STATE,
                    String.join(", ", errors)
                            + " could not apply it: skip it by name, retry it, or abort");
        }
        if (rollout.cause() == RolloutCause.CONTESTED) {
            throw new DomainException(
                    ErrorCode.WRONG_STATE,
                    "vantages contradict each other: retry the probes, skip the server by name,"
                            + " or abort");
        }
        return rollout.in(RolloutState.RUNNING, null, null, now);
    }

    Rollout abort(Rollout rollout, Actor actor, Instant now) {
        requireUnderWay(rollout);
        return undoing.brake(rollout, RolloutCause.ABORTED, "aborted by " + actor.name(), now);
    }

    Rollout promote(Rollout rollout, String ringName, Actor actor, Instant now) {
        require(rollout, RolloutState.RUNNING);
        Ring ring =
                rollout.current()
                        .filter(
                                current ->
                                        current.name().equals(ringName)
                                                && current.state() == RingState.AWAITING_PROMOTION)
                        .orElseThrow(
                                () ->
                                        new DomainException(
                                                ErrorCode.WRONG_STATE,
                                                "ring '"
                                                        + ringName
                                                        + "' does not wait for a promotion"));
        requireHeld(ring);
        return ring.isConfirmed()
                ? steps.finishRing(rollout, ring, now)
                : steps.confirm(rollout, ring, actor, now);
    }

    /** A name is no evidence: every agent must still report what was published. */
    private void requireHeld(Ring ring) {
        for (ServerTarget target : ring.judged()) {
            if (!target.isActive(fleet.view(target.server()))) {
                throw new DomainException(
                        ErrorCode.WRONG_STATE,
                        target.server() + " does not report the revision active any more");
            }
        }
    }

    /**
     * Leaves a server out, with all its posts; what was published to it is taken back.
     *
     * @param name of the server, or of one of its posts
     */
    Rollout skip(Rollout rollout, String name, String reason, Actor actor, Instant now) {
        requireUnderWay(rollout);
        String server = Post.parse(name).server();
        Ring ring =
                rollout.rings().stream()
                        .filter(one -> one.targets().stream().anyMatch(t -> isOf(t, server)))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        new DomainException(
                                                ErrorCode.NOT_FOUND,
                                                "this rollout has no server '" + name + "'"));
        if (ring.isConfirmed()) {
            throw new DomainException(
                    ErrorCode.WRONG_STATE,
                    "ring '" + ring.name() + "' is proven: abort puts it back");
        }
        if (ring.judged().stream().noneMatch(target -> isOf(target, server))) {
            throw new DomainException(ErrorCode.WRONG_STATE, "'" + server + "' is skipped already");
        }
        String why = "skipped by " + actor.name() + ": " + reason;
        Ring left = ring;
        for (ServerTarget target : ring.judged()) {
            if (isOf(target, server)) {
                ServerTarget back =
                        target.isTouched()
                                ? publisher.putBack(rollout, target, rollout.previousRevision())
                                : target;
                left = left.with(back.skipped(why));
            }
        }
        Rollout next = rollout.with(judgedAnew(left, now)).without(server + ": " + why);
        return rollout.needsDecision() ? next.in(RolloutState.RUNNING, null, null, now) : next;
    }

    private static boolean isOf(ServerTarget target, String server) {
        return Post.parse(target.server()).server().equalsIgnoreCase(server);
    }

    /** What was asked of all says nothing of the rest alone. */
    private Ring judgedAnew(Ring ring, Instant now) {
        if (ring.state() == RingState.PENDING) {
            return ring;
        }
        if (ring.batch() != null) {
            probes.drop(ring.batch());
        }
        return ring.state() == RingState.PUSHING
                ? ring
                : ring.unjudged().in(RingState.PUSHING, now);
    }

    /** Publishes anew to servers in error, or asks the probes anew. */
    Rollout retry(Rollout rollout, Instant now) {
        if (rollout.state() == RolloutState.FAILED) {
            return proveAgain(rollout, now);
        }
        require(rollout, RolloutState.PAUSED);
        List<String> errors = errors(rollout);
        Rollout running = rollout.in(RolloutState.RUNNING, null, null, now);
        if (!errors.isEmpty()) {
            Rollout next = running;
            for (Ring ring : rollout.rings()) {
                List<String> ofRing =
                        ring.judged().stream()
                                .map(ServerTarget::server)
                                .filter(errors::contains)
                                .toList();
                if (!ofRing.isEmpty() && next.state() == RolloutState.RUNNING) {
                    next = steps.publish(next, ring, ofRing, now);
                }
            }
            return next;
        }
        Ring ring =
                rollout.current()
                        .filter(
                                current ->
                                        current.state() == RingState.PROBING
                                                || current.state() == RingState.PROBING_AGAIN)
                        .orElseThrow(
                                () ->
                                        new DomainException(
                                                ErrorCode.WRONG_STATE,
                                                "no server is in error and no probe was asked:"
                                                        + " there is nothing to retry"));
        return steps.askProbes(running, ring.counted(0), now);
    }

    private Rollout proveAgain(Rollout rollout, Instant now) {
        if (!rollout.outstanding().isEmpty()) {
            throw new DomainException(
                    ErrorCode.WRONG_STATE,
                    "it waits for "
                            + String.join(", ", rollout.outstanding())
                            + " and goes on by itself when it is back");
        }
        List<String> replaced = undoing.replaced(rollout);
        if (!replaced.isEmpty()) {
            throw new DomainException(
                    ErrorCode.WRONG_STATE,
                    "something newer was published to "
                            + String.join(", ", replaced)
                            + ": there is nothing left to prove");
        }
        return undoing.proveAgain(rollout, now);
    }

    private List<String> errors(Rollout rollout) {
        return rollout.targets().stream()
                .filter(ServerTarget::isInForce)
                .filter(target -> target.isInError(fleet.view(target.server())))
                .map(ServerTarget::server)
                .toList();
    }

    private static void requireUnderWay(Rollout rollout) {
        if (rollout.state() != RolloutState.RUNNING && rollout.state() != RolloutState.PAUSED) {
            throw wrongState(rollout);
        }
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
