package io.postern.cli;

import io.postern.enforcement.AddressCount;
import io.postern.enforcement.Assessment;
import io.postern.enforcement.AssessmentFinding;
import io.postern.enforcement.AssessmentFinding.Severity;
import io.postern.enforcement.Exposure;
import io.postern.enforcement.Listeners;
import io.postern.enforcement.TierBounds;
import io.postern.enforcement.VisibleText;
import java.util.List;

/** An assessment as one page that needs no script, no other file and no network. */
final class AssessHtml {
    private static final String STYLE =
            """
            :root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --paper: #fff;
              --line: #d0d7de; --card: #f6f8fa; --none: #d8dee4; --internal: #2f6fde;
              --relay: #d9730d; --trusted: #b3261e; --unknown: #9a6b00; --on: #fff }
            @media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9aa5b1;
              --paper: #0d1117; --line: #30363d; --card: #161b22; --none: #2b323a;
              --internal: #4c8dff; --relay: #e8913a; --trusted: #e5534b; --unknown: #c99a2e;
              --on: #0d1117 } }
            * { box-sizing: border-box }
            body { margin: 0 auto; padding: 1rem; max-width: 62rem; background: var(--paper);
              color: var(--ink); font: 16px/1.5 system-ui, sans-serif }
            h1 { font-size: 1.1rem; color: var(--soft); font-weight: 600 }
            .headline { font-size: 1.5rem; line-height: 1.3; font-weight: 600; margin: .5rem 0 1rem }
            h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line) } h3 { margin-top: 1.8rem }
            .finding { border: 1px solid var(--line); border-left: .4rem solid var(--none);
              background: var(--card); padding: .6rem .8rem; margin: .6rem 0;
              overflow-wrap: anywhere }
            .finding p { margin: .2rem 0 } .finding .where { color: var(--soft); font-size: .9rem }
            .high { border-left-color: var(--trusted) } .medium { border-left-color: var(--relay) }
            .low { border-left-color: var(--internal) }
            .listener { display: flex; flex-wrap: wrap; gap: 1rem; align-items: flex-start }
            .map { width: 20rem; max-width: 100%; flex: none }
            .map text { font: bold 12px system-ui, sans-serif; text-anchor: middle; fill: var(--on) }
            .wide { overflow-x: auto; flex: 1 1 18rem; min-width: 0 }
            table { border-collapse: collapse; width: 100%; font-size: .92rem }
            th, td { text-align: left; padding: .3rem .5rem; border-bottom: 1px solid var(--line);
              vertical-align: top; overflow-wrap: anywhere }
            td.far { white-space: nowrap }
            th { overflow-wrap: normal; white-space: nowrap }
            .dot { display: inline-block; width: .8em; height: .8em; margin-right: .4em }
            .none { fill: var(--none) } .internal { fill: var(--internal) }
            .relay { fill: var(--relay) } .trusted { fill: var(--trusted) }
            .unknown { fill: var(--unknown) }
            rect.part { fill-opacity: .55; stroke: currentColor; stroke-opacity: .5 }
            .dot.none { background: var(--none) } .dot.internal { background: var(--internal) }
            .dot.relay { background: var(--relay) } .dot.trusted { background: var(--trusted) }
            .dot.unknown { background: var(--unknown) }
            pre { background: var(--card); border: 1px solid var(--line); padding: .8rem;
              overflow-x: auto; font-size: .85rem }
            .legend span.key { margin-right: 1rem; white-space: nowrap }
            @media (max-width: 40rem) { .listener { display: block } thead { display: none }
              tr, td { display: block } td { border: 0; padding: .1rem 0 }
              tr { border-bottom: 1px solid var(--line); padding: .5rem 0 } }
            .soft { color: var(--soft) } summary { cursor: pointer; font-weight: 600; padding: .3rem 0 }
            """;

    private final Assessment assessment;
    private final StringBuilder page = new StringBuilder();

    AssessHtml(Assessment assessment) {
        this.assessment = assessment;
    }

    String page() {
        page.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
        page.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        page.append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';");
        page.append(" style-src 'unsafe-inline'\">");
        page.append("<title>Who can submit mail</title>\n<style>\n").append(STYLE);
        page.append(
                "</style></head>\n<body>\n<h1>Who can submit mail to your Exchange servers</h1>");
        element("p", "headline", assessment.headline());
        findings();
        servers();
        policy();
        notes();
        return page.append("</body></html>\n").toString();
    }

