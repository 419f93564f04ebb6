package io.postern.cli.selftest;

import com.fasterxml.jackson.databind.JsonNode;

/** How a rollout ended, as far as a fault is concerned. */
enum FaultVerdict {
    /** Undone because a probe failed. */
    DETECTED_FAIL,
    /** Undone because what is read back differs from what was published. */
    DETECTED_READBACK,
    /** Undone because an agent could not apply. */
    DETECTED_ERROR,
    /** Undone because the evidence was missing. */
    INCONCLUSIVE_UNDONE,
    /** VERIFIED. */
    NO_ALARM,
    /** It waits for a person: nothing of the change could be probed. */
    NOT_PROVEN;

    private static final String COULD_NOT_APPLY = "could not apply";

    /** Of a rollout that has ended or waits for a person. */
    static FaultVerdict of(JsonNode rollout) {
        String reason = rollout.path("reason").asText("");
        return switch (rollout.path("state").asText()) {
            case "VERIFIED" -> NO_ALARM;
            case "ROLLED_BACK", "FAILED" -> ofReason(reason);
            default -> NOT_PROVEN;
        };
    }

    private static FaultVerdict ofReason(String reason) {
        // The brake's reason comes first; what came of the undoing follows.
        String brake = reason.split("; (?=not undone|undone by)")[0];
        if (brake.contains("a probe failed")) {
            return DETECTED_FAIL;
        }
        if (brake.contains("read-back")) {
            return DETECTED_READBACK;
        }
        if (brake.contains(COULD_NOT_APPLY)) {
            return DETECTED_ERROR;
        }
        return INCONCLUSIVE_UNDONE;
    }

    /** Whether the change was undone. */
    boolean isUndone() {
        return this != NO_ALARM && this != NOT_PROVEN;
    }
}
