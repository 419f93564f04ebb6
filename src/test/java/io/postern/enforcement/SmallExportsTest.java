package io.postern.enforcement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.postern.enforcement.exports.ExportException;
import io.postern.enforcement.outlook.exports.OutlookGuardExports;
import io.postern.enforcement.pickup.exports.PickupExports;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Exports of the pickup folder and of the object model guard that cannot be read. */
class SmallExportsTest {
    private static final String FLAGS = "\"isDefaultPath\":true,\"inherits\":false";

    private static Map<String, String> pickup() {
        Map<String, String> cases = new LinkedHashMap<>();
        cases.put("", "x:1:1: the file is empty");
        cases.put("[]", "x:1:1: the pickup folder must be an object with members");
        cases.put("{\"path\":\"D:\\\\P\"}", "x:1:1: the pickup folder lacks isDefaultPath");
        cases.put(
                "{\"isDefaultPath\":1,\"inherits\":false}",
                "x:1:18: isDefaultPath must be true or false");
        cases.put("{" + FLAGS + ",\"owner\":\"Bob\"}", "x:1:48: 'Bob' is no SID of the form S-1-…");
        cases.put(
                "{" + FLAGS + ",\"entries\":[7]}",
                "x:1:51: an entry must be an object with members");
        cases.put(
                entry("S-1-5-18'; calc", "Allow", "2"),
                "x:1:58: 'S-1-5-18'; calc' is no SID of the form S-1-…");
        cases.put(entry("S-1-5-18", "Audit", "2"), "x:1:76: type must be Allow or Deny");
        cases.put(
                entry("S-1-5-18", "Allow", "99999999999"),
                "x:1:91: mask must be a whole number of 32 bits");
        cases.put(
                "{" + FLAGS + ",\"path\":\"" + "x".repeat(10_000) + "\"}",
                "x:1:47: path is longer than 2000 characters");
        cases.put(
                "{" + FLAGS + ",\"entries\":[" + "{},".repeat(4000) + "{}]}",
                "x:1:50: entries has more than 4000 items");
        return cases;
    }

    private static String entry(String sid, String type, String mask) {
        return "{"
                + FLAGS
                + ",\"entries\":[{\"sid\":\""
                + sid
                + "\",\"type\":\""
                + type
                + "\",\"mask\":"
                + mask
                + ",\"inheritance\":\"None\",\"propagation\":\"None\",\"inherited\":false}]}";
    }

    private static Map<String, String> guard() {
        Map<String, String> cases = new LinkedHashMap<>();
        cases.put(
                "{",
                "x:1:2: not valid JSON: Unexpected end-of-input: expected close marker for Object (start marker at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 1])");
        cases.put(
                key("\"view\":\"native\",\"version\":\"17.0\""),
                "x:1:18: '17.0' is not one of 12.0, 14.0, 15.0, 16.0");
        cases.put(
                key("\"view\":\"other\",\"version\":\"16.0\""),
                "x:1:18: 'other' is no view of the registry");
        cases.put(key("\"version\":\"16.0\""), "x:1:21: a key is a user's or the machine's");
        cases.put(
                key("\"user\":\"Bob\\n\",\"version\":\"16.0\""),
                "x:1:18: 'Bob\\n' is no SID of the form S-1-…");
        cases.put(
                key("\"view\":\"native\",\"version\":\"16.0\",\"present\":{\"Evil\":1}"),
                "x:1:54: 'Evil' is no value of HKLM\\SOFTWARE\\Microsoft\\Office\\16.0\\Outlook\\Security");
        cases.put(
                key(
                        "\"view\":\"native\",\"version\":\"16.0\",\"present\":{\"ObjectModelGuard\":\"two\"}"),
                "x:1:74: ObjectModelGuard must be a whole number of 32 bits");
        return cases;
    }

    private static String key(String members) {
        return "{\"keys\":[{" + members + "}]}";
    }

    @TestFactory
    Stream<DynamicTest> aBadPickupExportIsRefusedWithItsPlace() {
        return pickup().entrySet().stream()
                .map(
                        one ->
                                DynamicTest.dynamicTest(
                                        one.getValue(),
                                        () ->
                                                assertEquals(
                                                        one.getValue(),
                                                        message(
                                                                () ->
                                                                        PickupExports.read(
                                                                                file(
                                                                                        one
                                                                                                .getKey()))))));
    }

    @TestFactory
    Stream<DynamicTest> aBadGuardExportIsRefusedWithItsPlace() {
        return guard().entrySet().stream()
                .map(
                        one ->
                                DynamicTest.dynamicTest(
                                        one.getValue(),
                                        () ->
                                                assertEquals(
                                                        one.getValue(),
                                                        message(
                                                                () ->
                                                                        OutlookGuardExports.read(
                                                                                file(
                                                                                        one
                                                                                                .getKey()))))));
    }

    private static Map<String, byte[]> file(String text) {
        return Map.of("x", text.getBytes(StandardCharsets.UTF_8));
    }

    private interface Reading {
        void read() throws ExportException;
    }

    private static String message(Reading reading) {
        return assertThrows(ExportException.class, reading::read).getMessage();
    }
}
