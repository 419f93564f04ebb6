package io.postern.enforcement.exports;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.postern.enforcement.VisibleText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads what ConvertTo-Json wrote: one object, a list of them, or lists by name in one object. */
public final class JsonExportReader {
    private static final List<String> SECTIONS =
            List.of("connectors", "permissions", "acceptedDomains");
    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(ClixmlReader.MAX_DEPTH)
                                    .maxStringLength(ClixmlReader.MAX_TEXT)
                                    .build())
                    .build();

    private final JsonParser json;
    private int values;

    private JsonExportReader(JsonParser json) {
        this.json = json;
    }

    /** Every object of the file. */
    static List<ExportNode> read(String text) throws UnreadableException {
        return objects(whole(text));
    }

    /**
     * The one value of a JSON text, each node with its place.
     *
     * @throws UnreadableException with the place, if it is no JSON or too large
     */
    public static ExportNode whole(String text) throws UnreadableException {
        try (JsonParser json = FACTORY.createParser(text)) {
            json.nextToken();
            ExportNode whole = new JsonExportReader(json).value();
            if (json.nextToken() != null) {
                throw refused(json.currentTokenLocation(), "something follows the JSON value");
            }
            return whole;
        } catch (JsonProcessingException e) {
            throw refused(
                    e.getLocation(),
                    "not valid JSON: " + VisibleText.of(firstLine(e.getOriginalMessage())));
        } catch (IOException e) {
            throw new UnreadableException(1, 1, "cannot be read: " + e.getMessage());
        }
    }

    private static String firstLine(String message) {
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }

    private static UnreadableException refused(JsonLocation location, String message) {
        return new UnreadableException(
                location == null ? 1 : Math.max(1, location.getLineNr()),
                location == null ? 1 : Math.max(1, location.getColumnNr()),
                message);
    }

    private static List<ExportNode> objects(ExportNode whole) {
        List<ExportNode> objects = new ArrayList<>();
        boolean sections = false;
        for (String section : SECTIONS) {
            ExportNode found = whole.member(section);
            if (found != null && found.isList()) {
                sections = true;
                objects.addAll(found.values());
            }
        }
        return sections ? objects : whole.values();
    }

    private ExportNode value() throws IOException, UnreadableException {
        JsonLocation at = json.currentTokenLocation();
        if (++values > ClixmlReader.MAX_ELEMENTS) {
            throw refused(at, "more than " + ClixmlReader.MAX_ELEMENTS + " values");
        }
        ExportNode node = new ExportNode(at.getLineNr(), at.getColumnNr());
        JsonToken token = json.currentToken();
        if (token == null) {
            throw refused(at, "the file is empty");
        }
        switch (token) {
            case START_ARRAY -> {
                node.beList();
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    node.addItem(value());
                }
            }
            case START_OBJECT -> object(node);
            case VALUE_STRING, VALUE_TRUE, VALUE_FALSE -> node.text = json.getText();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
                node.text = json.getText();
                node.number = node.text;
            }
            default -> {
                // null: a node that is nothing
            }
        }
        return node;
    }

    private void object(ExportNode node) throws IOException, UnreadableException {
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            json.nextToken();
            ExportNode value = value();
            node.addMember(name, value);
            // An enum of a deserialised object comes as its number and its text.
            if (name.equals("Value") && value.text != null) {
                node.text = value.text;
            }
        }
    }
}
