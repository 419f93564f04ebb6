package io.postern.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.postern.cli.SelectionCommand.Question;
import io.postern.enforcement.Binding;
import io.postern.enforcement.ConnectorPartition;
import io.postern.enforcement.ConnectorPartition.Part;
import io.postern.enforcement.ConnectorSelection;
import io.postern.enforcement.ReceiveConnector;
import io.postern.enforcement.TierBounds;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;

/** A selection as JSON. */
final class SelectionJson {
    private SelectionJson() {}

    /** Whether some connector takes somebody. */
    static boolean print(Question question, PrintWriter out) {
        boolean[] taken = new boolean[1];
        JsonLines.print(
                out,
                json -> {
                    json.writeStartObject();
                    json.writeStringField("server", question.server());
                    json.writeNumberField("port", question.port());
                    JsonLines.field(
                            json,
                            "address",
                            question.client() == null ? null : question.client().toString());
                    json.writeArrayFieldStart("listeners");
                    for (Binding listener : question.listeners()) {
                        json.writeStartObject();
                        writeListener(json, listener);
                        taken[0] |=
                                question.client() == null
                                        ? writeParts(json, question, listener)
                                        : writeChoice(json, question, listener);
                        json.writeEndObject();
                    }
                    json.writeEndArray();
                    JsonLines.field(json, "conflicts", question.conflicts());
                    JsonLines.field(json, "notes", question.notes());
                    json.writeEndObject();
                });
        return taken[0];
    }

    /** Fields of a listener; wildcard = every local address without a binding of its own. */
    static void writeListener(JsonGenerator json, Binding listener) throws IOException {
        json.writeStringField("local", listener.toString());
        json.writeBooleanField("wildcard", listener.isWildcard());
        json.writeStringField(
                "family", listener.address().family().name().toLowerCase(Locale.ROOT));
    }

    /** Fields of a tier: {@code tier} is null where it is not known. */
    static void writeTier(JsonGenerator json, TierBounds bounds) throws IOException {
        JsonLines.field(json, "tier", bounds.isKnown() ? bounds.atLeast().word() : null);
        json.writeStringField("tierAtLeast", bounds.atLeast().word());
        json.writeStringField("tierAtMost", bounds.atMost().word());
    }

    private static boolean writeParts(JsonGenerator json, Question question, Binding listener)
            throws IOException {
        boolean taken = false;
        json.writeArrayFieldStart("parts");
        for (Part part :
                ConnectorPartition.of(question.connectors(), listener.address(), question.port())) {
            taken |= part.connector() != null;
            json.writeStartObject();
            json.writeStringField("range", part.range().toString());
            json.writeStringField("low", part.range().low().toString());
            json.writeStringField("high", part.range().high().toString());
            json.writeNumberField("count", part.range().count());
            writeConnector(json, part.connector());
            writeTier(json, part.bounds());
            json.writeEndObject();
        }
        json.writeEndArray();
        return taken;
    }

    /** Null fields = no connector. */
    private static void writeConnector(JsonGenerator json, ReceiveConnector connector)
            throws IOException {
        JsonLines.field(json, "connector", connector == null ? null : connector.name());
        if (connector != null) {
            json.writeBooleanField("anonymous", connector.anonymous());
            JsonLines.field(json, "anonymousRelay", connector.anonymousRelay());
            json.writeBooleanField("externallySecured", connector.externallySecured());
        }
    }

    private static boolean writeChoice(JsonGenerator json, Question question, Binding listener)
            throws IOException {
        ConnectorSelection selection = new ConnectorSelection(question.connectors());
        ConnectorSelection.Selected selected =
                selection
                        .select(listener.address(), question.port(), question.client())
                        .orElse(null);
        writeConnector(json, selected == null ? null : selected.connector());
        JsonLines.field(json, "range", selected == null ? null : selected.range().toString());
        JsonLines.field(json, "binding", selected == null ? null : selected.binding().toString());
        writeTier(
                json, selected == null ? TierBounds.NOTHING : TierBounds.of(selected.connector()));
        json.writeArrayFieldStart("candidates");
        for (ConnectorSelection.Candidate one :
                selection.explain(listener.address(), question.port(), question.client())) {
            json.writeStartObject();
            json.writeStringField("connector", one.connector());
            JsonLines.field(json, "range", one.range() == null ? null : one.range().toString());
            json.writeBooleanField("chosen", one.chosen());
            json.writeStringField("why", one.why());
            json.writeEndObject();
        }
        json.writeEndArray();
        return selected != null;
    }
}
