package io.postern.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.postern.enforcement.AcceptedDomain;
import io.postern.enforcement.Assessment;
import io.postern.enforcement.AssessmentFinding;
import io.postern.enforcement.Exposure;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;

/** An assessment as JSON. */
final class AssessJson {
    private AssessJson() {}

    static void print(Assessment assessment, PrintWriter out) {
        JsonLines.print(
                out,
                json -> {
                    json.writeStartObject();
                    json.writeStringField("headline", assessment.headline());
                    writeFindings(json, assessment);
                    writeServers(json, assessment);
                    json.writeBooleanField(
                            "permissionsExported", assessment.observed().permissions() != null);
                    json.writeBooleanField("acceptsEveryDomain", assessment.acceptsEveryDomain());
                    writeDomains(json, assessment);
                    json.writeStringField("policy", assessment.policy().yaml());
                    JsonLines.field(json, "assumptions", assessment.policy().assumptions());
                    JsonLines.field(json, "notes", assessment.observed().notes());
                    json.writeEndObject();
                });
    }

    private static void writeFindings(JsonGenerator json, Assessment assessment)
            throws IOException {
        json.writeArrayFieldStart("findings");
        for (AssessmentFinding finding : assessment.findings()) {
            json.writeStartObject();
            json.writeStringField("severity", finding.severity().word());
            json.writeStringField("rule", finding.rule());
            JsonLines.field(json, "server", finding.server());
            JsonLines.field(json, "connector", finding.connector());
            JsonLines.field(json, "addresses", finding.addresses());
            json.writeStringField("message", finding.message());
            json.writeStringField("remedy", finding.remedy());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeServers(JsonGenerator json, Assessment assessment) throws IOException {
        json.writeArrayFieldStart("servers");
        for (String server : assessment.observed().servers()) {
            json.writeStartObject();
            json.writeStringField("server", server);
            json.writeArrayFieldStart("listeners");
            for (Exposure exposure : assessment.exposures()) {
                if (exposure.server().equals(server)) {
                    writeExposure(json, assessment, exposure);
                }
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** The tier is what a client can do in effect; the connector's own differs only under '*'. */
    private static void writeExposure(JsonGenerator json, Assessment assessment, Exposure exposure)
            throws IOException {
        json.writeStartObject();
        SelectionJson.writeListener(json, exposure.listener());
        json.writeNumberField("port", exposure.listener().port());
        json.writeArrayFieldStart("shares");
        for (Exposure.Share share : exposure.shares()) {
            json.writeStartObject();
            JsonLines.field(
                    json, "connector", share.connector() == null ? null : share.connector().name());
            SelectionJson.writeTier(json, assessment.effective(share.bounds()));
            json.writeStringField("connectorTier", share.bounds().atLeast().word());
            json.writeNumberField("count", share.addresses().count());
            JsonLines.field(json, "ranges", share.addresses().texts());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    /** Null = not exported. */
    private static void writeDomains(JsonGenerator json, Assessment assessment) throws IOException {
        if (assessment.observed().acceptedDomains() == null) {
            json.writeNullField("acceptedDomains");
            return;
        }
        json.writeArrayFieldStart("acceptedDomains");
        for (AcceptedDomain domain : assessment.observed().acceptedDomains()) {
            json.writeStartObject();
            json.writeStringField("name", domain.name());
            json.writeStringField("domain", domain.domain());
            json.writeStringField("type", domain.type().name().toLowerCase(Locale.ROOT));
            json.writeBooleanField("default", domain.isDefault());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