    /** Text as text, whatever it holds. */
    static String escaped(String text) {
        StringBuilder safe = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                default -> safe.append(c);
            }
        }
        return safe.toString();
    }

    private void element(String name, String style, String text) {
        page.append('<').append(name).append(" class=\"").append(style).append("\">");
        page.append(escaped(text)).append("</").append(name).append(">\n");
    }

    private void findings() {
        page.append("<h2>Findings</h2>\n");
        if (assessment.findings().isEmpty()) {
            page.append("<p>None.</p>\n");
        }
        List<FindingGroup> groups = FindingGroup.of(assessment.findings());
        boolean first = true;
        for (Severity severity : Severity.values()) {
            List<FindingGroup> some =
                    groups.stream().filter(one -> one.first().severity() == severity).toList();
            if (!some.isEmpty()) {
                page.append(first ? "<details open>" : "<details>").append("<summary>");
                page.append(some.size()).append(' ').append(severity.word());
                page.append("</summary>\n");
                some.forEach(this::finding);
                page.append("</details>\n");
                first = false;
            }
        }
    }

    private void finding(FindingGroup group) {
        AssessmentFinding finding = group.first();
        page.append("<div class=\"finding ").append(finding.severity().word()).append("\">");
        page.append("<p><strong>").append(finding.severity().word()).append("</strong> ");
        page.append("<code>").append(escaped(finding.rule())).append("</code></p>");
        if (finding.server() != null) {
            element("p", "where", group.where());
        }
        element("p", "message", VisibleText.of(finding.message(), AssessText.LONGEST_MESSAGE));
        if (!finding.addresses().isEmpty()) {
            element("p", "where", "Addresses: " + AssessText.some(finding.addresses()));
        }
        element("p", "remedy", "Remedy: " + finding.remedy());
        page.append("</div>\n");
    }

    private void servers() {
        String server = null;
        for (Exposure exposure : assessment.exposures()) {
            if (!exposure.server().equals(server)) {
                server = exposure.server();
                element("h2", "server", VisibleText.of(server));
                legend();
            }
            if (exposure.isOpen() || exposure.listener().port() == 25) {
                listener(exposure);
            } else {
                element(
                        "p",
                        "soft",
                        "Port "
                                + exposure.listener().port()
                                + ", "
                                + family(exposure)
                                + ": nobody without signing in.");
            }
        }
    }

    private static String family(Exposure exposure) {
        return Listeners.name(exposure.listener().address().family());
    }

    private void legend() {
        page.append("<p class=\"legend\">");
        for (String[] key :
                new String[][] {
                    {"none", "nobody"},
                    {"internal", "i: to your own domains"},
                    {"unknown", "?: own domains, perhaps anyone"},
                    {"relay", "R: to anyone"},
                    {"trusted", "T: to anyone, as a trusted server"}
                }) {
            page.append("<span class=\"key\"><span class=\"dot ").append(key[0]);
            page.append("\"></span>").append(escaped(key[1])).append("</span> ");
        }
        page.append(
                "</p>\n<p class=\"soft\">A cell is 1/256 of the addresses, in order;"
                        + " a framed, paler cell is so only in a part.</p>\n");
    }

    private void listener(Exposure exposure) {
        element(
                "h3",
                "listener-name",
                "Port " + exposure.listener().port() + ", " + family(exposure));
        element("p", "soft", "Listener " + Listeners.text(exposure.listener()));
        page.append("<div class=\"listener\">").append(new AssessMap(assessment, exposure).svg());
        page.append("<div class=\"wide\"><table><thead><tr><th>how far</th><th>how many</th>");
        page.append("<th>connector</th><th>addresses</th></tr></thead><tbody>\n");
        for (Exposure.Share share : exposure.shares()) {
            TierBounds bounds = assessment.effective(share.bounds());
            page.append("<tr><td class=\"far\"><span class=\"dot ");
            page.append(AssessMap.style(bounds)).append("\"></span>");
            page.append(escaped(bounds.toString())).append("</td>");
            cell(AddressCount.of(share.addresses().count()));
            cell(
                    share.connector() == null
                            ? "none: refused"
                            : VisibleText.of(share.connector().name()));
            cell(AssessText.some(share.addresses().texts()));
            page.append("</tr>\n");
        }
        page.append("</tbody></table></div></div>\n");
    }

    private void cell(String text) {
        page.append("<td>").append(escaped(text)).append("</td>");
    }

    private void policy() {
        page.append("<h2>A first policy that says the same</h2>\n");
        page.append(
                "<p>It closes nothing and opens nothing. What it assumes stands at its head.</p>");
        page.append("\n<pre>").append(escaped(assessment.policy().yaml())).append("</pre>\n");
    }

    private void notes() {
        if (!assessment.observed().notes().isEmpty()) {
            page.append("<h2>Notes on the exports</h2>\n<ul>\n");
            assessment.observed().notes().forEach(note -> element("li", "note", note));
            page.append("</ul>\n");
        }
    }
}
