package io.postern.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.postern.enforcement.ConnectorDrift;
import io.postern.enforcement.nftables.CompiledNftables;
import io.postern.enforcement.nftables.NftablesCompiler;
import io.postern.enforcement.nftables.NftablesDrift;
import io.postern.enforcement.nftables.NftablesHook;
import io.postern.enforcement.nftables.NftablesPlan;
import io.postern.enforcement.nftables.NftablesState;
import io.postern.enforcement.nftables.NftablesStep;
import io.postern.enforcement.nftables.NftablesText;
import io.postern.enforcement.nftables.ObservedNftables;
import io.postern.policy.AddressSet;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;

/** The table of nftables, on the server itself or on a gateway before it. */
final class NftablesCompilation implements Compilation {
    /** All that is told of it. */
    private record Outcome(
            String server,
            ObservedNftables observed,
            CompiledNftables compiled,
            List<NftablesStep> steps,
            List<LayerText.Other> others) {}

    @Override
    public void run(CompileRequest request, PrintWriter out) {
        NftablesHook hook = request.hook() == null ? NftablesHook.INPUT : request.hook();
        ObservedNftables observed =
                request.observedFiles().isEmpty()
                        ? ObservedNftables.ofFreshHost(request.server().name(), hook)
                        : ObservedFiles.nftables(request.observedFiles(), request.server(), hook);
        AddressSet provable =
                request.isIdentityProven() ? request.server().kerberosRanges() : AddressSet.EMPTY;
        CompiledNftables compiled =
                NftablesCompiler.compile(
                        request.policy(), request.server(), hook, provable, request.at());
        Outcome outcome = outcome(request.server().name(), observed, compiled);
        switch (request.format()) {
            case TEXT -> print(outcome, out);
            case JSON -> JsonLines.print(out, json -> write(json, outcome));
            case NFT -> out.print(script(outcome));
            default -> throw request.notOfThisKind();
        }
    }

    private static Outcome outcome(
            String server, ObservedNftables observed, CompiledNftables compiled) {
        NftablesState state = compiled.state();
        return new Outcome(
                server,
                observed,
                compiled,
                state == null ? List.of() : NftablesPlan.between(observed, state),
                state == null
                        ? List.of()
                        : NftablesDrift.compare(state, observed).stream()
                                .filter(one -> one.kind().equals(ConnectorDrift.EFFECTIVE))
                                .map(
                                        one ->
                                                new LayerText.Other(
                                                        one.subject(), one.detail(), one.remedy()))
                                .toList());
    }

    private static String script(Outcome outcome) {
        if (outcome.compiled().state() == null) {
            throw new BadInputException(
                    outcome.compiled().unsupported().stream()
                            .map(one -> one.entry() + ": " + one.reason())
                            .toList());
        }
        return NftablesText.replace(outcome.observed().table(), outcome.compiled().state());
    }

    private static void print(Outcome outcome, PrintWriter out) {
        NftablesState state = outcome.compiled().state();
        out.println(
                "Table inet "
                        + outcome.observed().table()
                        + " of Postern, in the hook "
                        + outcome.observed().hook().word()
                        + (state == null ? ": nothing can be compiled." : ", lets through:"));
        if (state != null) {
            for (NftablesState.Opening opening : state.openings()) {
                out.println(
                        "  port "
                                + String.join(
                                        ", ",
                                        opening.ports().stream().map(String::valueOf).toList())
                                + ": "
                                + opening.allowed().size()
                                + " ranges");
                LayerText.ranges(opening.allowed(), out);
            }
        }
        LayerText.steps(outcome.steps(), out);
        LayerText.list("In our table, and not ours:", outcome.observed().deviations(), out);
        LayerText.others("Others bear on the ports:", outcome.others(), out);
        LayerText.unsupported(
                "What nftables cannot hold of the policy:", outcome.compiled().unsupported(), out);
        LayerText.list("Not known:", outcome.observed().notes(), out);
    }

    private static void write(JsonGenerator json, Outcome outcome) throws IOException {
        json.writeStartObject();
        json.writeStringField("table", outcome.observed().table());
        json.writeStringField("hook", outcome.observed().hook().word());
        NftablesState state = outcome.compiled().state();
        if (state == null) {
            json.writeNullField("openings");
        } else {
            JsonLines.field(json, "addresses", state.addresses());
            json.writeArrayFieldStart("openings");
            for (NftablesState.Opening opening : state.openings()) {
                json.writeStartObject();
                json.writeArrayFieldStart("ports");
                for (int port : opening.ports()) {
                    json.writeNumber(port);
                }
                json.writeEndArray();
                JsonLines.field(json, "allowed", opening.allowed());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeStringField("digest", state.digest());
        }
        LayerText.writeSteps(json, outcome.steps());
        LayerText.writeOthers(json, outcome.others());
        UnsupportedJson.write(json, outcome.compiled().unsupported());
        JsonLines.field(json, "deviations", outcome.observed().deviations());
        JsonLines.field(json, "notes", outcome.observed().notes());
        json.writeEndObject();
    }
}
