package io.postern.problem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.change.ChangeState;
import io.postern.rollout.RingState;
import io.postern.rollout.RolloutCause;
import io.postern.rollout.RolloutState;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** docs/states.md has one plain sentence for every state. */
class StatesDocumentTest {
    private static final Map<String, Enum<?>[]> SECTIONS =
            Map.of(
                    "Change request", ChangeState.values(),
                    "Rollout", RolloutState.values(),
                    "Cause", RolloutCause.values(),
                    "Ring", RingState.values());

    @TestFactory
    Stream<DynamicTest> everyStateHasItsSentence() {
        return SECTIONS.entrySet().stream()
                .map(
                        section ->
                                DynamicTest.dynamicTest(
                                        section.getKey(),
                                        () -> check(section.getKey(), section.getValue())));
    }

    private static void check(String section, Enum<?>[] states) throws IOException {
        List<List<String>> rows = DocumentTables.rows("states.md", section);

        assertEquals(
                Arrays.stream(states).map(state -> "`" + state.name() + "`").toList(),
                rows.stream().map(cells -> cells.get(0)).toList());
        for (List<String> cells : rows) {
            assertEquals(2, cells.size(), cells.toString());
            assertTrue(cells.get(1).matches("[A-Z].{10,}\\."), cells.toString());
        }
    }
}
