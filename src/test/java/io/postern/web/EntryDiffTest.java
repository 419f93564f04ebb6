package io.postern.web;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.postern.policy.EntryKind;
import io.postern.policy.Operation;
import io.postern.policy.PolicyEntry;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class EntryDiffTest {
    private static final PolicyEntry BEFORE =
            new PolicyEntry(
                    EntryKind.GRANT,
                    "g",
                    "{\"from\":{\"addresses\":[\"10.0.0.1\",\"10.0.0.2\"]},\"key\":\"g\",\"tier\":\"internal\"}");

    private static String diff(Operation operation) {
        EntryDiff diff = EntryDiff.of(List.of(BEFORE), List.of(operation)).get(0);
        return diff.action()
                + "\n"
                + diff.lines().stream()
                        .map(line -> line.mark() + line.text())
                        .collect(Collectors.joining("\n"));
    }

    @Test
    void aChangedEntryShowsOnlyItsChangedLinesAsChanged() {
        String put =
                "{\"from\":{\"addresses\":[\"10.0.0.1\",\"10.0.0.3\"]},\"key\":\"g\",\"tier\":\"internal\"}";

        assertEquals(
                """
                changed
                 from:
                   addresses:
                     - 10.0.0.1
                -    - 10.0.0.2
                +    - 10.0.0.3
                 key: g
                 tier: internal""",
                diff(new Operation(Operation.Action.PUT, EntryKind.GRANT, "g", put)));
    }

    @Test
    void anEntryOfAnotherKindWithTheSameKeyIsAdded() {
        assertEquals(
                "added\n+10.0.0.9",
                diff(
                        new Operation(
                                Operation.Action.PUT,
                                EntryKind.ACCEPTED_DOMAIN,
                                "g",
                                "\"10.0.0.9\"")));
    }

    @Test
    void aRemovedEntryShowsEveryLineAsGone() {
        assertEquals(
                """
                removed
                -from:
                -  addresses:
                -    - 10.0.0.1
                -    - 10.0.0.2
                -key: g
                -tier: internal""",
                diff(new Operation(Operation.Action.REMOVE, EntryKind.GRANT, "g", null)));
    }
}
