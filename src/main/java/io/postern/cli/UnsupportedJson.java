package io.postern.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.postern.enforcement.Unsupported;
import java.io.IOException;
import java.util.List;

/** What an enforcement point cannot hold, as the array {@code unsupported}. */
final class UnsupportedJson {
    private UnsupportedJson() {}

    static void write(JsonGenerator json, List<Unsupported> unsupported) throws IOException {
        json.writeArrayFieldStart("unsupported");
        for (Unsupported one : unsupported) {
            json.writeStartObject();
            json.writeStringField("entry", one.entry());
            json.writeStringField("reason", one.reason());
            json.writeStringField("remedy", one.remedy());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
