package io.postern.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.postern.smtp.ProbeOutcome;
import io.postern.smtp.TranscriptLine;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Answers of probed addresses as one JSON document. */
final class ProbeJson {
    private ProbeJson() {}

    static void print(String host, List<ProbeAnswer> answers, String marker, PrintWriter out) {
        JsonLines.print(
                out,
                json -> {
                    json.useDefaultPrettyPrinter();
                    json.writeStartObject();
                    json.writeStringField("host", host);
                    json.writeArrayFieldStart("answers");
                    for (ProbeAnswer answer : answers) {
                        write(json, answer, marker);
                    }
                    json.writeEndArray();
                    json.writeEndObject();
                });
    }

    private static void write(JsonGenerator json, ProbeAnswer answer, String marker)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("address", answer.address());
        json.writeStringField("family", answer.family());
        json.writeNumberField("port", answer.target().getPort());
        json.writeStringField("source", answer.source());
        json.writeStringField("observed", word(answer.tier().level()));
        json.writeStringField("reason", answer.tier().reason());
        json.writeStringField("sentence", answer.sentence());
        outcome(json, answer.outcome());
        if (answer.message() != null) {
            json.writeObjectFieldStart("message");
            json.writeStringField("marker", marker);
            outcome(json, answer.message());
            json.writeEndObject();
        }
        if (!answer.tricks().isEmpty()) {
            json.writeArrayFieldStart("tricks");
            for (ProbeAnswer.Tried one : answer.tricks()) {
                json.writeStartObject();
                json.writeStringField("name", one.trick().name());
                json.writeStringField("argument", one.argument());
                json.writeStringField("result", word(one.result()));
                outcome(json, one.outcome());
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private static void outcome(JsonGenerator json, ProbeOutcome outcome) throws IOException {
        json.writeStringField("stage", outcome.stage());
        json.writeStringField("kind", outcome.kind().name());
        if (outcome.reply() != null) {
            json.writeNumberField("replyCode", outcome.reply().code());
            json.writeStringField("replyText", outcome.reply().text());
        }
        json.writeArrayFieldStart("transcript");
        for (TranscriptLine line : outcome.transcript()) {
            json.writeStartObject();
            json.writeNumberField("elapsedMillis", line.elapsedMillis());
            json.writeStringField("direction", line.direction() + "");
            json.writeStringField("text", line.text());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** An enum's word in JSON. */
    static String word(Enum<?> one) {
        return one.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
