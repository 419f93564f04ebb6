package io.postern.policy.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.postern.policy.Tier;
import io.postern.problem.DomainException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Reads AuthZEN evaluations: the subject is who or what submits, the action how far, the resource a
 * server, the context the rest. {@code properties} may hold anything and are not read; every other
 * unknown field is refused, as a misspelt one would change the answer.
 */
final class AccessReader {
    private static final ObjectMapper JSON =
            new ObjectMapper(
                            DecisionReader.JSON
                                    .rebuild()
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private static final Map<String, Tier> ACTIONS =
            Map.of(
                    "submit", Tier.INTERNAL,
                    "submit-internal", Tier.INTERNAL,
                    "relay", Tier.RELAY,
                    "trusted", Tier.TRUSTED);
    private static final String ACTION_WORDS = "submit, submit-internal, relay or trusted";
    private static final String SUBJECT_WORDS = "account, computer or address";
    private static final List<String> PARTS = List.of("subject", "action", "resource", "context");
    private static final List<String> SEMANTICS =
            List.of("execute_all", "deny_on_first_deny", "permit_on_first_permit");

    /**
     * One evaluation.
     *
     * @param needed the lowest tier that permits the action
     * @param subject the question's field that the subject gave: account, computer or address
     * @param at pointer of the evaluation in the request; empty = the request itself
     */
    record Evaluation(DecisionQuestion question, Tier needed, String subject, String at) {
        /** Where a field of the question stands in the request. */
        String pointer(String field) {
            if (field.equals("server")) {
                return at + "/resource/id";
            }
            return at + (field.equals(subject) ? "/subject/id" : "/context/" + field);
        }
    }

    /**
     * Several evaluations.
     *
     * @param semantic execute_all, deny_on_first_deny or permit_on_first_permit
     * @param alone whether the request holds no list: the answer is that of one evaluation
     */
    record Evaluations(List<Evaluation> evaluations, String semantic, boolean alone) {}

    private final RequestFaults faults = new RequestFaults();

    private AccessReader() {}

    /**
     * Reads one evaluation.
     *
     * @throws DomainException MALFORMED_REQUEST or INVALID_FIELD with every fault
     */
    static Evaluation one(byte[] body) {
        AccessReader reader = new AccessReader();
        JsonNode root = reader.root(body);
        reader.known(root, "", PARTS);
        Evaluation evaluation = reader.evaluation(root, root, "");
        reader.faults.refuseIfAny();
        return evaluation;
    }

    /** Reads a list of evaluations, as {@link #one}. What an item leaves out, the request gives. */
    static Evaluations many(byte[] body) {
        AccessReader reader = new AccessReader();
        JsonNode root = reader.root(body);
        List<String> allowed = new ArrayList<>(PARTS);
        allowed.add("evaluations");
        allowed.add("options");
        reader.known(root, "", allowed);
        Evaluations evaluations = reader.evaluations(root);
        reader.faults.refuseIfAny();
        return evaluations;
    }

    private JsonNode root(byte[] body) {
        JsonNode root;
        try {
            root = JSON.readTree(body == null ? new byte[0] : body);
        } catch (JsonProcessingException e) {
            throw DecisionReader.notJson(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (!root.isObject()) {
            faults.malformed("", "a request must be a JSON object");
            faults.refuseIfAny();
        }
        return root;
    }

    private Evaluations evaluations(JsonNode root) {
        String semantic = semantic(root.path("options"));
        JsonNode list = root.path("evaluations");
        List<Evaluation> evaluations = new ArrayList<>();
        if (list.isMissingNode() || list.isArray() && list.isEmpty()) {
            evaluations.add(evaluation(root, root, ""));
            return new Evaluations(evaluations, semantic, true);
        }
        if (!list.isArray() || list.size() > DecisionReader.MAX_BATCH) {
            faults.malformed(
                    "/evaluations",
                    "must be an array of at most " + DecisionReader.MAX_BATCH + " evaluations");
            faults.refuseIfAny();
        }
        for (int i = 0; i < list.size() && !faults.areFull(); i++) {
            String at = "/evaluations/" + i;
            JsonNode item = list.get(i);
            if (item.isObject()) {
                known(item, at, PARTS);
                evaluations.add(evaluation(item, root, at));
            } else {
                faults.malformed(at, "must be an object");
            }
        }
        return new Evaluations(evaluations, semantic, false);
    }

    private String semantic(JsonNode options) {
        JsonNode word = options.path("evaluations_semantic");
        if (!word.isMissingNode() && !SEMANTICS.contains(word.textValue())) {
            faults.invalid(
                    "/options/evaluations_semantic",
                    "must be one of " + String.join(", ", SEMANTICS));
        }
        return word.isMissingNode() ? SEMANTICS.get(0) : word.textValue();
    }

    private Evaluation evaluation(JsonNode item, JsonNode defaults, String at) {
        DecisionQuestion question = new DecisionQuestion();
        JsonNode context = part(item, defaults, "context");
        String subject = subject(part(item, defaults, "subject"), question, at + "/subject");
        Tier needed = action(part(item, defaults, "action"), at + "/action");
        resource(part(item, defaults, "resource"), question, at + "/resource");
        if (context.isObject()) {
            context(context, question, subject, at + "/context");
        } else if (!context.isMissingNode()) {
            faults.malformed(at + "/context", "must be an object");
        }
        if (question.address == null && !"address".equals(subject) && !faults.areFull()) {
            faults.invalid(at + "/context/address", "is needed: where the submission comes from");
        }
        return new Evaluation(question, needed, subject, at);
    }

    private static JsonNode part(JsonNode item, JsonNode defaults, String name) {
        return item.has(name) ? item.path(name) : defaults.path(name);
    }

    private String subject(JsonNode subject, DecisionQuestion question, String at) {
        if (!object(subject, at, List.of("type", "id", "properties"))) {
            return null;
        }
        String type = text(subject, at, "type", DecisionReader.MAX_NAME);
        if (type == null) {
            return null;
        }
        int longest = type.equals("address") ? DecisionReader.MAX_ADDRESS : DecisionReader.MAX_NAME;
        String id = text(subject, at, "id", longest);
        switch (type) {
            case "account" -> question.account = id;
            case "computer" -> question.computer = id;
            case "address" -> question.address = id;
            default -> faults.invalid(at + "/type", "must be " + SUBJECT_WORDS);
        }
        return type;
    }

    private Tier action(JsonNode action, String at) {
        if (!object(action, at, List.of("name", "properties"))) {
            return null;
        }
        String name = text(action, at, "name", DecisionReader.MAX_NAME);
        Tier needed = name == null ? null : ACTIONS.get(name);
        if (name != null && needed == null) {
            faults.invalid(at + "/name", "must be " + ACTION_WORDS);
        }
        return needed;
    }

    private void resource(JsonNode resource, DecisionQuestion question, String at) {
        if (object(resource, at, List.of("type", "id", "properties"))) {
            String type = text(resource, at, "type", DecisionReader.MAX_NAME);
            if (type != null && !type.equals("server")) {
                faults.invalid(at + "/type", "must be server");
            }
            question.server = text(resource, at, "id", DecisionReader.MAX_NAME);
        }
    }

    private void context(JsonNode context, DecisionQuestion question, String subject, String at) {
        known(context, at, List.of("address", "account", "computer", "port", "time"));
        for (String field : List.of("address", "account", "computer")) {
            if (field.equals(subject) && context.has(field)) {
                faults.invalid(at + "/" + field, "the subject states it already");
            }
        }
        if (!"address".equals(subject)) {
            question.address = optional(context, at, "address", DecisionReader.MAX_ADDRESS);
        }
        if (!"account".equals(subject)) {
            question.account = optional(context, at, "account", DecisionReader.MAX_NAME);
        }
        if (!"computer".equals(subject)) {
            question.computer = optional(context, at, "computer", DecisionReader.MAX_NAME);
        }
        JsonNode port = context.path("port");
        if (port.isIntegralNumber() && port.canConvertToInt() && isPort(port.intValue())) {
            question.port = port.intValue();
        } else if (!port.isMissingNode() && !port.isNull()) {
            faults.invalid(at + "/port", "must be a whole number from 1 to 65535");
        }
        String time = optional(context, at, "time", DecisionReader.MAX_NAME);
        if (time != null) {
            try {
                question.at = TimeField.parse(time);
            } catch (IllegalArgumentException e) {
                faults.invalid(at + "/time", e.getMessage());
            }
        }
    }

    private static boolean isPort(int number) {
        return number >= 1 && number <= 65_535;
    }

    private boolean object(JsonNode node, String at, List<String> allowed) {
        if (node.isMissingNode() || node.isNull()) {
            faults.invalid(at, "is needed");
            return false;
        }
        if (!node.isObject()) {
            faults.malformed(at, "must be an object");
            return false;
        }
        known(node, at, allowed);
        return true;
    }

    private void known(JsonNode object, String at, List<String> allowed) {
        for (Iterator<String> names = object.fieldNames(); names.hasNext() && !faults.areFull(); ) {
            String name = names.next();
            if (!allowed.contains(name)) {
                faults.malformed(
                        at
                                + "/"
                                + RequestFaults.shortened(name)
                                        .replace("~", "~0")
                                        .replace("/", "~1"),
                        "unknown field '" + name + "'; allowed: " + String.join(", ", allowed));
            }
        }
    }

    private String text(JsonNode object, String at, String name, int longest) {
        if (object.path(name).isMissingNode() || object.path(name).isNull()) {
            faults.invalid(at + "/" + name, "is needed");
            return null;
        }
        return optional(object, at, name, longest);
    }

    private String optional(JsonNode object, String at, String name, int longest) {
        JsonNode value = object.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            faults.malformed(at + "/" + name, "must be text");
            return null;
        }
        if (value.textValue().isEmpty() || value.textValue().length() > longest) {
            faults.invalid(at + "/" + name, "must have 1 to " + longest + " characters");
        }
        return value.textValue();
    }
}
