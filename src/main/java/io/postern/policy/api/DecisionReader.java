package io.postern.policy.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.postern.problem.DomainException;
import io.postern.problem.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads requests for decisions token by token, so that ten thousand cost little, and tells every
 * fault with its pointer. For one body and one thread.
 */
final class DecisionReader {
    /** Most questions of one batch. */
    static final int MAX_BATCH = 10_000;

    static final int MAX_ADDRESS = 64;
    static final int MAX_NAME = 256;
    private static final int MAX_NESTING = 20;
    private static final int MAX_STRING = 1 << 20;
    private static final int MAX_FIELD_NAME = 4_000;
    private static final int MAX_REVISION_DIGITS = 18;
    private static final int MAX_PORT_DIGITS = 5;
    private static final int MAX_PORT = 65_535;

    static final JsonFactory JSON =
            JsonFactory.builder()
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(MAX_NESTING)
                                    .maxStringLength(MAX_STRING)
                                    .maxNameLength(MAX_FIELD_NAME)
                                    .build())
                    .build();

    private static final String ITEM_FIELDS = "account, address, at, computer, port, server";
    private static final String ONE_FIELDS =
            "account, address, asOf, at, computer, explain, port, server";
    private static final String BATCH_FIELDS = "asOf, at, requests";

    /**
     * A batch as it was read.
     *
     * @param at for the questions that state no time of their own; null = now
     * @param asOf null = the newest revision
     */
    record Batch(List<DecisionQuestion> questions, Instant at, Long asOf) {}

    private final JsonParser json;
    private final RequestFaults faults = new RequestFaults();
    private String lastTimeText = "";
    private Instant lastTime;

    private DecisionReader(JsonParser json) {
        this.json = json;
    }

    /**
     * Reads one question.
     *
     * @throws DomainException MALFORMED_REQUEST or INVALID_FIELD with every fault
     */
    static DecisionQuestion one(byte[] body) {
        return read(
                body,
                reader -> {
                    DecisionQuestion question = new DecisionQuestion();
                    reader.begin();
                    reader.question(question, -1, true);
                    reader.end();
                    return question;
                });
    }

    /** Reads a batch, as {@link #one}. */
    static Batch batch(byte[] body) {
        return read(body, DecisionReader::batch);
    }

    @FunctionalInterface
    private interface Reading<T> {
        T by(DecisionReader reader) throws IOException;
    }

    private static <T> T read(byte[] body, Reading<T> reading) {
        try (JsonParser json = JSON.createParser(body == null ? new byte[0] : body)) {
            DecisionReader reader = new DecisionReader(json);
            T value = reading.by(reader);
            reader.faults.refuseIfAny();
            return value;
        } catch (JsonProcessingException e) {
            throw notJson(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static DomainException notJson(JsonProcessingException e) {
        JsonLocation place = e.getLocation();
        String message =
                "not JSON"
                        + (place == null
                                ? ""
                                : ", line " + place.getLineNr() + " column " + place.getColumnNr());
        return new DomainException(
                ErrorCode.MALFORMED_REQUEST,
                message,
                List.of(new DomainException.Fault("", message)));
    }

    private void begin() throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            faults.malformed("", "a request must be a JSON object");
            faults.refuseIfAny();
        }
    }

    private void end() throws IOException {
        if (!faults.areFull() && json.nextToken() != null) {
            faults.malformed("", "text after the end of the request");
        }
    }

    private Batch batch() throws IOException {
        begin();
        List<DecisionQuestion> questions = null;
        Instant at = null;
        Long asOf = null;
        int seen = 0;
        for (String name = json.nextFieldName();
                name != null && !faults.areFull();
                name = json.nextFieldName()) {
            int bit =
                    switch (name) {
                        case "requests" -> 1;
                        case "at" -> 2;
                        case "asOf" -> 4;
                        default -> 0;
                    };
            seen = begun(name, bit, seen, -1, BATCH_FIELDS);
            switch (bit) {
                case 1 -> questions = questions();
                case 2 -> at = time(-1);
                case 4 -> asOf = revision();
                default -> json.skipChildren();
            }
        }
        end();
        if (questions == null && faults.areNone()) {
            faults.invalid("/requests", "1 to " + MAX_BATCH + " requests are needed");
        }
        return new Batch(questions, at, asOf);
    }

    private List<DecisionQuestion> questions() throws IOException {
        List<DecisionQuestion> questions = new ArrayList<>();
        if (json.nextToken() != JsonToken.START_ARRAY) {
            faults.malformed("/requests", "must be an array of requests");
            json.skipChildren();
            return questions;
        }
        int item = 0;
        while (json.nextToken() != JsonToken.END_ARRAY && !faults.areFull()) {
            if (item == MAX_BATCH) {
                faults.invalid(
                        "/requests", "more than " + MAX_BATCH + " requests; send several batches");
                faults.refuseIfAny();
            }
            DecisionQuestion question = new DecisionQuestion();
            if (json.currentToken() == JsonToken.START_OBJECT) {
                question(question, item, false);
            } else {
                faults.malformed("/requests/" + item, "must be an object");
                json.skipChildren();
            }
            questions.add(question);
            item++;
        }
        if (questions.isEmpty()) {
            faults.invalid("/requests", "1 to " + MAX_BATCH + " requests are needed");
        }
        return questions;
    }

    /**
     * Reads the fields of an object that has begun.
     *
     * @param item position in the batch; -1 = no batch
     */
    private void question(DecisionQuestion question, int item, boolean alone) throws IOException {
        int seen = 0;
        for (String name = json.nextFieldName();
                name != null && !faults.areFull();
                name = json.nextFieldName()) {
            int bit = bit(name, alone);
            seen = begun(name, bit, seen, item, alone ? ONE_FIELDS : ITEM_FIELDS);
            switch (bit) {
                case 1 -> question.address = text(item, MAX_ADDRESS);
                case 2 -> question.account = text(item, MAX_NAME);
                case 4 -> question.computer = text(item, MAX_NAME);
                case 8 -> question.server = text(item, MAX_NAME);
                case 16 -> question.port = port(item);
                case 32 -> question.at = time(item);
                case 64 -> question.asOf = revision();
                case 128 -> question.explain = flag();
                default -> json.skipChildren();
            }
        }
        if (question.address == null && (seen & 1) == 0 && !faults.areFull()) {
            faults.invalid(pointer(item, "address"), "is needed");
        }
        if (question.server == null && (seen & 8) == 0 && !faults.areFull()) {
            faults.invalid(pointer(item, "server"), "is needed");
        }
    }

    private static int bit(String name, boolean alone) {
        return switch (name) {
            case "address" -> 1;
            case "account" -> 2;
            case "computer" -> 4;
            case "server" -> 8;
            case "port" -> 16;
            case "at" -> 32;
            case "asOf" -> alone ? 64 : 0;
            case "explain" -> alone ? 128 : 0;
            default -> 0;
        };
    }

    /** Steps onto the field's value; tells an unknown or repeated field. */
    private int begun(String name, int bit, int seen, int item, String allowed) throws IOException {
        if (bit == 0) {
            json.nextToken();
            faults.malformed(
                    pointer(item, name), "unknown field '" + name + "'; allowed: " + allowed);
        } else if ((seen & bit) != 0) {
            faults.malformed(pointer(item, name), "stands twice");
        }
        return seen | bit;
    }

    private static String pointer(int item, String name) {
        return (item < 0 ? "/" : "/requests/" + item + "/")
                + RequestFaults.shortened(name).replace("~", "~0").replace("/", "~1");
    }

    private String text(int item, int longest) throws IOException {
        String text = json.nextTextValue();
        if (text == null) {
            String name = json.currentName();
            if (json.currentToken() != JsonToken.VALUE_NULL) {
                faults.malformed(pointer(item, name), "must be text");
                json.skipChildren();
            } else if (longest == MAX_ADDRESS || name.equals("server")) {
                faults.invalid(pointer(item, name), "is needed");
            }
        } else if (text.isEmpty() || text.length() > longest) {
            faults.invalid(
                    pointer(item, json.currentName()), "must have 1 to " + longest + " characters");
        }
        return text;
    }

    private int port(int item) throws IOException {
        JsonToken token = json.nextToken();
        if (token == JsonToken.VALUE_NULL) {
            return DecisionQuestion.DEFAULT_PORT;
        }
        if (token == JsonToken.VALUE_NUMBER_INT && json.getTextLength() <= MAX_PORT_DIGITS) {
            int port = json.getIntValue();
            if (port >= 1 && port <= MAX_PORT) {
                return port;
            }
        }
        String message = "must be a whole number from 1 to " + MAX_PORT;
        if (token == JsonToken.VALUE_NUMBER_INT) {
            faults.invalid(pointer(item, "port"), message);
        } else {
            faults.malformed(pointer(item, "port"), message);
            json.skipChildren();
        }
        return DecisionQuestion.DEFAULT_PORT;
    }

    private Long revision() throws IOException {
        JsonToken token = json.nextToken();
        if (token == JsonToken.VALUE_NULL) {
            return null;
        }
        if (token == JsonToken.VALUE_NUMBER_INT && json.getTextLength() <= MAX_REVISION_DIGITS) {
            long number = json.getLongValue();
            if (number >= 0) {
                return number;
            }
        }
        faults.invalid("/asOf", "must be the number of a revision, 0 or more");
        json.skipChildren();
        return null;
    }

    private boolean flag() throws IOException {
        JsonToken token = json.nextToken();
        if (token != JsonToken.VALUE_TRUE
                && token != JsonToken.VALUE_FALSE
                && token != JsonToken.VALUE_NULL) {
            faults.malformed("/explain", "must be true or false");
            json.skipChildren();
        }
        return token == JsonToken.VALUE_TRUE;
    }

    private Instant time(int item) throws IOException {
        String text = json.nextTextValue();
        if (text == null) {
            if (json.currentToken() != JsonToken.VALUE_NULL) {
                faults.malformed(pointer(item, "at"), "must be text");
                json.skipChildren();
            }
            return null;
        }
        // The questions of a batch tend to ask about the same instant.
        if (!text.equals(lastTimeText)) {
            try {
                lastTime = TimeField.parse(text);
                lastTimeText = text;
            } catch (IllegalArgumentException e) {
                faults.invalid(pointer(item, "at"), e.getMessage());
                return null;
            }
        }
        return lastTime;
    }
}
