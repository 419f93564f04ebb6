package io.postern.cli;

import io.postern.policy.PolicyCheck;
import io.postern.policy.PolicyCheck.Finding;
import io.postern.policy.yaml.PolicyDocument;
import io.postern.policy.yaml.PolicyDocument.Place;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Findings as text: a line that editors can jump to, and the remedy below it. */
final class FindingText {
    /** More findings of one rule and level than this say nothing new; hard ones are all shown. */
    static final int SHOWN_OF_A_RULE = 50;

    private FindingText() {}

    /** The place of the entry a finding is about; empty = the whole policy, or not in the file. */
    static Optional<Place> place(Finding finding, PolicyDocument document) {
        return finding.kind() == null
                ? Optional.empty()
                : document.place(finding.kind(), finding.entry());
    }

    /** Every finding, then how many there are of each level. */
    static void print(
            List<Finding> findings, PolicyDocument document, String file, PrintWriter out) {
        if (findings.isEmpty()) {
            out.println("No findings: every guardrail and assertion holds.");
            return;
        }
        Map<String, Integer> shown = new HashMap<>();
        String last = null;
        for (Finding finding : findings) {
            String group = finding.level().word() + " " + finding.rule();
            if (!group.equals(last)) {
                printRest(last, shown, out);
                last = group;
            }
            int count = shown.merge(group, 1, Integer::sum);
            if (count <= SHOWN_OF_A_RULE || finding.level() == PolicyCheck.Level.HARD) {
                out.print(line(finding, document, file));
            }
        }
        printRest(last, shown, out);
        out.print(
                System.lineSeparator()
                        + count(findings, PolicyCheck.Level.HARD)
                        + " hard, "
                        + count(findings, PolicyCheck.Level.SOFT)
                        + " soft, "
                        + count(findings, PolicyCheck.Level.ADVISORY)
                        + " advisory"
                        + System.lineSeparator());
    }

    private static void printRest(String group, Map<String, Integer> shown, PrintWriter out) {
        int more = group == null ? 0 : shown.get(group) - SHOWN_OF_A_RULE;
        if (more > 0 && !group.startsWith(PolicyCheck.Level.HARD.word() + " ")) {
            out.println("    and " + more + " more " + group + "; --json lists them all");
        }
    }

    private static String line(Finding finding, PolicyDocument document, String file) {
        Place place = place(finding, document).orElse(new Place(1, 1));
        return file
                + ":"
                + place.line()
                + ":"
                + place.column()
                + ": "
                + finding.level().name()
                + " "
                + finding.rule()
                + (finding.entry() == null ? "" : " " + finding.entry())
                + ": "
                + finding.message()
                + System.lineSeparator()
                + "    Remedy: "
                + finding.remedy()
                + System.lineSeparator();
    }

    private static long count(List<Finding> findings, PolicyCheck.Level level) {
        return findings.stream().filter(finding -> finding.level() == level).count();
    }
}
