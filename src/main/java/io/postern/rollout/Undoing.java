package io.postern.rollout;

import io.postern.audit.AuditTrail;
import io.postern.policy.Revision;
import io.postern.policy.Revisions;
import io.postern.probe.ProbeService;
import io.postern.security.Actor;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/** Puts servers back and proves it, in the caller's transaction. */
@ApplicationScoped
class Undoing {
    private final Fleet fleet;
    private final Publisher publisher;
    private final Revisions revisions;
    private final RolloutProbes plans;
    private final ProbeService probes;
    private final AuditTrail audit;

    Undoing(
            Fleet fleet,
            Publisher publisher,
            Revisions revisions,
            RolloutProbes plans,
            ProbeService probes,
            AuditTrail audit) {
        this.fleet = fleet;
        this.publisher = publisher;
        this.revisions = revisions;
        this.plans = plans;
        this.probes = probes;
        this.audit = audit;
    }

    /** Moves the authority off the revision and puts every touched server back. */
    Rollout brake(Rollout rollout, RolloutCause cause, String reason, Instant now) {
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
                        .brakedFor(reason)
                        .in(RolloutState.ROLLING_BACK, cause, reason, now);
        for (Ring ring : rollout.rings()) {
            List<ServerTarget> targets = new ArrayList<>();
            for (ServerTarget target : ring.targets()) {
                // What was skipped is on its way back already.
                targets.add(
                        target.isInForce()
                                ? publisher.putBack(rollout, target, authority.number())
                                : target);
            }
            boolean touched = targets.stream().anyMatch(ServerTarget::isTouched);
            next = next.with(touched ? ring.with(targets).in(RingState.ROLLED_BACK, now) : ring);
        }
        record(
                rollout,
                "rollout.braked",
                Map.of("cause", cause.name(), "reason", reason, "authority", authority.number()));
        return next;
    }

    Rollout askProbes(Rollout rollout, List<String> servers, Instant now) {
        // Before the first revision there is no policy to expect anything of; read-back alone is
        // the proof.
        RolloutProbes.Planned planned =
                rollout.previousRevision() == 0
                        ? null
                        : plans.plan(rollout.revision(), rollout.authorityRevision(), servers, now);
        int asked = planned == null ? 0 : planned.probes().size();
        String batch = UUID.randomUUID().toString();
        if (asked > 0) {
            probes.ask(
                    batch, rollout.id(), "rollback", planned.probes(), rollout.authorityRevision());
        }
        record(rollout, "rollout.restored", Map.of("servers", servers, "probes", asked));
        return rollout.askedRollback(batch);
    }

    /**
     * Takes servers off the list of those that are waited for. Where none is left, what was put
     * back is proven once more.
     */
    Rollout returned(Rollout rollout, RolloutStep.Returned returned, Instant now) {
        List<String> left = new ArrayList<>(rollout.outstanding());
        for (String server : returned.restored()) {
            left.remove(server);
            record(rollout, "rollout.server-restored", Map.of("server", server));
        }
        for (String server : returned.replaced()) {
            left.remove(server);
            record(
                    rollout,
                    "rollout.server-replaced",
                    Map.of(
                            "server",
                            server,
                            "reason",
                            server + ": something newer was published to it meanwhile"));
        }
        Rollout next = rollout.missing(left);
        if (rollout.state() != RolloutState.FAILED) {
            return next;
        }
        if (!left.isEmpty()) {
            return because(next, UndoLaw.notUndone(left), now);
        }
        List<String> newer = replaced(next);
        return newer.isEmpty()
                ? proveAgain(next, now)
                : because(
                        next,
                        "undone by read-back, but never proven: something newer was published to "
                                + String.join(", ", newer)
                                + " meanwhile",
                        now);
    }

    private static Rollout because(Rollout rollout, String what, Instant now) {
        return rollout.in(
                RolloutState.FAILED, rollout.cause(), rollout.brakeReason() + "; " + what, now);
    }

    /** Touched servers that something newer was published to since they were put back. */
    List<String> replaced(Rollout rollout) {
        return rollout.touched().stream()
                .filter(target -> fleet.newestSerial(target.server()) > target.rollbackSerial())
                .map(ServerTarget::server)
                .toList();
    }

    /** Back to the point at which everything is put back and nothing of it proven. */
    Rollout proveAgain(Rollout rollout, Instant now) {
        return rollout.askedRollback(null)
                .in(RolloutState.ROLLING_BACK, rollout.cause(), rollout.brakeReason(), now);
    }

    private void record(Rollout rollout, String action, Map<String, ?> details) {
        audit.record(
                Actor.SERVICE.name(), action, "rollout", String.valueOf(rollout.id()), details);
    }
}
