package io.postern.web;

import io.postern.change.ChangeState;
import io.postern.probe.Probe;
import io.postern.probe.ProbeState;
import io.postern.probe.Verdict;
import io.postern.rollout.RingState;
import io.postern.rollout.RolloutState;

/**
 * A state for the eye: never by colour alone.
 *
 * @param tone style class: quiet, busy, good, bad, warn
 * @param icon one character that goes with the word
 */
public record Badge(String tone, String icon, String word) {
    static final Badge UNKNOWN = new Badge("quiet", "?", "Unknown");

    static Badge good(String word) {
        return new Badge("good", "✓", word);
    }

    static Badge bad(String word) {
        return new Badge("bad", "✗", word);
    }

    static Badge busy(String word) {
        return new Badge("busy", "▶", word);
    }

    static Badge warn(String word) {
        return new Badge("warn", "!", word);
    }

    static Badge quiet(String word) {
        return new Badge("quiet", "○", word);
    }

    static Badge of(ChangeState state) {
        return switch (state) {
            case DRAFT -> quiet("Draft");
            case IN_REVIEW -> new Badge("warn", "◔", "In review");
            case APPROVED -> new Badge("good", "✓", "Approved");
            case ROLLING_OUT -> busy("Rolling out");
            case VERIFIED -> new Badge("good", "✔", "Verified");
            case REJECTED -> bad("Rejected");
            case CANCELLED -> new Badge("quiet", "–", "Cancelled");
            case SUPERSEDED -> new Badge("quiet", "–", "Superseded");
            case FAILED -> bad("Failed");
            case ROLLED_BACK -> new Badge("bad", "↩", "Rolled back");
        };
    }

    static Badge of(RolloutState state) {
        return switch (state) {
            case RUNNING -> busy("Running");
            case PAUSED -> new Badge("warn", "❚❚", "Paused");
            case ROLLING_BACK -> new Badge("bad", "↩", "Rolling back");
            case VERIFIED -> new Badge("good", "✔", "Verified");
            case ROLLED_BACK -> new Badge("bad", "↩", "Rolled back");
            case FAILED -> bad("Failed");
        };
    }

    static Badge of(RingState state) {
        return switch (state) {
            case PENDING -> quiet("Waiting");
            case PUSHING -> busy("Pushing");
            case PROBING -> busy("Probing");
            case AWAITING_PROMOTION -> warn("Waits for promotion");
            case BAKING -> busy("Baking");
            case PROBING_AGAIN -> busy("Probing again");
            case DONE -> new Badge("good", "✔", "Done");
            case ROLLED_BACK -> new Badge("bad", "↩", "Rolled back");
        };
    }

    static Badge of(Probe probe) {
        if (probe.verdict() == null) {
            return probe.state() == ProbeState.OPEN ? busy("Asked") : quiet("Dropped");
        }
        return of(probe.verdict());
    }

    private static Badge of(Verdict verdict) {
        return switch (verdict) {
            case PASS -> good("Pass");
            case FAIL -> bad("Fail");
            case INCONCLUSIVE -> new Badge("warn", "?", "Inconclusive");
        };
    }

    /** A direction of impact. */
    static Badge ofDirection(String direction) {
        return switch (direction) {
            case "OPENS" -> new Badge("opens", "+", "Opens");
            case "CLOSES" -> new Badge("closes", "−", "Closes");
            case "RAISES" -> new Badge("opens", "↑", "Raises");
            case "LOWERS" -> new Badge("closes", "↓", "Lowers");
            default -> new Badge("quiet", "?", direction);
        };
    }

    /** A finding's level. */
    static Badge ofLevel(String level) {
        return switch (level) {
            case "hard" -> bad("Hard");
            case "soft" -> warn("Soft");
            default -> new Badge("quiet", "i", "Advisory");
        };
    }
}
