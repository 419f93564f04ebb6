package io.postern.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Columns of text, each as wide as its widest line; a cell may have several lines. */
public final class TextTable {
    private final List<List<List<String>>> rows = new ArrayList<>();

    public TextTable(String... headings) {
        add(headings);
    }

    /** A row of cells of one line each. */
    public void add(String... cells) {
        List<List<String>> row = new ArrayList<>();
        for (String cell : cells) {
            row.add(List.of(cell));
        }
        add(row);
    }

    /** A row of cells, each a list of lines. */
    void add(List<List<String>> cells) {
        rows.add(cells);
    }

    public void print(String indent, PrintWriter out) {
        int[] widths = new int[rows.get(0).size()];
        for (List<List<String>> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                for (String line : row.get(column)) {
                    widths[column] = Math.max(widths[column], line.length());
                }
            }
        }
        rows.forEach(row -> printRow(row, widths, indent, out));
    }

    private static void printRow(
            List<List<String>> row, int[] widths, String indent, PrintWriter out) {
        int height = row.stream().mapToInt(List::size).max().orElse(0);
        for (int line = 0; line < height; line++) {
            StringBuilder text = new StringBuilder(indent);
            for (int column = 0; column < widths.length; column++) {
                List<String> cell = row.get(column);
                String part = line < cell.size() ? cell.get(line) : "";
                text.append(part).append(" ".repeat(widths[column] - part.length() + 2));
            }
            out.println(text.toString().stripTrailing());
        }
    }
}
