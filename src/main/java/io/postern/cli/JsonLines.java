package io.postern.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;

/** JSON on standard output, by Jackson's stream API alone: data binding would slow every start. */
final class JsonLines {
    static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(com.fasterxml.jackson.core.StreamWriteFeature.AUTO_CLOSE_TARGET)
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(20)
                                    .maxStringLength(64 * 1024)
                                    .build())
                    .build();

    /** Writes one value. */
    @FunctionalInterface
    interface Content {
        void write(JsonGenerator json) throws IOException;
    }

    private JsonLines() {}

    /** One value and a line end. */
    static void print(PrintWriter out, Content content) {
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            content.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        out.println();
    }

    static void field(JsonGenerator json, String name, String valueOrNull) throws IOException {
        json.writeFieldName(name);
        if (valueOrNull == null) {
            json.writeNull();
        } else {
            json.writeString(valueOrNull);
        }
    }

    static void field(JsonGenerator json, String name, Boolean valueOrNull) throws IOException {
        json.writeFieldName(name);
        if (valueOrNull == null) {
            json.writeNull();
        } else {
            json.writeBoolean(valueOrNull);
        }
    }

    static void field(JsonGenerator json, String name, Iterable<String> values) throws IOException {
        json.writeArrayFieldStart(name);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }
}
