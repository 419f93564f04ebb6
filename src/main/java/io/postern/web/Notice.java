package io.postern.web;

import io.postern.problem.DomainException;
import java.util.List;

/**
 * A message on top of a page.
 *
 * @param tone style class: good, bad, warn
 * @param details may be empty
 */
public record Notice(String tone, String title, String text, List<String> details) {
    /** A refusal, in words. */
    static Notice of(DomainException e) {
        return new Notice(
                "bad",
                e.code().title(),
                e.getMessage(),
                e.faults().stream()
                        .map(DomainException.Fault::message)
                        .filter(message -> !message.equals(e.getMessage()))
                        .toList());
    }

    /** What was just done; null = nothing we know. */
    static Notice done(String what) {
        if (what == null) {
            return null;
        }
        return switch (what) {
            case "created" -> done("Draft created", "Look at its impact, then submit it.");
            case "submitted" -> done("Submitted", "Somebody else can approve it now.");
            case "analysed" -> done("Analysed again", "The impact below is of this moment.");
            case "cancelled" -> done("Cancelled", "Nothing was changed on any server.");
            case "approved" ->
                    done("Approved", "An operator can start the rollout of exactly this content.");
            case "rejected" -> done("Rejected", "The author sees your comment.");
            case "started" -> done("Rollout started", "This page follows it live.");
            case "paused" ->
                    done(
                            "Paused",
                            "Nothing new is pushed. Agents keep counting: what nobody confirms they undo.");
            case "resumed" -> done("Resumed", "The rollout goes on.");
            case "aborted" -> done("Aborted", "Every touched server is being put back.");
            case "promoted" -> done("Ring promoted", "It was confirmed by name.");
            case "skipped" ->
                    done("Server skipped", "It is left out, and put back if it was touched.");
            case "retried" -> done("Tried again", "This page follows it live.");
            default -> null;
        };
    }

    private static Notice done(String title, String text) {
        return new Notice("good", title, text, List.of());
    }
}
