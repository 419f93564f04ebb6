package io.postern.policy.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
}
