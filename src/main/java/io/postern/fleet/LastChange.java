package io.postern.fleet;

import io.postern.policy.EntryKind;
import io.postern.policy.Policy;
import io.postern.policy.PolicyEvaluator;
import io.postern.policy.Revisions;
import io.postern.policy.Submission;
import io.postern.policy.Tier;
import io.postern.rollout.Rollout;
import io.postern.rollout.RolloutState;
import io.postern.rollout.Rollouts;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the proven change that last moved what is decided of a submission. It looks back over a
 * bounded number of rollouts; a change that cannot decide anything is passed over unread.
 */
@ApplicationScoped
class LastChange {
    private static final int MAX_ROLLOUTS = 200;

    private static final Set<EntryKind> IDLE =
            EnumSet.of(EntryKind.ACCEPTED_DOMAIN, EntryKind.ASSERTION, EntryKind.GUARDRAIL);

    private final Rollouts rollouts;
    private final Revisions revisions;

    LastChange(Rollouts rollouts, Revisions revisions) {
        this.rollouts = rollouts;
        this.revisions = revisions;
    }

    /**
     * The rollout that proved it; empty = none of those looked at touched it: it is so since
     * adoption, or it is not known.
     *
     * @param revision the newest that counts
     */
    Optional<Rollout> before(long revision, Submission submission) {
        return rollouts.before(Long.MAX_VALUE, MAX_ROLLOUTS).stream()
                .filter(
                        rollout ->
                                rollout.state() == RolloutState.VERIFIED
                                        && rollout.revision() <= revision)
                .filter(rollout -> decides(rollout))
                .filter(
                        rollout ->
                                tier(rollout.previousRevision(), submission)
                                        != tier(rollout.revision(), submission))
                .findFirst();
    }

    private boolean decides(Rollout rollout) {
        return revisions.difference(rollout.previousRevision(), rollout.revision()).stream()
                .anyMatch(change -> !IDLE.contains(change.kind()));
    }

    /** A server or port that a policy lacks is NONE there. */
    private Tier tier(long revision, Submission submission) {
        Policy policy = revisions.policy(revision);
        boolean isKnown =
                policy.server(submission.server())
                        .filter(server -> server.ports().contains(submission.port()))
                        .isPresent();
        return isKnown ? new PolicyEvaluator(policy).decide(submission).tier() : Tier.NONE;
    }
}
