package io.postern.problem;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Tables of the documents, as cells. */
final class DocumentTables {
    private DocumentTables() {}

    /**
     * The rows of a document's tables that begin with a word in backticks.
     *
     * @param section only below this second-level heading; null = the whole document
     */
    static List<List<String>> rows(String document, String section) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        String heading = "";
        for (String line : Files.readAllLines(Path.of("docs", document))) {
            if (line.startsWith("## ")) {
                heading = line.substring(3).strip();
            } else if (line.startsWith("| `") && (section == null || section.equals(heading))) {
                String inner = line.substring(1, line.lastIndexOf('|'));
                rows.add(Arrays.stream(inner.split("\\|")).map(String::strip).toList());
            }
        }
        return rows;
    }
}
