package io.postern.cli.network;

import io.postern.cli.TextTable;
import io.postern.smtp.ObservedTier;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;

/** Who reached which server how far: expected and observed, for the terminal and for a document. */
public final class ConnectionTable {
    private static final String[] HEADINGS = {
        "client", "server", "family", "expected", "observed", "", "how"
    };

    private final List<Row> rows = new ArrayList<>();

    /**
     * One client, server and family.
     *
     * @param client its name
     * @param server its name
     * @param family {@code IPv4} or {@code IPv6}
     * @param how what the observation was read off, e.g. the deciding reply
     */
    public record Row(
            String client,
            String server,
            String family,
            ObservedTier.Level expected,
            ObservedTier.Level observed,
            String how) {
        /** Unknown is never as expected, not even where it was expected. */
        public boolean isAsExpected() {
            return expected == observed && observed != ObservedTier.Level.UNKNOWN;
        }

        private String[] cells() {
            return new String[] {
                client,
                server,
                family,
                expected.name(),
                observed.name(),
                isAsExpected() ? "ok" : "WRONG",
                how
            };
        }
    }

    public void add(Row row) {
        rows.add(row);
    }

    public List<Row> rows() {
        return List.copyOf(rows);
    }

    /** Whether there are rows and each is as expected: no evidence is never success. */
    public boolean isAsExpected() {
        return !rows.isEmpty() && rows.stream().allMatch(Row::isAsExpected);
    }

    /** Columns of text, a line each row. */
    public String text() {
        TextTable table = new TextTable(HEADINGS);
        rows.forEach(row -> table.add(row.cells()));
        StringWriter text = new StringWriter();
        table.print("", new PrintWriter(text));
        return text.toString();
    }

    /** The same as a table in Markdown. */
    public String markdown() {
        StringBuilder text = new StringBuilder();
        line(text, HEADINGS);
        text.append("|---".repeat(HEADINGS.length)).append("|\n");
        rows.forEach(row -> line(text, row.cells()));
        return text.toString();
    }

    private static void line(StringBuilder text, String... cells) {
        for (String cell : cells) {
            text.append("| ").append(cell.replace("|", "\\|").replaceAll("\\s+", " ")).append(' ');
        }
        text.append("|\n");
    }
}
