package io.postern.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.postern.enforcement.CompiledConnectors;
import io.postern.enforcement.ConnectorPlan;
import io.postern.enforcement.ConnectorStep;
import io.postern.enforcement.ExchangeCompiler;
import io.postern.enforcement.ExchangeScript;
import io.postern.enforcement.PlanGaps;
import io.postern.enforcement.ReceiveConnector;
import io.postern.enforcement.Unsupported;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;

/** Receive connectors. */
final class ExchangeCompilation implements Compilation {
    @Override
    public void run(CompileRequest request, PrintWriter out) {
        List<ReceiveConnector> observed =
                ServerChoice.connectors(request.policy(), request.server(), request.observedFiles())
                        .connectors();
        CompiledConnectors compiled =
                ExchangeCompiler.compile(
                        request.policy(),
                        request.server(),
                        observed,
                        request.at(),
                        request.isIdentityProven());
        List<ConnectorStep> steps = steps(observed, compiled);
        List<List<PlanGaps.Gap>> gaps = PlanGaps.of(observed, steps);
        String server = request.server().name();
        switch (request.format()) {
            case TEXT -> CompiledText.print(server, compiled, steps, gaps, out);
            case JSON -> JsonLines.print(out, json -> write(json, compiled, steps, gaps));
            case POWERSHELL -> out.print(script(server, steps, compiled.unsupported()));
            default -> throw request.notOfThisKind();
        }
    }

    private static List<ConnectorStep> steps(
            List<ReceiveConnector> observed, CompiledConnectors compiled) {
        try {
            return ConnectorPlan.between(observed, compiled.connectors());
        } catch (IllegalArgumentException | IllegalStateException e) {
            // A relay right that was not exported, or a server whose own connectors conflict.
            throw new BadInputException("--observed: no plan leads there: " + e.getMessage());
        }
    }

    private static String script(
            String server, List<ConnectorStep> steps, List<Unsupported> unsupported) {
        try {
            return ExchangeScript.of(server, steps, unsupported);
        } catch (IllegalArgumentException e) {
            throw new BadInputException("--format powershell: " + e.getMessage());
        }
    }

    private static void write(
            JsonGenerator json,
            CompiledConnectors compiled,
            List<ConnectorStep> steps,
            List<List<PlanGaps.Gap>> gaps)
            throws IOException {
        json.writeStartObject();
        json.writeArrayFieldStart("connectors");
        for (ReceiveConnector connector : compiled.connectors()) {
            ConnectorJson.write(json, connector);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("steps");
        for (int i = 0; i < steps.size(); i++) {
            ConnectorStep step = steps.get(i);
            json.writeStartObject();
            json.writeStringField("description", step.description());
            json.writeStringField("inverse", step.inverse().description());
            json.writeStringField("connector", step.name());
            json.writeStringField("action", step.getClass().getSimpleName());
            json.writeArrayFieldStart("gaps");
            for (PlanGaps.Gap gap : gaps.get(i)) {
                json.writeStartObject();
                json.writeStringField("tier", gap.tier().word());
                JsonLines.field(json, "addresses", gap.addresses().texts());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
        UnsupportedJson.write(json, compiled.unsupported());
        json.writeEndObject();
    }
}
