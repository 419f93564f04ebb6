package io.postern.cli.selftest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.postern.cli.TextTable;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a run of the suite showed.
 *
 * @param began when
 * @param planned how many trials there were to be; with fewer results it broke off
 * @param results of faults and clean rollouts, in their order
 */
record FaultReport(long seed, Instant began, long seconds, int planned, List<TrialResult> results) {
    private static final int MAX_CELL = 96;

    private List<TrialResult> faults() {
        return results.stream().filter(result -> !result.isClean()).toList();
    }

    private List<TrialResult> clean() {
        return results.stream().filter(TrialResult::isClean).toList();
    }

    private long falseAlarms() {
        return clean().stream().filter(result -> !result.isAsExpected()).count();
    }

    private long skipped() {
        return faults().stream().filter(TrialResult::isSkipped).count();
    }

    private long asExpected() {
        return faults().stream().filter(TrialResult::isAsExpected).count();
    }

    private long kinds() {
        return faults().stream()
                .filter(result -> !result.isSkipped())
                .map(TrialResult::kind)
                .distinct()
                .count();
    }

    /** Whether all was tried, every fault got its verdict, and no clean rollout alarmed. */
    boolean isGood() {
        return results.size() == planned
                && asExpected() + skipped() == faults().size()
                && falseAlarms() == 0;
    }

    void print(PrintWriter out) {
        TextTable table =
                new TextTable(
                        "KIND",
                        "HOST",
                        "WHERE",
                        "EXPECTED",
                        "GOT",
                        "AS EXPECTED",
                        "TIME TO DETECT");
        for (TrialResult result : faults()) {
            table.add(
                    result.kind(),
                    result.host(),
                    cut(result.where()),
                    result.expected(),
                    result.isSkipped() ? "-" : result.got().name(),
                    result.isSkipped() ? "skipped" : result.isAsExpected() ? "yes" : "NO",
                    result.detectionText());
        }
        table.print("", out);
        out.println();
        results.stream()
                .filter(result -> !result.isAsExpected())
                .forEach(
                        result ->
                                out.println(
                                        (result.isSkipped() ? "skipped: " : "NOT AS EXPECTED: ")
                                                + (result.isClean() ? "clean" : result.kind())
                                                + ", "
                                                + result.where()
                                                + ": "
                                                + (result.note().isEmpty()
                                                        ? String.valueOf(result.got())
                                                        : result.note())));
        out.println(
                faults().size()
                        + " faults of "
                        + kinds()
                        + " kinds tried: "
                        + asExpected()
                        + " got their verdict, "
                        + (faults().size() - asExpected() - skipped())
                        + " did not, "
                        + skipped()
                        + " skipped");
        out.println("false alarms: " + falseAlarms() + " of " + clean().size() + " clean rollouts");
        if (results.size() < planned) {
            out.println("broke off after " + results.size() + " of " + planned + " trials");
        }
        out.println("seed " + seed + ", " + began + ", " + seconds + " s");
        out.flush();
    }

    private static String cut(String text) {
        return text.length() <= MAX_CELL ? text : text.substring(0, MAX_CELL - 3) + "...";
    }

    String json() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("seed", seed);
        all.put("date", began.toString());
        all.put("seconds", seconds);
        all.put("planned", planned);
        all.put("faults", faults().stream().map(FaultReport::fields).toList());
        all.put("asExpected", asExpected());
        all.put("skipped", skipped());
        all.put("cleanRollouts", clean().size());
        all.put("falseAlarms", falseAlarms());
        all.put(
                "alarms",
                clean().stream()
                        .filter(result -> !result.isAsExpected())
                        .map(FaultReport::fields)
                        .toList());
        all.put("good", isGood());
        try {
            return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(all);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the report is plain data", e);
        }
    }

    private static Map<String, Object> fields(TrialResult result) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("kind", result.isClean() ? null : result.kind());
        fields.put("host", result.host());
        fields.put("where", result.where());
        fields.put("expected", result.expected());
        fields.put("got", result.got() == null ? null : result.got().name());
        fields.put("asExpected", result.isAsExpected());
        fields.put(
                "millisToDetect",
                result.detection() == null ? null : result.detection().toMillis());
        fields.put("note", result.note());
        return fields;
    }
}
