package io.postern.enforcement.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.postern.enforcement.AssessmentFinding;
import io.postern.enforcement.exports.ExportException;
import io.postern.enforcement.firewall.exports.FirewallExports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FirewallFindingsTest {
    private static List<String> findings(String... files) throws ExportException, IOException {
        Map<String, byte[]> contents = new LinkedHashMap<>();
        for (String file : files) {
            contents.put(
                    file,
                    Files.readAllBytes(
                            Path.of("src/test/resources/enforcement/firewall-exports", file)));
        }
        return FirewallFindings.of(FirewallExports.read(contents), "EX01", 25).stream()
                .filter(one -> !one.rule().equals("firewall-unknown"))
                .map(FirewallFindingsTest::shown)
                .toList();
    }

    private static String shown(AssessmentFinding finding) {
        return finding.severity().word() + " " + finding.rule() + ": " + finding.message();
    }

    @Test
    void whatOpensThePortIsNamedByItsKind() throws ExportException, IOException {
        assertEquals(
                List.of(
                        "high firewall-off: profile Private: the firewall is off, so no rule does"
                                + " anything",
                        "high firewall-default-allow: profile Domain: the default inbound action is"
                                + " Allow, so what no rule names is open",
                        "medium firewall-reach: the firewall lets about 2^128 addresses reach port"
                                + " 25 whoever they are",
                        "medium firewall-local-rules-void: profile Domain: Group Policy makes the"
                                + " local rules void",
                        "medium firewall-original: rule 'MSExchangeFrontendTransport (TCP-In)'"
                                + " ({6E1B1C10-0000-4000-8000-000000000001}) opens port 25 for every"
                                + " account",
                        "medium firewall-original: rule 'A \"quoted\" name' (Range) opens port 25 for"
                                + " every account",
                        "medium firewall-any-port: rule 'Any port' (AnyPort) opens port 25 since it"
                                + " names no TCP ports of its own",
                        "medium firewall-bypass: rule 'Secure' (Secure) passes every rule that"
                                + " blocks port 25",
                        "medium firewall-group-policy: rule 'Monitoring by GPO'"
                                + " ({6E1B1C10-0000-4000-8000-000000000009}) opens port 25 and comes"
                                + " from GroupPolicy, not from this server"),
                findings("documented-grammar.reg", "documented-group-policy.reg").stream()
                        .sorted((a, b) -> rank(a) - rank(b))
                        .toList());
    }

    private static int rank(String finding) {
        return finding.startsWith("high") ? finding.contains("-off") ? 0 : 1 : 2;
    }
}
