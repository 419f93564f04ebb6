package io.postern.policy.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.postern.policy.EntryKind;
import io.postern.policy.InvalidPolicyException;
import io.postern.policy.PolicyCheck;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The published schema and the reader accept the same fields and words. */
class PolicySchemaTest {
    private static JsonNode schema() throws IOException {
        return new ObjectMapper().readTree(Path.of("openapi", "policy.schema.json").toFile());
    }

    @TestFactory
    List<DynamicTest> eachObjectHasTheFieldsThatTheReaderAccepts() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        JsonNode defs = schema().get("$defs");
        tests.add(fields("root", schema(), FileFields.ROOT));
        tests.add(fields("from", defs.get("from"), FileFields.FROM));
        tests.add(fields("to", defs.get("to"), FileFields.TO));
        tests.add(fields("blockTo", defs.get("blockTo"), FileFields.BLOCK_TO));
        tests.add(fields("server", defs.get("server"), FileFields.SERVER));
        tests.add(
                fields(
                        "protectedSource",
                        defs.get("protectedSource"),
                        FileFields.PROTECTED_SOURCE));
        tests.add(fields("principal", defs.get("principal"), FileFields.PRINCIPAL));
        tests.add(fields("grant", defs.get("grant"), FileFields.GRANT));
        tests.add(fields("block", defs.get("block"), FileFields.BLOCK));
        tests.add(fields("assertion", defs.get("assertion"), FileFields.ASSERTION));
        tests.add(fields("guardrail", defs.get("guardrail"), FileFields.GUARDRAIL));
        return tests;
    }

    private static DynamicTest fields(String name, JsonNode object, List<String> accepted) {
        return DynamicTest.dynamicTest(
                name,
                () -> {
                    Set<String> properties = new TreeSet<>();
                    object.get("properties").fieldNames().forEachRemaining(properties::add);
                    assertEquals(new TreeSet<>(accepted), properties);
                    assertTrue(object.get("additionalProperties").isBoolean());
                    assertEquals(false, object.get("additionalProperties").asBoolean());
                });
    }

    @TestFactory
    List<DynamicTest> eachEnumerationHasTheWordsThatTheReaderAccepts() throws IOException {
        JsonNode defs = schema().get("$defs");
        return List.of(
                words(defs, "/server/properties/mode/enum", ServerReader.MODES),
                words(defs, "/server/properties/repair/enum", ServerReader.REPAIRS),
                words(defs, "/server/properties/enforcement/items/enum", ServerReader.ENFORCEMENT),
                words(defs, "/protectedSource/properties/kind/enum", ServerReader.SOURCE_KINDS),
                words(defs, "/protectedSource/properties/tier/enum", ServerReader.GRANTED_TIERS),
                words(defs, "/grant/properties/tier/enum", ServerReader.GRANTED_TIERS),
                words(defs, "/principal/properties/kind/enum", PrincipalReader.KINDS),
                words(defs, "/assertion/properties/expect/enum", CheckReader.EXPECTATIONS),
                words(defs, "/guardrail/properties/level/enum", CheckReader.LEVELS),
                words(defs, "/guardrail/properties/rule/enum", PolicyCheck.RULES));
    }

    private static DynamicTest words(JsonNode defs, String pointer, List<String> accepted) {
        return DynamicTest.dynamicTest(
                pointer,
                () -> {
                    Set<String> words = new TreeSet<>();
                    defs.at(pointer).forEach(word -> words.add(word.asText()));
                    assertEquals(new TreeSet<>(accepted), words);
                });
    }

    @Test
    void everyPropertyIsDescribed() throws IOException {
        JsonNode schema = schema();
        schema.get("$defs")
                .properties()
                .forEach(
                        def -> {
                            assertTrue(def.getValue().has("description"), def.getKey());
                            JsonNode properties = def.getValue().path("properties");
                            properties
                                    .properties()
                                    .forEach(
                                            property ->
                                                    assertTrue(
                                                            property.getValue().has("description")
                                                                    || property.getValue()
                                                                            .has("$ref"),
                                                            def.getKey() + property.getKey()));
                        });
    }

    @Test
    void theLimitsAreThoseOfTheReader() throws IOException {
        JsonNode schema = schema();
        for (EntryKind kind : EntryKind.values()) {
            JsonNode section = schema.at("/properties/" + kind.section());
            String limit = kind == EntryKind.ADDRESS_SET ? "maxProperties" : "maxItems";
            assertEquals(PolicyDocument.MAX_ENTRIES, section.get(limit).asInt(), kind.section());
        }
        schema.get("$defs")
                .properties()
                .forEach(
                        def ->
                                def.getValue()
                                        .path("properties")
                                        .properties()
                                        .forEach(
                                                p ->
                                                        limits(
                                                                def.getKey(),
                                                                p.getKey(),
                                                                p.getValue())));
    }

    private static void limits(String object, String field, JsonNode property) {
        String where = object + "." + field;
        boolean prose = List.of("owner", "reason", "ticket", "message").contains(field);
        JsonNode text =
                property.path("type").asText().equals("array") ? property.get("items") : property;
        if (text.has("maxLength")) {
            int longest = prose ? ValueReader.MAX_TEXT : PolicyDocument.MAX_NAME_LENGTH;
            assertEquals(longest, text.get("maxLength").asInt(), where);
        }
        if (text != property && !object.equals("guardrail")) {
            assertEquals(PolicyDocument.MAX_ITEMS, property.get("maxItems").asInt(), where);
        }
    }

    @Test
    void everyFieldThatTheReaderNeedsIsRequired() throws IOException {
        JsonNode schema = schema();
        for (EntryKind kind : EntryKind.values()) {
            String reference = schema.at("/properties/" + kind.section() + "/items/$ref").asText();
            if (!reference.isEmpty()) {
                Set<String> required = new TreeSet<>();
                schema.at(reference.substring(1))
                        .get("required")
                        .forEach(r -> required.add(r.asText()));
                assertEquals(missed(kind), required, kind.section());
            }
        }
    }

    /** What the reader misses in an empty entry. */
    private static Set<String> missed(EntryKind kind) {
        InvalidPolicyException refused =
                assertThrows(
                        InvalidPolicyException.class,
                        () -> PolicyDocument.parse("version: 1\n" + kind.section() + ": [{}]\n"));
        Set<String> missed = new TreeSet<>();
        refused.errors()
                .forEach(
                        e -> missed.add(e.message().replaceAll(".* needs the field '(.*)'", "$1")));
        return missed;
    }
}
