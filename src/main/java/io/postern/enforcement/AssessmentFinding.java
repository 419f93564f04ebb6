package io.postern.enforcement;

import java.util.List;
import java.util.Objects;

/**
 * Something an assessment found. Names in it are as exported; whoever shows them must escape them.
 *
 * @param rule a fixed word, such as {@code relay-open}
 * @param server null = the organisation as a whole
 * @param connector null = not about one connector
 * @param addresses the ranges it is about, shortest forms; empty = none
 * @param message what is wrong, for people
 * @param remedy what to do about it
 */
public record AssessmentFinding(
        Severity severity,
        String rule,
        String server,
        String connector,
        List<String> addresses,
        String message,
        String remedy) {
    /** How much it matters, worst first. */
    public enum Severity {
        /** Mail can be abused now. */
        HIGH,
        /** Wrong or unknown, and worth mending soon. */
        MEDIUM,
        /** Worth knowing. */
        LOW;

        /** The word used in reports and JSON. */
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    public AssessmentFinding {
        Objects.requireNonNull(severity);
        Objects.requireNonNull(rule);
        addresses = List.copyOf(addresses);
        Objects.requireNonNull(message);
        Objects.requireNonNull(remedy);
    }
}
