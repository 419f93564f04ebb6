package io.postern.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.postern.enforcement.VisibleText;
import io.postern.policy.Address;
import io.postern.smtp.MessageTrace;
import io.postern.smtp.ReceivedField;
import io.postern.smtp.TestMessage;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A traced message as text and as JSON. */
final class TraceText {
    /** What Exchange notes on its internal copy, by the end of the name. */
    private static final List<String> NOTES =
            List.of(
                    "AuthAs",
                    "AuthSource",
                    "AuthMechanism",
                    "OriginalClientIPAddress",
                    "OriginalServerIPAddress",
                    "Network-Message-Id",
                    "MessageDirectionality");

    private static final String ORGANIZATION = "X-MS-Exchange-Organization-";

    private static final String CAVEAT =
            "believable only where nobody but Exchange holds ms-Exch-Accept-Headers-Organization";

    private TraceText() {}

    static void print(MessageTrace trace, MessageHeader header, String marker, PrintWriter out) {
        for (MessageTrace.Hop hop : trace.hops()) {
            out.println((hop.isBelieved() ? "  believed  " : "  forgeable ") + words(hop));
        }
        Map<String, String> notes = notes(header);
        if (!notes.isEmpty()) {
            out.println("Exchange notes (" + CAVEAT + "):");
            notes.forEach((name, value) -> out.println("  " + name + ": " + visible(value)));
        }
        disagreement(trace, notes).ifPresent(out::println);
        if (marker != null) {
            out.println(marked(header, marker));
        }
        out.println(visible(trace.reason()));
    }

    private static String words(MessageTrace.Hop hop) {
        ReceivedField field = hop.field();
        if (field == null) {
            return "(cannot be read) " + visible(hop.text());
        }
        return visible(field.from())
                + " ("
                + (field.fromAddress() == null ? "no address" : field.fromAddress())
                + ") -> "
                + visible(field.by())
                + (field.byAddress() == null ? "" : " (" + field.byAddress() + ")")
                + (field.isFrontend() ? ", front end" : "")
                + (field.with().isEmpty() ? "" : ", " + visible(field.with()))
                + (field.date().isEmpty() ? "" : ", " + visible(field.date()));
    }

    private static String visible(String text) {
        return VisibleText.of(text);
    }

    private static Map<String, String> notes(MessageHeader header) {
        Map<String, String> notes = new TreeMap<>();
        for (String note : NOTES) {
            header.first(ORGANIZATION + note).ifPresent(value -> notes.put(note, value));
        }
        header.first("X-Originating-IP").ifPresent(value -> notes.put("X-Originating-IP", value));
        return notes;
    }

    private static Optional<String> disagreement(MessageTrace trace, Map<String, String> notes) {
        String noted = notes.get("OriginalClientIPAddress");
        boolean isOther =
                noted != null
                        && trace.verdict() == MessageTrace.Verdict.HOST
                        && !isSame(noted, trace.host());
        return isOther
                ? Optional.of(
                        "Exchange notes another client, "
                                + visible(noted)
                                + ", than its Received fields: one of them is wrong, or forged.")
                : Optional.empty();
    }

    private static boolean isSame(String text, Address address) {
        try {
            return Address.parse(text).equals(address);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String marked(MessageHeader header, String marker) {
        if (header.isMarked(marker)) {
            return "It is the test message " + marker + ".";
        }
        return "It is NOT the test message "
                + marker
                + header.first(TestMessage.FIELD)
                        .map(other -> ": its marker is " + visible(other) + ".")
                        .orElse(": it has no field " + TestMessage.FIELD + ".");
    }

    static void json(MessageTrace trace, MessageHeader header, String marker, PrintWriter out) {
        JsonLines.print(
                out,
                json -> {
                    json.useDefaultPrettyPrinter();
                    json.writeStartObject();
                    json.writeStringField(
                            "verdict", trace.verdict().name().toLowerCase(Locale.ROOT));
                    JsonLines.field(json, "host", text(trace.host()));
                    ReceivedField at = trace.at();
                    JsonLines.field(json, "claimedName", at == null ? null : at.from());
                    JsonLines.field(json, "receivedBy", at == null ? null : at.by());
                    JsonLines.field(json, "date", at == null ? null : at.date());
                    json.writeStringField("reason", trace.reason());
                    Map<String, String> notes = notes(header);
                    JsonLines.field(json, "disagreement", disagreement(trace, notes).orElse(null));
                    JsonLines.field(json, "marker", header.first(TestMessage.FIELD).orElse(null));
                    JsonLines.field(
                            json,
                            "markerMatches",
                            marker == null ? null : Boolean.valueOf(header.isMarked(marker)));
                    json.writeObjectFieldStart("exchangeNotes");
                    for (Map.Entry<String, String> note : notes.entrySet()) {
                        json.writeStringField(note.getKey(), note.getValue());
                    }
                    json.writeEndObject();
                    json.writeArrayFieldStart("hops");
                    for (MessageTrace.Hop hop : trace.hops()) {
                        write(json, hop);
                    }
                    json.writeEndArray();
                    json.writeEndObject();
                });
    }

    private static void write(JsonGenerator json, MessageTrace.Hop hop) throws IOException {
        ReceivedField field = hop.field();
        json.writeStartObject();
        json.writeBooleanField("believed", hop.isBelieved());
        json.writeStringField("text", hop.text());
        if (field != null) {
            json.writeStringField("from", field.from());
            JsonLines.field(json, "fromAddress", text(field.fromAddress()));
            json.writeStringField("by", field.by());
            JsonLines.field(json, "byAddress", text(field.byAddress()));
            json.writeStringField("with", field.with());
            json.writeBooleanField("frontend", field.isFrontend());
            json.writeStringField("kind", field.kind().name().toLowerCase(Locale.ROOT));
            json.writeStringField("date", field.date());
        }
        json.writeEndObject();
    }

    private static String text(Address address) {
        return address == null ? null : address.toString();
    }
}
