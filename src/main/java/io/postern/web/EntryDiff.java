package io.postern.web;

import io.postern.policy.Operation;
import io.postern.policy.PolicyEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What one operation does to its entry, line by line.
 *
 * @param action added, changed, removed
 */
public record EntryDiff(String action, String section, String key, List<Line> lines) {
    /**
     * One line.
     *
     * @param mark '+' = new, '-' = gone, ' ' = as before
     */
    public record Line(String mark, String text) {
        /** Style class. */
        public String getTone() {
            return mark.equals("+") ? "added" : mark.equals("-") ? "gone" : "same";
        }
    }

    /** Compares operations with the entries that they are made on. */
    static List<EntryDiff> of(List<PolicyEntry> base, List<Operation> operations) {
        Map<String, PolicyEntry> old = new HashMap<>();
        base.forEach(entry -> old.put(entry.kind() + " " + entry.key(), entry));
        return operations.stream()
                .map(operation -> of(old.get(operation.kind() + " " + operation.key()), operation))
                .toList();
    }

    private static EntryDiff of(PolicyEntry before, Operation operation) {
        List<String> old = before == null ? List.of() : EntryText.lines(before.json());
        List<String> next =
                operation.json() == null ? List.of() : EntryText.lines(operation.json());
        String action = operation.json() == null ? "removed" : before == null ? "added" : "changed";
        return new EntryDiff(
                action, operation.kind().section(), operation.key(), compare(old, next));
    }

    /** By the longest common subsequence. */
    private static List<Line> compare(List<String> old, List<String> next) {
        int[][] common = new int[old.size() + 1][next.size() + 1];
        for (int i = old.size() - 1; i >= 0; i--) {
            for (int j = next.size() - 1; j >= 0; j--) {
                common[i][j] =
                        old.get(i).equals(next.get(j))
                                ? common[i + 1][j + 1] + 1
                                : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        List<Line> lines = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < old.size() || j < next.size()) {
            if (i < old.size() && j < next.size() && old.get(i).equals(next.get(j))) {
                lines.add(new Line(" ", old.get(i++)));
                j++;
            } else if (j < next.size()
                    && (i == old.size() || common[i][j + 1] > common[i + 1][j])) {
                lines.add(new Line("+", next.get(j++)));
            } else {
                lines.add(new Line("-", old.get(i++)));
            }
        }
        return lines;
    }
}
