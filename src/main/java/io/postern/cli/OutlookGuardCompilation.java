package io.postern.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.postern.enforcement.AssessmentFinding;
import io.postern.enforcement.VisibleText;
import io.postern.enforcement.outlook.CompiledOutlookGuard;
import io.postern.enforcement.outlook.ObservedOutlookGuard;
import io.postern.enforcement.outlook.OutlookGuardCompiler;
import io.postern.enforcement.outlook.OutlookGuardFindings;
import io.postern.enforcement.outlook.OutlookGuardLimits;
import io.postern.enforcement.outlook.OutlookGuardPlan;
import io.postern.enforcement.outlook.OutlookGuardScript;
import io.postern.enforcement.outlook.OutlookGuardState;
import io.postern.enforcement.outlook.OutlookGuardStep;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;

/** The object model guard of Outlook. */
final class OutlookGuardCompilation implements Compilation {
    /** All that is told of it. */
    private record Outcome(
            String server,
            CompiledOutlookGuard compiled,
            List<OutlookGuardStep> steps,
            List<String> refused,
            List<AssessmentFinding> findings) {}

    @Override
    public void run(CompileRequest request, PrintWriter out) {
        request.refuseIdentityLayer("the object model guard has nothing to do with SMTP");
        ObservedOutlookGuard observed =
                request.observedFiles().isEmpty()
                        ? ObservedOutlookGuard.ofFreshMachine()
                        : ObservedFiles.outlookGuard(request.observedFiles());
        CompiledOutlookGuard compiled =
                request.guardProfile() == null
                        ? OutlookGuardCompiler.compile(
                                request.policy(), request.server(), request.at())
                        : OutlookGuardCompiler.compile(request.guardProfile());
        List<String> refused = OutlookGuardPlan.refusal(observed, compiled.state());
        Outcome outcome =
                new Outcome(
                        request.server().name(),
                        compiled,
                        refused.isEmpty()
                                ? OutlookGuardPlan.between(observed, compiled.state())
                                : List.of(),
                        refused,
                        OutlookGuardFindings.of(request.server().name(), observed));
        switch (request.format()) {
            case TEXT -> print(outcome, out);
            case JSON -> JsonLines.print(out, json -> write(json, outcome));
            case POWERSHELL -> out.print(script(outcome));
            default -> throw request.notOfThisKind();
        }
    }

    private static String script(Outcome outcome) {
        if (!outcome.refused().isEmpty()) {
            throw new BadInputException(outcome.refused());
        }
        try {
            return OutlookGuardScript.of(outcome.server(), outcome.steps());
        } catch (IllegalArgumentException e) {
            throw new BadInputException("--format powershell: " + e.getMessage());
        }
    }

    private static void print(Outcome outcome, PrintWriter out) {
        OutlookGuardState state = outcome.compiled().state();
        out.println(
                "The object model guard of Outlook on "
                        + VisibleText.of(outcome.server())
                        + " should be, in every version that is installed:");
        state.machineValues()
                .forEach((name, value) -> out.println("  machine: " + name + "=" + value));
        state.userValues()
                .forEach((name, value) -> out.println("  each user: " + name + "=" + value));
        LayerText.steps(outcome.steps(), out);
        LayerText.list(
                "What is there now:",
                outcome.findings().stream()
                        .map(one -> one.severity().word() + " " + one.rule() + ": " + one.message())
                        .toList(),
                out);
        LayerText.list("An agent would refuse to write this:", outcome.refused(), out);
        LayerText.list("Keep in mind:", OutlookGuardLimits.words(), out);
    }

    private static void write(JsonGenerator json, Outcome outcome) throws IOException {
        OutlookGuardState state = outcome.compiled().state();
        json.writeStartObject();
        numbers(json, "machine", state.machineValues());
        numbers(json, "user", state.userValues());
        json.writeArrayFieldStart("steps");
        for (OutlookGuardStep step : outcome.steps()) {
            json.writeStartObject();
            json.writeStringField("description", step.description());
            json.writeStringField("inverse", step.inverse().description());
            json.writeStringField("path", step.key().path());
            json.writeStringField("name", step.name());
            number(json, "before", step.before());
            number(json, "after", step.after());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("findings");
        for (AssessmentFinding one : outcome.findings()) {
            json.writeStartObject();
            json.writeStringField("severity", one.severity().word());
            json.writeStringField("rule", one.rule());
            json.writeStringField("message", one.message());
            json.writeStringField("remedy", one.remedy());
            json.writeEndObject();
        }
        json.writeEndArray();
        UnsupportedJson.write(json, outcome.compiled().unsupported());
        JsonLines.field(json, "refused", outcome.refused());
        JsonLines.field(json, "limits", OutlookGuardLimits.words());
        json.writeEndObject();
    }

    private static void numbers(JsonGenerator json, String field, Map<String, Integer> values)
            throws IOException {
        json.writeObjectFieldStart(field);
        for (Map.Entry<String, Integer> one : values.entrySet()) {
            json.writeNumberField(one.getKey(), one.getValue());
        }
        json.writeEndObject();
    }

    private static void number(JsonGenerator json, String field, Integer value) throws IOException {
        if (value == null) {
            json.writeNullField(field);
        } else {
            json.writeNumberField(field, value);
        }
    }
}
