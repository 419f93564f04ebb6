package io.postern.web;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;

/** An entry as lines, one field or list item each, so that two versions can be compared. */
final class EntryText {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** More lines than this help nobody and cost the comparison their square. */
    private static final int MAX_LINES = 400;

    private EntryText() {}

    static List<String> lines(String json) {
        List<String> lines = new ArrayList<>();
        try {
            write(JSON.readTree(json), "", lines);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a stored entry is JSON", e);
        }
        if (lines.size() > MAX_LINES) {
            int more = lines.size() - MAX_LINES;
            lines.subList(MAX_LINES, lines.size()).clear();
            lines.add("… and " + more + " more lines");
        }
        return lines;
    }

    private static void write(JsonNode node, String indent, List<String> lines) {
        if (node.isObject()) {
            node.properties()
                    .forEach(field -> write(field.getKey() + ":", field.getValue(), indent, lines));
        } else if (node.isArray()) {
            node.forEach(item -> write("-", item, indent, lines));
        } else {
            lines.add(indent + scalar(node));
        }
    }

    private static void write(String label, JsonNode value, String indent, List<String> lines) {
        if (value.isValueNode() || value.isEmpty()) {
            lines.add(indent + label + " " + (value.isValueNode() ? scalar(value) : "[]"));
        } else {
            lines.add(indent + label);
            write(value, indent + "  ", lines);
        }
    }

    private static String scalar(JsonNode value) {
        return value.isTextual() ? value.textValue() : value.toString();
    }
}
