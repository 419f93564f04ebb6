package io.postern.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.postern.policy.ChangeProof;
import io.postern.policy.Region;
import io.postern.policy.Submission;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** Parts of an impact as JSON. */
final class ImpactJson {
    private final JsonGenerator json;

    ImpactJson(JsonGenerator json) {
        this.json = json;
    }

    /** A region as an object. */
    void write(Region region) {
        write(region, generator -> {});
    }

    /** A region as an object with more fields at its end. */
    void write(Region region, JsonLines.Content more) {
        try {
            json.writeStartObject();
            json.writeStringField("direction", region.direction().name());
            writeWhere(region.servers(), region.ports(), region.accounts(), region.computers());
            JsonLines.field(json, "addresses", region.addresses().texts());
            json.writeStringField("addressCount", region.addressCount().toString());
            JsonLines.field(json, "from", text(region.from()));
            JsonLines.field(json, "until", text(region.until()));
            json.writeStringField("before", region.before().word());
            json.writeStringField("after", region.after().word());
            write(region.witness());
            json.writeObjectFieldStart("because");
            JsonLines.field(json, "before", region.because().before());
            JsonLines.field(json, "after", region.because().after());
            json.writeEndObject();
            more.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void writeWhere(
            List<String> servers,
            List<Integer> ports,
            List<String> accounts,
            List<String> computers)
            throws IOException {
        JsonLines.field(json, "servers", servers);
        json.writeArrayFieldStart("ports");
        for (int port : ports) {
            json.writeNumber(port);
        }
        json.writeEndArray();
        JsonLines.field(json, "accounts", accounts);
        JsonLines.field(json, "computers", computers);
    }

    private void write(Submission witness) throws IOException {
        json.writeObjectFieldStart("witness");
        json.writeStringField("address", witness.address().toString());
        JsonLines.field(json, "account", witness.account());
        JsonLines.field(json, "computer", witness.computer());
        json.writeStringField("server", witness.server());
        json.writeNumberField("port", witness.port());
        json.writeStringField("at", witness.at().toString());
        json.writeEndObject();
    }

    /** A proof as the field {@code proof}. */
    void write(ChangeProof proof) throws IOException {
        json.writeObjectFieldStart("proof");
        json.writeStringField("verdict", proof.verdict());
        json.writeBooleanField("known", proof.isKnown());
        json.writeBooleanField("achieved", proof.isAchieved());
        json.writeArrayFieldStart("steps");
        for (ChangeProof.Step step : proof.steps()) {
            json.writeStartObject();
            json.writeStringField("intent", word(step.intent()));
            json.writeStringField("entry", step.key());
            json.writeStringField("tier", step.tier().word());
            json.writeStringField("alreadyTrue", word(step.alreadyTrue()));
            json.writeStringField("achieved", word(step.achieved()));
            json.writeArrayFieldStart("missing");
            for (ChangeProof.Missing missing : step.missing()) {
                write(missing);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("collateral");
        proof.collateral().forEach(this::write);
        json.writeEndArray();
        json.writeEndObject();
    }

    private void write(ChangeProof.Missing missing) throws IOException {
        json.writeStartObject();
        writeWhere(missing.servers(), missing.ports(), missing.accounts(), missing.computers());
        JsonLines.field(json, "addresses", missing.addresses().texts());
        JsonLines.field(json, "from", text(missing.from()));
        JsonLines.field(json, "until", text(missing.until()));
        write(missing.witness());
        JsonLines.field(json, "because", missing.because());
        json.writeEndObject();
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static String text(Instant instant) {
        return instant == null ? null : instant.toString();
    }
}
