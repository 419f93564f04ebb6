package io.postern.cli.selftest;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How one run ended.
 *
 * @param fault of enforcement; empty = none
 * @param kills each with the point at which it hit
 * @param end state of the rollout
 * @param reason why it was rolled back; empty = it was not
 * @param checks what was found wrong, by name of the check; an empty list = it holds
 */
record ChaosResult(
        int run,
        long seed,
        String change,
        String fault,
        List<String> kills,
        String end,
        String reason,
        Map<String, List<String>> checks,
        long millis) {
    /** Whether everything holds. */
    boolean isGood() {
        return checks.values().stream().allMatch(List::isEmpty);
    }

    /** {@code ok}, or the names of the checks that failed. */
    String verdict() {
        return isGood()
                ? "ok"
                : "FAILED: "
                        + checks.entrySet().stream()
                                .filter(check -> !check.getValue().isEmpty())
                                .map(Map.Entry::getKey)
                                .collect(Collectors.joining(", "));
    }
}
