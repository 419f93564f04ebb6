package io.postern.web;

import io.postern.change.ChangeRequest;
import io.postern.change.ChangeState;
import io.postern.security.Role;
import java.util.List;

/** Which actions a viewer is offered, and why not. The service checks again. */
public record ChangeOffers(
        Offer submit, Offer analyse, Offer cancel, Offer approve, Offer reject, Offer apply) {
    /**
     * @param head number of the newest revision
     * @param running ids of the rollouts under way
     */
    static ChangeOffers of(ChangeRequest change, Viewer viewer, long head, List<Long> running) {
        boolean mine = change.author().equalsIgnoreCase(viewer.getName());
        String moved =
                change.baseRevision() == head
                        ? null
                        : "The policy has moved on to revision "
                                + head
                                + "; make a new change request on that";
        ChangeState state = change.state();
        return new ChangeOffers(
                submit(state, mine, change, moved),
                analyse(state, viewer),
                cancel(state, mine, viewer),
                approve(state, mine, viewer, moved),
                state == ChangeState.IN_REVIEW ? needs(viewer, Role.APPROVER, null) : Offer.HIDDEN,
                apply(state, viewer, moved, running));
    }

    private static Offer submit(
            ChangeState state, boolean mine, ChangeRequest change, String moved) {
        if (state != ChangeState.DRAFT) {
            return Offer.HIDDEN;
        }
        if (!mine) {
            return Offer.refused("Only its author " + change.author() + " may submit it");
        }
        if (change.analysis() != null && change.analysis().isRefused()) {
            return Offer.refused("A hard finding refuses it, see Findings");
        }
        return moved == null ? Offer.OPEN : Offer.refused(moved);
    }

    private static Offer analyse(ChangeState state, Viewer viewer) {
        boolean open = state == ChangeState.DRAFT || state == ChangeState.IN_REVIEW;
        boolean may =
                viewer.has(Role.AUTHOR) || viewer.has(Role.APPROVER) || viewer.has(Role.OPERATOR);
        return open && may ? Offer.OPEN : Offer.HIDDEN;
    }

    private static Offer cancel(ChangeState state, boolean mine, Viewer viewer) {
        boolean open = !state.isFinal() && state != ChangeState.ROLLING_OUT;
        return open && (mine || viewer.has(Role.OPERATOR)) ? Offer.OPEN : Offer.HIDDEN;
    }

    private static Offer approve(ChangeState state, boolean mine, Viewer viewer, String moved) {
        if (state != ChangeState.IN_REVIEW) {
            return Offer.HIDDEN;
        }
        if (mine) {
            return Offer.refused("You are the author: somebody else must approve");
        }
        return needs(viewer, Role.APPROVER, moved);
    }

    private static Offer apply(ChangeState state, Viewer viewer, String moved, List<Long> running) {
        if (state != ChangeState.APPROVED) {
            return Offer.HIDDEN;
        }
        if (!running.isEmpty()) {
            return Offer.refused("Rollout " + running.get(0) + " is still under way");
        }
        return needs(viewer, Role.OPERATOR, moved);
    }

    private static Offer needs(Viewer viewer, String role, String otherwise) {
        if (!viewer.has(role)) {
            return Offer.refused("This needs the role " + role + ", which you do not have");
        }
        return otherwise == null ? Offer.OPEN : Offer.refused(otherwise);
    }
}
