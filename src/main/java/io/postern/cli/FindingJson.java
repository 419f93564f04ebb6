package io.postern.cli;

import io.postern.policy.PolicyCheck.Finding;
import io.postern.policy.yaml.PolicyDocument;
import io.postern.policy.yaml.PolicyDocument.Place;
import java.io.PrintWriter;
import java.util.List;

/** Findings as JSON, each with its place in the file. */
final class FindingJson {
    private FindingJson() {}

    /**
     * One object with all findings; kind, entry, line and column are null where a finding is about
     * the whole policy, line and column also where the entry is not in the file.
     */
    static void print(List<Finding> findings, PolicyDocument document, PrintWriter out) {
        JsonLines.print(
                out,
                json -> {
                    json.writeStartObject();
                    json.writeArrayFieldStart("findings");
                    for (Finding finding : findings) {
                        json.writeStartObject();
                        json.writeStringField("level", finding.level().word());
                        json.writeStringField("rule", finding.rule());
                        JsonLines.field(json, "entry", finding.entry());
                        json.writeStringField("message", finding.message());
                        json.writeStringField("remedy", finding.remedy());
                        JsonLines.field(
                                json,
                                "kind",
                                finding.kind() == null ? null : finding.kind().section());
                        Place place = FindingText.place(finding, document).orElse(null);
                        if (place == null) {
                            json.writeNullField("line");
                            json.writeNullField("column");
                        } else {
                            json.writeNumberField("line", place.line());
                            json.writeNumberField("column", place.column());
                        }
                        json.writeEndObject();
                    }
                    json.writeEndArray();
                    json.writeEndObject();
                });
    }
}
