package io.postern.web;

import io.postern.rollout.Ring;
import io.postern.rollout.RingState;
import io.postern.rollout.Rollout;
import io.postern.rollout.RolloutState;
import io.postern.security.Role;

/**
 * Which actions a viewer is offered on a rollout, and why not. The service checks again.
 *
 * @param ring name of the ring to promote; null = none waits
 */
public record RolloutOffers(Offer pause, Offer resume, Offer abort, Offer promote, String ring) {
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
        return new RolloutOffers(
                running ? may : Offer.HIDDEN,
                paused ? may : Offer.HIDDEN,
                running || paused ? may : Offer.HIDDEN,
                running && waiting != null ? may : Offer.HIDDEN,
                waiting == null ? null : waiting.name());
    }

    /** Whether there is anything to offer. */
    public boolean isAny() {
        return pause.shown() || resume.shown() || abort.shown() || promote.shown();
    }

    /** Why nothing can be done; null = something can. */
    public String getReason() {
        return isAny() && !abort.isPossible() ? abort.reason() : null;
    }
}
