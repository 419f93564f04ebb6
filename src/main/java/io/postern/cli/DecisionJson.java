package io.postern.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.postern.policy.Decision;
import io.postern.policy.Explanation;
import java.io.IOException;
import java.io.PrintWriter;

/** Decisions as JSON, one a line. */
final class DecisionJson {
    private DecisionJson() {}

    static void print(Decision decision, PrintWriter out) {
        JsonLines.print(
                out,
                json -> {
                    json.writeStartObject();
                    write(decision, json);
                    json.writeEndObject();
                });
    }

    static void print(Explanation explanation, boolean withTrials, PrintWriter out) {
        JsonLines.print(
                out,
                json -> {
                    json.writeStartObject();
                    write(explanation.decision(), json);
                    JsonLines.field(json, "notes", explanation.notes());
                    if (withTrials) {
                        json.writeArrayFieldStart("trials");
                        for (Explanation.EntryTrial trial : explanation.trials()) {
                            write(trial, json);
                        }
                        json.writeEndArray();
                    }
                    json.writeEndObject();
                });
    }

    private static void write(Decision decision, JsonGenerator json) throws IOException {
        json.writeStringField("tier", decision.tier().word());
        JsonLines.field(json, "grant", decision.grant());
        JsonLines.field(json, "block", decision.block());
    }

    private static void write(Explanation.EntryTrial trial, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("kind", trial.kind());
        json.writeStringField("key", trial.key());
        json.writeBooleanField("matched", trial.matched());
        json.writeStringField("why", trial.why());
        json.writeEndObject();
    }
}
