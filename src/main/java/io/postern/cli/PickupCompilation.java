package io.postern.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.postern.enforcement.VisibleText;
import io.postern.enforcement.pickup.CompiledPickup;
import io.postern.enforcement.pickup.FolderEntry;
import io.postern.enforcement.pickup.ObservedPickup;
import io.postern.enforcement.pickup.PickupCompiler;
import io.postern.enforcement.pickup.PickupDrift;
import io.postern.enforcement.pickup.PickupLimits;
import io.postern.enforcement.pickup.PickupPlan;
import io.postern.enforcement.pickup.PickupRefusal;
import io.postern.enforcement.pickup.PickupScript;
import io.postern.enforcement.pickup.PickupState;
import io.postern.enforcement.pickup.PickupStep;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;

/** The pickup folder. */
final class PickupCompilation implements Compilation {
    /** All that is told of it. */
    private record Outcome(
            String server,
            ObservedPickup observed,
            CompiledPickup compiled,
            List<PickupStep> steps,
            List<String> refused,
            List<LayerText.Other> others) {
        List<String> writers() {
            return compiled.state() == null ? List.of() : compiled.state().writers();
        }
    }

    @Override
    public void run(CompileRequest request, PrintWriter out) {
        request.refuseIdentityLayer("the pickup folder's list proves accounts itself");
        ObservedPickup observed =
                request.observedFiles().isEmpty()
                        ? ObservedPickup.ofFreshServer()
                        : ObservedFiles.pickup(request.observedFiles());
        CompiledPickup compiled =
                PickupCompiler.compile(request.policy(), request.server(), request.at());
        Outcome outcome = outcome(request.server().name(), observed, compiled);
        switch (request.format()) {
            case TEXT -> print(outcome, out);
            case JSON -> JsonLines.print(out, json -> write(json, outcome));
            case POWERSHELL -> out.print(script(outcome));
            default -> throw request.notOfThisKind();
        }
    }

    private static Outcome outcome(
            String server, ObservedPickup observed, CompiledPickup compiled) {
        PickupState state = compiled.state();
        if (state == null) {
            return new Outcome(server, observed, compiled, List.of(), List.of(), List.of());
        }
        List<String> refused = PickupRefusal.reasons(observed, state);
        return new Outcome(
                server,
                observed,
                compiled,
                refused.isEmpty() ? PickupPlan.between(observed, state) : List.of(),
                refused,
                PickupDrift.compare(state, observed).stream()
                        .filter(one -> one.kind().equals(PickupDrift.EFFECTIVE))
                        .map(one -> new LayerText.Other(one.subject(), one.detail(), one.remedy()))
                        .toList());
    }

    private static String script(Outcome outcome) {
        if (outcome.compiled().state() == null || !outcome.refused().isEmpty()) {
            throw new BadInputException(
                    outcome.refused().isEmpty()
                            ? outcome.compiled().unsupported().stream()
                                    .map(one -> one.entry() + ": " + one.reason())
                                    .toList()
                            : outcome.refused());
        }
        try {
            return PickupScript.of(
                    outcome.server(),
                    outcome.observed().path(),
                    outcome.steps(),
                    outcome.compiled().unsupported());
        } catch (IllegalArgumentException e) {
            throw new BadInputException("--format powershell: " + e.getMessage());
        }
    }

    private static void print(Outcome outcome, PrintWriter out) {
        String path = outcome.observed().path();
        out.println(
                "Postern lets "
                        + outcome.writers().size()
                        + (outcome.writers().size() == 1 ? " account" : " accounts")
                        + " write to the pickup folder of "
                        + VisibleText.of(outcome.server())
                        + " ("
                        + (path == null ? "disabled" : VisibleText.of(path))
                        + ")"
                        + (outcome.writers().isEmpty() ? "." : ":"));
        outcome.writers().forEach(sid -> out.println("  " + sid));
        LayerText.steps(outcome.steps(), out);
        LayerText.others("Others can write too:", outcome.others(), out);
        LayerText.unsupported(
                "What the pickup folder cannot hold of the policy:",
                outcome.compiled().unsupported(),
                out);
        LayerText.list("An agent would refuse to write this:", outcome.refused(), out);
        LayerText.list("Keep in mind:", PickupLimits.words(), out);
    }

    private static void write(JsonGenerator json, Outcome outcome) throws IOException {
        json.writeStartObject();
        json.writeStringField("path", outcome.observed().path());
        JsonLines.field(json, "writers", outcome.writers());
        JsonLines.field(json, "rights", FolderEntry.own("S-1-0-0").rights());
        LayerText.writeSteps(json, outcome.steps());
        LayerText.writeOthers(json, outcome.others());
        UnsupportedJson.write(json, outcome.compiled().unsupported());
        JsonLines.field(json, "refused", outcome.refused());
        JsonLines.field(json, "limits", PickupLimits.words());
        json.writeEndObject();
    }
}
