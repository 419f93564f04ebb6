package io.postern.cli;

import io.postern.policy.ChangeProof;
import io.postern.policy.Direction;
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

    /** Most regions in the table; the rest is counted, and JSON has all. */
    private static final int ROWS = 200;

    private static final String[] HEAD = {
        "CHANGE", "TIER", "ADDRESSES", "COUNT", "SERVERS", "WHO", "WHEN", "DECIDED BY"
    };

    private final long[] counts = new long[Direction.values().length];
    private final List<Region> shown = new ArrayList<>();
    private final AddressStrip strip = new AddressStrip();
    private long total;

    /** Counts a region in; the first ones are shown. */
    void add(Region region) {
        total++;
        counts[region.direction().ordinal()]++;
        strip.add(region);
        if (shown.size() < ROWS) {
            shown.add(region);
        }
    }

    void print(List<String> unknowns, ChangeProof proof, PrintWriter out) {
        if (total == 0) {
            out.println("Nothing changes: every submission keeps its tier.");
        } else {
            out.println(summary());
            out.println();
            printTable(out);
        }
        ProofText.print(proof, out);
        if (!unknowns.isEmpty()) {
            out.println();
            out.println("Not known:");
            unknowns.forEach(unknown -> out.println("  " + unknown));
        }
    }

    /** The first regions as a table, and a picture of all. */
    void printTable(PrintWriter out) {
        TextTable table = new TextTable(HEAD);
        shown.forEach(region -> table.add(cells(region)));
        table.print("", out);
        if (total > shown.size()) {
            out.println("and " + (total - shown.size()) + " more regions; --json lists all");
        }
        strip.print(out);
    }

    private String summary() {
        List<String> parts = new ArrayList<>();
        for (Direction direction : Direction.values()) {
            if (counts[direction.ordinal()] > 0) {
                String word = direction.name().toLowerCase(Locale.ROOT);
                parts.add(counts[direction.ordinal()] + " " + word);
            }
        }
        return total
                + (total == 1 ? " region changes: " : " regions change: ")
                + String.join(", ", parts)
                + ".";
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
