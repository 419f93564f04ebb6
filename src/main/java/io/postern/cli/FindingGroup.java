package io.postern.cli;

import io.postern.enforcement.AssessmentFinding;
import io.postern.enforcement.VisibleText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One finding and the servers where it is the same, apart from the server's name in it: whoever has
 * twenty equal servers reads it once.
 *
 * @param first as on the first of them
 * @param servers all of them; empty = the organisation as a whole
 */
record FindingGroup(AssessmentFinding first, List<String> servers) {
    private static final int SHOWN_SERVERS = 5;

    /** By severity and rule, in the findings' order. */
    static List<FindingGroup> of(List<AssessmentFinding> findings) {
        Map<List<Object>, FindingGroup> groups = new LinkedHashMap<>();
        for (AssessmentFinding finding : findings) {
            List<Object> key =
                    List.of(
                            finding.severity(),
                            finding.rule(),
                            generic(finding, finding.connector()),
                            generic(finding, finding.message()),
                            finding.addresses());
            FindingGroup group =
                    groups.computeIfAbsent(
                            key, any -> new FindingGroup(finding, new ArrayList<>()));
            if (finding.server() != null) {
                group.servers().add(finding.server());
            }
        }
        Map<String, List<FindingGroup>> byRule = new LinkedHashMap<>();
        groups.values()
                .forEach(
                        group ->
                                byRule.computeIfAbsent(
                                                group.first().severity() + group.first().rule(),
                                                any -> new ArrayList<>())
                                        .add(group));
        return byRule.values().stream().flatMap(List::stream).toList();
    }

    private static String generic(AssessmentFinding finding, String text) {
        return text == null || finding.server() == null || finding.server().isEmpty()
                ? String.valueOf(text)
                : text.replace(finding.server(), "\0");
    }

    /** For people: the servers, and the connector as it is called on the first. */
    String where() {
        List<String> shown =
                servers.stream().distinct().limit(SHOWN_SERVERS).map(VisibleText::of).toList();
        int more = (int) servers.stream().distinct().count() - shown.size();
        return String.join(", ", shown)
                + (more > 0 ? " and " + more + " more servers" : "")
                + (first.connector() == null
                        ? ""
                        : ", connector '" + VisibleText.of(first.connector()) + "'");
    }
}
