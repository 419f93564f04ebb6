package io.postern.fleet.persistence;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.postern.enforcement.json.PlainData;
import io.postern.probe.Vantage;
import java.util.List;

/** Contexts of vantages as they are stored. */
final class VantageContexts {
    private static final ObjectMapper JSON = PlainData.mapper();

    private VantageContexts() {}

    static String text(List<Vantage.Context> contexts) {
        try {
            return JSON.writeValueAsString(contexts);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("plain data is always JSON", e);
        }
    }

    static List<Vantage.Context> read(String text) {
        try {
            return JSON.readValue(text, new TypeReference<List<Vantage.Context>>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("stored contexts of a vantage are damaged", e);
        }
    }
}
