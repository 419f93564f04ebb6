package io.postern.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.postern.audit.AuditEvent;
import java.time.Instant;
import java.util.List;

/** The trail of one subject as its story. */
public final class Timeline {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Timeline() {}

    /**
     * One step.
     *
     * @param note what it said; empty = nothing
     */
    public record Step(Instant at, String actor, Badge badge, String note) {}

    static List<Step> of(List<AuditEvent> events) {
        return events.stream().map(Timeline::step).toList();
    }

    private static Step step(AuditEvent event) {
        JsonNode details = details(event);
        String word = event.action().substring(event.action().indexOf('.') + 1);
        return new Step(event.at(), event.actor(), badge(word, details), note(details));
    }

    private static JsonNode details(AuditEvent event) {
        try {
            return JSON.readTree(event.details());
        } catch (JsonProcessingException e) {
            return JSON.createObjectNode();
        }
    }

    private static Badge badge(String word, JsonNode details) {
        return switch (word) {
            case "created" -> Badge.quiet("Created");
            case "edited" -> Badge.quiet("Edited");
            case "analysed" -> Badge.quiet("Analysed");
            case "submitted" -> new Badge("warn", "◔", "Submitted");
            case "approved" -> Badge.good("Approved");
            case "rejected" -> Badge.bad("Rejected");
            case "cancelled" -> new Badge("quiet", "–", "Cancelled");
            case "applied", "started" -> Badge.busy("Rollout started");
            case "ring-published" -> Badge.busy("Ring pushed");
            case "ring-active" -> Badge.busy("Ring active, probing");
            case "ring-awaits-promotion" -> Badge.warn("Ring waits for promotion");
            case "ring-confirmed" -> Badge.good("Ring confirmed");
            case "ring-baking" -> Badge.busy("Ring bakes");
            case "ring-probed-again" -> Badge.busy("Ring probed again");
            case "ring-done" -> Badge.good("Ring done");
            case "server-skipped" -> Badge.warn("Server skipped");
            case "server-restored" -> Badge.good("Server is back");
            case "server-replaced" -> Badge.warn("Server got something newer");
            case "retried" -> Badge.busy("Tried again");
            case "braked" -> Badge.bad("Braked");
            case "restored" -> new Badge("warn", "↩", "Restored, probing");
            case "paused" -> Badge.warn("Paused");
            case "resumed" -> Badge.busy("Resumed");
            case "aborted" -> Badge.bad("Aborted");
            case "promoted" -> Badge.warn("Promoted by name");
            case "finished" -> end(details.path("state").asText());
            default -> Badge.quiet(word.replace('-', ' '));
        };
    }

    private static Badge end(String state) {
        String word = state.isEmpty() ? "Finished" : Words.sentence(state);
        return state.equals("VERIFIED") ? Badge.good(word) : Badge.bad(word);
    }

    private static String note(JsonNode details) {
        for (String field : List.of("comment", "reason", "impact", "server", "ring", "revision")) {
            JsonNode value = details.path(field);
            if (!value.isMissingNode() && !value.isNull() && !value.asText().isBlank()) {
                return field.equals("ring") || field.equals("revision")
                        ? field + " " + value.asText()
                        : value.asText();
            }
        }
        return "";
    }
}
