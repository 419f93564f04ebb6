package io.postern.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.postern.policy.Impact;
import io.postern.policy.Region;
import io.postern.policy.Submission;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;

/** An impact as one JSON object. */
final class ImpactJson {
    private ImpactJson() {}

    static void print(Impact impact, PrintWriter out) {
        JsonLines.print(
                out,
                json -> {
                    json.writeStartObject();
                    json.writeArrayFieldStart("regions");
                    for (Region region : impact.regions()) {
                        write(region, json);
                    }
                    json.writeEndArray();
                    JsonLines.field(json, "unknowns", impact.unknowns());
                    json.writeEndObject();
                });
    }

    private static void write(Region region, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("direction", region.direction().name());
        JsonLines.field(json, "servers", region.servers());
        json.writeArrayFieldStart("ports");
        for (int port : region.ports()) {
            json.writeNumber(port);
        }
        json.writeEndArray();
        JsonLines.field(json, "accounts", region.accounts());
        JsonLines.field(json, "computers", region.computers());
        JsonLines.field(json, "addresses", region.addresses().texts());
        json.writeStringField("addressCount", region.addressCount().toString());
        JsonLines.field(json, "from", text(region.from()));
        JsonLines.field(json, "until", text(region.until()));
        json.writeStringField("before", region.before().word());
        json.writeStringField("after", region.after().word());
        write(region.witness(), json);
        json.writeObjectFieldStart("because");
        JsonLines.field(json, "before", region.because().before());
        JsonLines.field(json, "after", region.because().after());
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void write(Submission witness, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("witness");
        json.writeStringField("address", witness.address().toString());
        JsonLines.field(json, "account", witness.account());
        JsonLines.field(json, "computer", witness.computer());
        json.writeStringField("server", witness.server());
        json.writeNumberField("port", witness.port());
        json.writeStringField("at", witness.at().toString());
        json.writeEndObject();
    }

    private static String text(Instant instant) {
        return instant == null ? null : instant.toString();
    }
}
