package io.postern.rollout;

import io.postern.audit.AuditTrail;
import io.postern.probe.ProbeService;
import io.postern.security.Actor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Takes the steps that the law demands, in the caller's transaction. */
@ApplicationScoped
class RolloutSteps {
    private final Fleet fleet;
    private final Publisher publisher;
    private final Undoing undoing;
    private final RolloutProbes plans;
    private final ProbeService probes;
    private final AuditTrail audit;
    private final Event<RolloutFinished> finished;

    RolloutSteps(
            Fleet fleet,
            Publisher publisher,
            Undoing undoing,
            RolloutProbes plans,
            ProbeService probes,
            AuditTrail audit,
            Event<RolloutFinished> finished) {
        this.fleet = fleet;
        this.publisher = publisher;
        this.undoing = undoing;
        this.plans = plans;
        this.probes = probes;
        this.audit = audit;
        this.finished = finished;
    }

    Rollout take(Rollout rollout, RolloutStep step, Instant now) {
        if (step instanceof RolloutStep.Publish publish) {
            return publish(rollout, ring(rollout, publish.ring()), publish.servers(), now);
        }
        if (step instanceof RolloutStep.AskProbes ask) {
            return askProbes(rollout, ring(rollout, ask.ring()), now);
        }
        if (step instanceof RolloutStep.AwaitPromotion await) {
            return awaitPromotion(rollout, ring(rollout, await.ring()), now);
        }
        if (step instanceof RolloutStep.ConfirmRing confirm) {
            return confirm(rollout, ring(rollout, confirm.ring()), Actor.SERVICE, now);
        }
        if (step instanceof RolloutStep.FinishRing finish) {
            return finishRing(rollout, ring(rollout, finish.ring()), now);
        }
        if (step instanceof RolloutStep.Pause pause) {
            return pause(rollout, pause, now);
        }
        if (step instanceof RolloutStep.Brake brake) {
            return undoing.brake(rollout, brake.cause(), brake.reason(), now);
        }
        if (step instanceof RolloutStep.AskRollbackProbes ask) {
            return undoing.askProbes(rollout, ask.servers(), now);
        }
        if (step instanceof RolloutStep.Finish finish) {
            return finish(rollout, finish, now);
        }
        if (step instanceof RolloutStep.Returned returned) {
            return undoing.returned(rollout, returned, now);
        }
        throw new IllegalStateException("unknown step " + step);
    }

    private static Ring ring(Rollout rollout, String name) {
        return rollout.rings().stream()
                .filter(ring -> ring.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Publishes, or brakes where it cannot be compiled. */
    Rollout publish(Rollout rollout, Ring ring, List<String> servers, Instant now) {
        try {
            Ring published = publisher.publish(rollout, ring, servers, now);
            if (ring.state() == RingState.PUSHING) {
                return rollout.with(published);
            }
            if (ring.batch() != null) {
                probes.drop(ring.batch());
            }
            return rollout.with(published.pushed(now));
        } catch (Publisher.NotCompiledException e) {
            return undoing.brake(rollout, RolloutCause.NOT_COMPILED, e.getMessage(), now);
        }
    }

    /** Asks for the first time, anew, or once more after the bake time. */
    Rollout askProbes(Rollout rollout, Ring ring, Instant now) {
        boolean isAgain = ring.isConfirmed();
        List<String> posts = ring.judged().stream().map(ServerTarget::server).toList();
        RolloutProbes.Planned planned =
                plans.plan(rollout.previousRevision(), rollout.revision(), posts, now);
        if (ring.batch() != null) {
            probes.drop(ring.batch());
        }
        if (planned.probes().isEmpty() || planned.coverage().isBlind()) {
            // Answers that did not tell prove nothing; those that confirmed it still stand.
            Ring left = isAgain ? ring : ring.unjudged();
            return awaitPromotion(rollout, left.showing(planned.coverage()), now);
        }
        Ring showing = ring.showing(planned.coverage());
        String batch = UUID.randomUUID().toString();
        probes.ask(batch, rollout.id(), ring.name(), planned.probes(), rollout.revision());
        record(
                rollout,
                isAgain ? "rollout.ring-probed-again" : "rollout.ring-active",
                Map.of("ring", ring.name(), "probes", planned.probes().size()));
        return rollout.with(
                showing.asked(batch)
                        .in(isAgain ? RingState.PROBING_AGAIN : RingState.PROBING, now));
    }

    private Rollout awaitPromotion(Rollout rollout, Ring ring, Instant now) {
        record(rollout, "rollout.ring-awaits-promotion", Map.of("ring", ring.name()));
        return rollout.with(ring.in(RingState.AWAITING_PROMOTION, now));
    }

    /** Its agents keep it from now on; it bakes, or is done. */
    Rollout confirm(Rollout rollout, Ring ring, Actor actor, Instant now) {
        ring.judged().forEach(target -> fleet.confirm(target.server(), target.serial()));
        if (ring.batch() != null) {
            probes.drop(ring.batch());
        }
        audit.record(
                actor.name(),
                "rollout.ring-confirmed",
                "rollout",
                String.valueOf(rollout.id()),
                Map.of("ring", ring.name()));
        Ring confirmed = ring.confirmed(now).counted(0);
        int bake = rollout.options().bakeSeconds();
        if (bake == 0 || ring.judged().isEmpty()) {
            return finishRing(rollout, confirmed, now);
        }
        record(rollout, "rollout.ring-baking", Map.of("ring", ring.name(), "bakeSeconds", bake));
        return rollout.with(confirmed.in(RingState.BAKING, now));
    }

    /** It is done; where another follows the rollout may have been planned to pause. */
    Rollout finishRing(Rollout rollout, Ring ring, Instant now) {
        record(rollout, "rollout.ring-done", Map.of("ring", ring.name()));
        Rollout next = rollout.with(ring.in(RingState.DONE, now));
        return next.current().isPresent() && rollout.options().pausesAfter(ring)
                ? pause(
                        next,
                        new RolloutStep.Pause(
                                RolloutCause.PAUSED_AFTER_RING,
                                "ring " + ring.name() + " is done; it was planned to pause here"),
                        now)
                : next;
    }

    private Rollout pause(Rollout rollout, RolloutStep.Pause pause, Instant now) {
        record(
                rollout,
                "rollout.paused",
                Map.of("cause", pause.cause().name(), "reason", pause.reason()));
        return rollout.in(RolloutState.PAUSED, pause.cause(), pause.reason(), now);
    }

    private Rollout finish(Rollout rollout, RolloutStep.Finish finish, Instant now) {
        RolloutCause cause = finish.state() == RolloutState.VERIFIED ? null : rollout.cause();
        Rollout end =
                rollout.in(finish.state(), cause, finish.reason(), now)
                        .proven(finish.proof())
                        .missing(finish.outstanding());
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("state", finish.state().name());
        details.put("proof", finish.proof());
        details.put("reason", finish.reason());
        details.put("cause", cause == null ? null : cause.name());
        details.put("outstanding", finish.outstanding());
        record(rollout, "rollout.finished", details);
        finished.fire(new RolloutFinished(end));
        return end;
    }

    private void record(Rollout rollout, String action, Map<String, ?> details) {
        audit.record(
                Actor.SERVICE.name(), action, "rollout", String.valueOf(rollout.id()), details);
    }
}
