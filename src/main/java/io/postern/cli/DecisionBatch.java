package io.postern.cli;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.postern.policy.Address;
import io.postern.policy.Decision;
import io.postern.policy.Submission;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Decides a file of JSON lines. Nothing is printed unless every line is sound. */
final class DecisionBatch {
    /** Largest file: 256 MiB. */
    static final long MAX_BYTES = 256L * 1024 * 1024;

    private static final int MAX_FAULTS = 1_000;
    private static final List<String> FIELDS =
            List.of("address", "account", "computer", "server", "port", "at");

    private final Function<Submission, Decision> decider;
    private final Instant now;

    /**
     * A batch.
     *
     * @param decider throws IllegalArgumentException for a submission that the policy cannot judge
     * @param now the time of requests that state none
     */
    DecisionBatch(Function<Submission, Decision> decider, Instant now) {
        this.decider = decider;
        this.now = now;
    }

    void run(Path file, PrintWriter out) {
        String text = PolicyFile.text(file, MAX_BYTES);
        List<Decision> decisions = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        int number = 0;
        int start = text.startsWith("\uFEFF") ? 1 : 0;
        while (start < text.length() && faults.size() < MAX_FAULTS) {
            int end = text.indexOf('\n', start);
            end = end < 0 ? text.length() : end;
            number++;
            String line = text.substring(start, end);
            if (!line.isBlank()) {
                try {
                    decisions.add(decide(line));
                } catch (LineFault fault) {
                    faults.add(
                            file + ":" + number + ":" + fault.column + ": " + fault.getMessage());
                }
            }
            start = end + 1;
        }
        if (!faults.isEmpty()) {
            throw new BadInputException(faults);
        }
        decisions.forEach(decision -> DecisionJson.print(decision, out));
    }

    private static final class LineFault extends Exception {
        private static final long serialVersionUID = 1L;
        private final int column;

        LineFault(int column, String message) {
            super(message);
            this.column = column;
        }
    }

    private record Field(int column, String text, boolean isNumber) {}

    private Decision decide(String line) throws LineFault {
        Map<String, Field> fields = fields(line);
        Submission submission =
                new Submission(
                        address(fields),
                        text(fields, "account"),
                        text(fields, "computer"),
                        required(fields, "server"),
                        port(fields),
                        at(fields));
        try {
            return decider.apply(submission);
        } catch (IllegalArgumentException e) {
            throw new LineFault(1, e.getMessage());
        }
    }

    private static Map<String, Field> fields(String line) throws LineFault {
        Map<String, Field> fields = new HashMap<>();
        try (JsonParser json = JsonLines.FACTORY.createParser(line)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new LineFault(1, "a request must be a JSON object");
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                read(json, fields);
            }
            if (json.nextToken() != null) {
                throw new LineFault(
                        column(json.currentTokenLocation()), "text after the end of the request");
            }
        } catch (JsonProcessingException e) {
            throw new LineFault(column(e.getLocation()), "not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return fields;
    }

    private static void read(JsonParser json, Map<String, Field> fields)
            throws IOException, LineFault {
        String name = json.currentName();
        if (!FIELDS.contains(name)) {
            throw new LineFault(
                    column(json.currentTokenLocation()),
                    "unknown field '" + name + "' (allowed: " + String.join(", ", FIELDS) + ")");
        }
        JsonToken token = json.nextToken();
        int column = column(json.currentTokenLocation());
        switch (token) {
            case VALUE_NULL -> {}
            case VALUE_STRING -> fields.put(name, new Field(column, json.getText(), false));
            case VALUE_NUMBER_INT -> fields.put(name, new Field(column, json.getText(), true));
            default ->
                    throw new LineFault(
                            column,
                            "'"
                                    + name
                                    + "' must be "
                                    + (name.equals("port") ? "a number" : "text"));
        }
    }

    private static int column(JsonLocation location) {
        return location == null ? 1 : Math.max(1, location.getColumnNr());
    }

    private static String text(Map<String, Field> fields, String name) throws LineFault {
        Field field = fields.get(name);
        if (field != null && field.isNumber()) {
            throw new LineFault(field.column(), "'" + name + "' must be text");
        }
        return field == null ? null : field.text();
    }

    private static String required(Map<String, Field> fields, String name) throws LineFault {
        String text = text(fields, name);
        if (text == null) {
            throw new LineFault(1, "the request needs '" + name + "'");
        }
        return text;
    }

    private static Address address(Map<String, Field> fields) throws LineFault {
        String text = required(fields, "address");
        try {
            return Address.parse(text);
        } catch (IllegalArgumentException e) {
            throw new LineFault(fields.get("address").column(), e.getMessage());
        }
    }

    private static int port(Map<String, Field> fields) throws LineFault {
        Field field = fields.get("port");
        if (field == null) {
            return 25;
        }
        if (!field.isNumber() || field.text().length() > 5) {
            throw new LineFault(field.column(), "'port' must be a number from 1 to 65535");
        }
        return Integer.parseInt(field.text());
    }

    private Instant at(Map<String, Field> fields) throws LineFault {
        String text = text(fields, "at");
        try {
            return text == null ? now : TimeText.parse(text);
        } catch (IllegalArgumentException e) {
            throw new LineFault(fields.get("at").column(), e.getMessage());
        }
    }
}
