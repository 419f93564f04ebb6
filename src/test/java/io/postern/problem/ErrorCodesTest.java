package io.postern.problem;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/errors.md says of every refusal what to do, and of none that does not exist. */
class ErrorCodesTest {
    private static final Pattern SENTENCE = Pattern.compile("[A-Z].{15,}\\.");

    @Test
    void everyCodeHasOneRowWithItsStatusAndTitleInOrder() throws IOException {
        List<List<String>> expected =
                Arrays.stream(ErrorCode.values())
                        .map(
                                code ->
                                        List.of(
                                                "`" + code.code() + "`",
                                                String.valueOf(code.status()),
                                                code.title()))
                        .toList();

        assertEquals(
                expected,
                DocumentTables.rows("errors.md", null).stream()
                        .map(cells -> cells.subList(0, 3))
                        .toList());
    }

    @Test
    void everyRowSaysWhatToDo() throws IOException {
        for (List<String> cells : DocumentTables.rows("errors.md", null)) {
            assertEquals(4, cells.size(), cells.toString());
            assertTrue(SENTENCE.matcher(cells.get(3)).matches(), cells.toString());
        }
    }
}
