package io.postern.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.postern.enforcement.ConnectorDrift;
import io.postern.enforcement.postfix.CompiledPostfix;
import io.postern.enforcement.postfix.ObservedPostfix;
import io.postern.enforcement.postfix.PostfixCompiler;
import io.postern.enforcement.postfix.PostfixDrift;
import io.postern.enforcement.postfix.PostfixLimits;
import io.postern.enforcement.postfix.PostfixPlan;
import io.postern.enforcement.postfix.PostfixState;
import io.postern.enforcement.postfix.PostfixStep;
import io.postern.enforcement.postfix.PostfixText;
import io.postern.policy.AddressSet;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;

/** The Postfix that is the server. */
final class PostfixCompilation implements Compilation {
    /** All that is told of it. */
    private record Outcome(
            String server,
            ObservedPostfix observed,
            CompiledPostfix compiled,
            List<PostfixStep> steps,
            List<LayerText.Other> others) {}

    @Override
    public void run(CompileRequest request, PrintWriter out) {
        ObservedPostfix observed =
                request.observedFiles().isEmpty()
                        ? ObservedPostfix.ofFreshHost()
                        : ObservedFiles.postfix(request.observedFiles());
        AddressSet provable =
                request.isIdentityProven() ? request.server().kerberosRanges() : AddressSet.EMPTY;
        CompiledPostfix compiled =
                PostfixCompiler.compile(
                        request.policy(), request.server(), observed, provable, request.at());
        Outcome outcome = outcome(request.server().name(), observed, compiled);
        switch (request.format()) {
            case TEXT -> print(outcome, out);
            case JSON -> JsonLines.print(out, json -> write(json, outcome));
            case SHELL -> out.print(script(outcome));
            default -> throw request.notOfThisKind();
        }
    }

    private static Outcome outcome(
            String server, ObservedPostfix observed, CompiledPostfix compiled) {
        PostfixState state = compiled.state();
        if (state == null) {
            return new Outcome(server, observed, compiled, List.of(), List.of());
        }
        try {
            return new Outcome(
                    server,
                    observed,
                    compiled,
                    PostfixPlan.between(observed, state),
                    PostfixDrift.compare(state, observed).stream()
                            .filter(one -> one.kind().equals(ConnectorDrift.EFFECTIVE))
                            .map(
                                    one ->
                                            new LayerText.Other(
                                                    one.subject(), one.detail(), one.remedy()))
                            .toList());
        } catch (IllegalArgumentException e) {
            throw new BadInputException("--observed: no plan leads there: " + e.getMessage());
        }
    }

    private static String script(Outcome outcome) {
        if (outcome.compiled().state() == null) {
            throw new BadInputException(
                    outcome.compiled().unsupported().stream()
                            .map(one -> one.entry() + ": " + one.reason())
                            .toList());
        }
        try {
            return PostfixText.script(
                    outcome.server(),
                    outcome.observed(),
                    outcome.steps(),
                    outcome.compiled().unsupported());
        } catch (IllegalArgumentException e) {
            throw new BadInputException("--format shell: " + e.getMessage());
        }
    }

    private static void print(Outcome outcome, PrintWriter out) {
        PostfixState state = outcome.compiled().state();
        out.println(
                "Postfix, with tables in "
                        + outcome.observed().tableDirectory()
                        + (state == null ? ": nothing can be compiled." : ":"));
        if (state != null) {
            ranges("let in", state.clients(), out);
            ranges("of these may send to any recipient", state.relay(), out);
        }
        LayerText.steps(outcome.steps(), out);
        LayerText.list("Otherwise than we write it:", outcome.observed().deviations(), out);
        LayerText.others("Others bear on it:", outcome.others(), out);
        LayerText.unsupported(
                "What Postfix cannot hold of the policy:", outcome.compiled().unsupported(), out);
        LayerText.list("Not known:", outcome.observed().notes(), out);
        LayerText.list("Keep in mind:", PostfixLimits.words(), out);
    }

    private static void ranges(String title, List<String> ranges, PrintWriter out) {
        out.println(
                "  " + title + ": " + (ranges.isEmpty() ? "nobody" : ranges.size() + " ranges"));
        LayerText.ranges(ranges, out);
    }

    private static void write(JsonGenerator json, Outcome outcome) throws IOException {
        json.writeStartObject();
        json.writeStringField("tableDirectory", outcome.observed().tableDirectory());
        PostfixState state = outcome.compiled().state();
        if (state == null) {
            json.writeNullField("clients");
            json.writeNullField("relay");
        } else {
            JsonLines.field(json, "clients", state.clients());
            JsonLines.field(json, "relay", state.relay());
            json.writeStringField("digest", state.digest());
        }
        LayerText.writeSteps(json, outcome.steps());
        LayerText.writeOthers(json, outcome.others());
        UnsupportedJson.write(json, outcome.compiled().unsupported());
        JsonLines.field(json, "deviations", outcome.observed().deviations());
        JsonLines.field(json, "notes", outcome.observed().notes());
        JsonLines.field(json, "limits", PostfixLimits.words());
        json.writeEndObject();
    }
}
