package io.postern.cli;

import io.postern.policy.Direction;
import io.postern.policy.Impact;
import io.postern.policy.Region;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** An impact as a table that a person reads first. */
final class ImpactText {
    /** Lines that one cell may take before the rest is counted; JSON has all. */
    private static final int CELL_LINES = 6;

    private static final List<String> HEAD =
            List.of("CHANGE", "TIER", "ADDRESSES", "COUNT", "SERVERS", "WHO", "WHEN", "DECIDED BY");

    private ImpactText() {}

    static void print(Impact impact, PrintWriter out) {
        if (impact.isEmpty()) {
            out.println("Nothing changes: every submission keeps its tier.");
        } else {
            out.println(summary(impact.regions()));
            out.println();
            printTable(impact.regions(), out);
        }
        if (!impact.unknowns().isEmpty()) {
            out.println();
            out.println("Not known:");
            impact.unknowns().forEach(unknown -> out.println("  " + unknown));
        }
    }

    private static String summary(List<Region> regions) {
        List<String> parts = new ArrayList<>();
        for (Direction direction : Direction.values()) {
            long count = regions.stream().filter(region -> region.direction() == direction).count();
            if (count > 0) {
                String word = direction.name().toLowerCase(Locale.ROOT);
                parts.add(count + " " + word);
            }
        }
        return regions.size()
                + (regions.size() == 1 ? " region changes: " : " regions change: ")
                + String.join(", ", parts)
                + ".";
    }

    private static void printTable(List<Region> regions, PrintWriter out) {
        List<List<List<String>>> rows = new ArrayList<>();
        rows.add(HEAD.stream().map(List::of).toList());
        regions.forEach(region -> rows.add(cells(region)));
        int[] widths = new int[HEAD.size()];
        for (List<List<String>> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                for (String line : row.get(column)) {
                    widths[column] = Math.max(widths[column], line.length());
                }
            }
        }
        rows.forEach(row -> printRow(row, widths, out));
    }

    private static void printRow(List<List<String>> row, int[] widths, PrintWriter out) {
        int height = row.stream().mapToInt(List::size).max().orElse(0);
        for (int line = 0; line < height; line++) {
            StringBuilder text = new StringBuilder();
            for (int column = 0; column < widths.length; column++) {
                List<String> cell = row.get(column);
                String part = line < cell.size() ? cell.get(line) : "";
                text.append(part).append(" ".repeat(widths[column] - part.length() + 2));
            }
            out.println(text.toString().stripTrailing());
        }
    }

    private static List<List<String>> cells(Region region) {
        return List.of(
                List.of(region.direction().name()),
                List.of(region.before().word() + " -> " + region.after().word()),
                limited(region.addresses().texts(), "ranges"),
                List.of(count(region)),
                servers(region),
                who(region),
                when(region),
                List.of(
                        decidedBy(region.because().before())
                                + " -> "
                                + decidedBy(region.because().after())));
    }

    private static String count(Region region) {
        String digits = region.addressCount().toString();
        return digits.length() <= 12 ? digits : "about 10^" + (digits.length() - 1);
    }

    private static List<String> servers(Region region) {
        String ports =
                region.ports().stream().map(String::valueOf).collect(Collectors.joining(","));
        return limited(
                region.servers().stream().map(server -> server + ":" + ports).toList(), "servers");
    }

    private static List<String> who(Region region) {
        boolean anyAccount = region.accounts().equals(List.of("*"));
        boolean anyComputer = region.computers().equals(List.of("*"));
        if (anyAccount && anyComputer) {
            return List.of("anybody");
        }
        List<String> lines = new ArrayList<>();
        if (!anyAccount) {
            region.accounts().forEach(account -> lines.add("account " + account));
        }
        if (!anyComputer) {
            region.computers().forEach(computer -> lines.add("computer " + computer));
        }
        return limited(lines, "names");
    }

    private static List<String> when(Region region) {
        List<String> lines = new ArrayList<>();
        if (region.from() != null) {
            lines.add("from " + region.from());
        }
        if (region.until() != null) {
            lines.add("until " + region.until());
        }
        return lines.isEmpty() ? List.of("always") : lines;
    }

    private static String decidedBy(String key) {
        return key == null ? "nothing" : key;
    }

    private static List<String> limited(List<String> lines, String what) {
        if (lines.size() <= CELL_LINES) {
            return lines;
        }
        List<String> shown = new ArrayList<>(lines.subList(0, CELL_LINES - 1));
        shown.add("and " + (lines.size() - shown.size()) + " more " + what);
        return shown;
    }
}
