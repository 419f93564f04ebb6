package io.postern.web;

import io.postern.enforcement.server.Post;
import io.postern.rollout.Ring;
import io.postern.rollout.RingState;
import io.postern.rollout.Rollout;
import io.postern.rollout.RolloutCause;
import io.postern.rollout.RolloutState;
import io.postern.security.Role;
import java.util.List;

/**
 * Which actions a viewer is offered on a rollout, and why not. The service checks again.
 *
 * @param ring name of the ring to promote; null = none waits
 * @param skippable names of the servers that can be left out still
 */
public record RolloutOffers(
        Offer pause,
        Offer resume,
        Offer abort,
        Offer promote,
        Offer skip,
        Offer retry,
        String ring,
        List<String> skippable) {
    static RolloutOffers of(Rollout rollout, Viewer viewer) {
        boolean running = rollout.state() == RolloutState.RUNNING;
        boolean paused = rollout.state() == RolloutState.PAUSED;
        Offer may =
                viewer.has(Role.OPERATOR)
                        ? Offer.OPEN
                        : Offer.refused("This needs the role operator, which you do not have");
        Ring waiting =
                rollout.current()
                        .filter(ring -> ring.state() == RingState.AWAITING_PROMOTION)
                        .orElse(null);
        List<String> skippable = skippable(rollout);
        return new RolloutOffers(
                running ? may : Offer.HIDDEN,
                paused && !rollout.needsDecision() ? may : Offer.HIDDEN,
                running || paused ? may : Offer.HIDDEN,
                running && waiting != null ? may : Offer.HIDDEN,
                (running || paused) && !skippable.isEmpty() ? may : Offer.HIDDEN,
                isRetriable(rollout) ? may : Offer.HIDDEN,
                waiting == null ? null : waiting.name(),
                skippable);
    }

    private static List<String> skippable(Rollout rollout) {
        return rollout.rings().stream()
                .filter(ring -> !ring.isConfirmed())
                .flatMap(ring -> ring.judged().stream())
                .map(target -> Post.parse(target.server()).server())
                .distinct()
                .toList();
    }

    private static boolean isRetriable(Rollout rollout) {
        return switch (rollout.state()) {
            case PAUSED ->
                    rollout.cause() == RolloutCause.SERVER_ERROR
                            || rollout.current()
                                    .map(Ring::state)
                                    .filter(
                                            state ->
                                                    state == RingState.PROBING
                                                            || state == RingState.PROBING_AGAIN)
                                    .isPresent();
            case FAILED -> rollout.outstanding().isEmpty();
            case RUNNING, ROLLING_BACK, VERIFIED, ROLLED_BACK -> false;
        };
    }

    /** Whether there is anything to offer. */
    public boolean isAny() {
        return pause.shown()
                || resume.shown()
                || abort.shown()
                || promote.shown()
                || skip.shown()
                || retry.shown();
    }
}
