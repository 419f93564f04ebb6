package io.postern.cli;

import io.postern.enforcement.AddressCount;
import io.postern.enforcement.Assessment;
import io.postern.enforcement.AssessmentFinding;
import io.postern.enforcement.AssessmentFinding.Severity;
import io.postern.enforcement.Exposure;
import io.postern.enforcement.Listeners;
import io.postern.enforcement.VisibleText;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** An assessment as text: first what a manager must know, then what an administrator needs. */
final class AssessText {
    static final int LONGEST_MESSAGE = 4000;
    private static final int SHOWN_RANGES = 4;
    private static final int SHOWN_OF_A_RULE = 20;
    private static final int SHOWN_POLICY_LINES = 60;

    private AssessText() {}

    static void print(Assessment assessment, PrintWriter out) {
        out.println(assessment.headline());
        out.println();
        findings(assessment, out);
        String server = null;
        for (Exposure exposure : assessment.exposures()) {
            if (!exposure.server().equals(server)) {
                server = exposure.server();
                out.println("Who can submit to " + VisibleText.of(server) + " without signing in");
            }
            exposure(assessment, exposure, out);
        }
        out.println();
        policy(assessment, out);
        assessment.observed().notes().forEach(note -> out.println("Note: " + note));
    }

    private static void findings(Assessment assessment, PrintWriter out) {
        if (assessment.findings().isEmpty()) {
            out.println("No findings.");
            out.println();
            return;
        }
        String last = "";
        int shown = 0;
        for (FindingGroup group : FindingGroup.of(assessment.findings())) {
            shown = group.first().rule().equals(last) ? shown + 1 : 1;
            last = group.first().rule();
            if (shown <= SHOWN_OF_A_RULE) {
                finding(group, out);
            } else if (shown == SHOWN_OF_A_RULE + 1) {
                out.println("        and more " + last + "; --json lists them all");
            }
        }
        for (Severity severity : Severity.values()) {
            long count =
                    assessment.findings().stream().filter(f -> f.severity() == severity).count();
            out.print((severity == Severity.HIGH ? "" : ", ") + count + " " + severity.word());
        }
        out.println();
        out.println();
    }

    private static void finding(FindingGroup group, PrintWriter out) {
        AssessmentFinding finding = group.first();
        String severity = finding.severity().word().toUpperCase(Locale.ROOT);
        out.println(
                severity
                        + " ".repeat(8 - severity.length())
                        + finding.rule()
                        + (finding.server() == null ? "" : " " + group.where()));
        out.println("        " + VisibleText.of(finding.message(), LONGEST_MESSAGE));
        if (!finding.addresses().isEmpty()) {
            out.println("        Addresses: " + some(finding.addresses()));
        }
        out.println("        Remedy: " + finding.remedy());
    }

    /** The first few ranges and how many more. */
    static String some(List<String> ranges) {
        String first = String.join(", ", ranges.subList(0, Math.min(SHOWN_RANGES, ranges.size())));
        return ranges.size() <= SHOWN_RANGES
                ? first
                : first + " and " + (ranges.size() - SHOWN_RANGES) + " more ranges";
    }

    private static void exposure(Assessment assessment, Exposure exposure, PrintWriter out) {
        String family = Listeners.name(exposure.listener().address().family());
        if (!exposure.isOpen()) {
            out.println(
                    "  port "
                            + exposure.listener().port()
                            + ", "
                            + family
                            + " ("
                            + exposure.listener()
                            + "): nobody");
            return;
        }
        out.println(
                "  port "
                        + exposure.listener().port()
                        + ", "
                        + family
                        + " ("
                        + exposure.listener()
                        + "):");
        TextTable table = new TextTable("how far", "how many", "connector", "addresses");
        for (Exposure.Share share : exposure.shares()) {
            table.add(
                    assessment.effective(share.bounds()).toString(),
                    AddressCount.of(share.addresses().count()),
                    share.connector() == null
                            ? "(none: refused)"
                            : VisibleText.of(share.connector().name()),
                    some(share.addresses().texts()));
        }
        table.print("    ", out);
    }

    private static void policy(Assessment assessment, PrintWriter out) {
        out.println("A first policy file that says the same (--write-policy FILE writes it):");
        out.println();
        String[] lines = assessment.policy().yaml().split("\n");
        for (int i = 0; i < Math.min(lines.length, SHOWN_POLICY_LINES); i++) {
            out.println("  " + lines[i]);
        }
        if (lines.length > SHOWN_POLICY_LINES) {
            out.println("  # and " + (lines.length - SHOWN_POLICY_LINES) + " more lines");
        }
    }
}
