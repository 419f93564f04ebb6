package io.postern.web;

import io.postern.probe.Probe;
import io.postern.probe.Verdict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Probes as a table: a row for each source, failed ones first, a column for each server. */
public record ProbeMatrix(List<String> servers, List<Row> rows, Counts counts) {
    /**
     * One source.
     *
     * @param reason why it is asked
     * @param cells as many as there are servers
     */
    public record Row(String source, String reason, List<Cell> cells) {
        private boolean isFailed() {
            return cells.stream().anyMatch(Cell::isFailed);
        }
    }

    /**
     * What one server said to one source.
     *
     * @param probes newest attempt first; empty = not asked there
     */
    public record Cell(List<Probe> probes) {
        public boolean isEmpty() {
            return probes.isEmpty();
        }

        public Probe getLast() {
            return probes.get(0);
        }

        private boolean isFailed() {
            return !isEmpty() && getLast().verdict() == Verdict.FAIL;
        }

        /** Attempts before the last. */
        public int getEarlier() {
            return probes.size() - 1;
        }
    }

    /** How many there are of each. */
    public record Counts(long passed, long failed, long inconclusive, long open) {
        static Counts of(List<Probe> probes) {
            return new Counts(
                    count(probes, Verdict.PASS),
                    count(probes, Verdict.FAIL),
                    count(probes, Verdict.INCONCLUSIVE),
                    count(probes, null));
        }

        private static long count(List<Probe> probes, Verdict verdict) {
            return probes.stream().filter(probe -> probe.verdict() == verdict).count();
        }

        public long getTotal() {
            return passed + failed + inconclusive + open;
        }
    }

    static ProbeMatrix of(List<Probe> probes) {
        List<String> servers =
                List.copyOf(new TreeSet<>(probes.stream().map(Probe::server).toList()));
        Map<String, List<Probe>> bySource = new LinkedHashMap<>();
        probes.forEach(
                probe ->
                        bySource.computeIfAbsent(label(probe), source -> new ArrayList<>())
                                .add(probe));
        List<Row> rows =
                bySource.entrySet().stream()
                        .map(
                                entry ->
                                        new Row(
                                                entry.getKey(),
                                                entry.getValue().get(0).reason(),
                                                servers.stream()
                                                        .map(s -> cell(entry.getValue(), s))
                                                        .toList()))
                        // Stable: what did not fail stays in the order it was asked in.
                        .sorted(Comparator.comparing(row -> !row.isFailed()))
                        .toList();
        return new ProbeMatrix(servers, rows, Counts.of(probes));
    }

    private static String label(Probe probe) {
        return probe.source()
                + (probe.account() == null ? "" : " as " + probe.account())
                + (probe.computer() == null ? "" : " on " + probe.computer());
    }

    private static Cell cell(List<Probe> probes, String server) {
        List<Probe> here =
                new ArrayList<>(probes.stream().filter(p -> p.server().equals(server)).toList());
        Collections.reverse(here);
        return new Cell(List.copyOf(here));
    }

    public boolean isEmpty() {
        return rows.isEmpty();
    }
}
