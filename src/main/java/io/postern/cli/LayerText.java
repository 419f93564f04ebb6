package io.postern.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.postern.enforcement.EnforcementStep;
import io.postern.enforcement.Unsupported;
import io.postern.enforcement.VisibleText;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;

/** What the compilations of small enforcement points print alike. */
final class LayerText {
    private static final int SHOWN = 20;

    private LayerText() {}

    static void steps(List<? extends EnforcementStep> steps, PrintWriter out) {
        out.println();
        if (steps.isEmpty()) {
            out.println("Nothing to do.");
            return;
        }
        out.println("Steps, each with what takes it back:");
        for (int i = 0; i < steps.size(); i++) {
            EnforcementStep step = steps.get(i);
            out.println("  " + (i + 1) + ". " + VisibleText.of(step.description(), 400));
            out.println("     back: " + VisibleText.of(step.inverse().description(), 400));
        }
    }

    /**
     * Something of others that bears on an enforcement point.
     *
     * @param remedy what would remove it
     */
    record Other(String subject, String detail, String remedy) {}

    static void others(String title, List<Other> others, PrintWriter out) {
        list(
                title,
                others.stream()
                        .map(
                                one ->
                                        one.subject()
                                                + ": "
                                                + one.detail()
                                                + "; remedy: "
                                                + one.remedy())
                        .toList(),
                out);
    }

    /** The array {@code effective}. */
    static void writeOthers(JsonGenerator json, List<Other> others) throws IOException {
        json.writeArrayFieldStart("effective");
        for (Other one : others) {
            json.writeStartObject();
            json.writeStringField("subject", one.subject());
            json.writeStringField("detail", one.detail());
            json.writeStringField("remedy", one.remedy());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** The array {@code steps}. */
    static void writeSteps(JsonGenerator json, List<? extends EnforcementStep> steps)
            throws IOException {
        json.writeArrayFieldStart("steps");
        for (EnforcementStep step : steps) {
            write(json, step);
        }
        json.writeEndArray();
    }

    /** The first ranges of a list, a line each. */
    static void ranges(List<String> ranges, PrintWriter out) {
        ranges.stream().limit(SHOWN).forEach(one -> out.println("    " + one));
        if (ranges.size() > SHOWN) {
            out.println("    and " + (ranges.size() - SHOWN) + " more");
        }
    }

    static void list(String title, List<String> lines, PrintWriter out) {
        if (!lines.isEmpty()) {
            out.println();
            out.println(title);
            lines.forEach(line -> out.println("  " + VisibleText.of(line, 1000)));
        }
    }

    static void unsupported(String title, List<Unsupported> unsupported, PrintWriter out) {
        if (!unsupported.isEmpty()) {
            out.println();
            out.println(title);
            for (Unsupported one : unsupported) {
                out.println("  " + one.entry() + ": " + one.reason() + ".");
                out.println("     remedy: " + one.remedy() + ".");
            }
        }
    }

    private static void write(JsonGenerator json, EnforcementStep step) throws IOException {
        json.writeStartObject();
        json.writeStringField("description", step.description());
        json.writeStringField("inverse", step.inverse().description());
        json.writeStringField("action", step.getClass().getSimpleName());
        json.writeEndObject();
    }
}
