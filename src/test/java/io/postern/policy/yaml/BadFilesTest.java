package io.postern.policy.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.policy.InvalidPolicyException;
import io.postern.policy.PolicyError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The table stands in policy/bad-files.txt: a name, a file, and every fault with its place. */
class BadFilesTest {
    private record Case(String name, String text, String faults) {}

    @TestFactory
    List<DynamicTest> eachBadFileIsToldEveryFaultWithItsPlace() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (Case bad : cases()) {
            tests.add(
                    DynamicTest.dynamicTest(
                            bad.name(), () -> assertEquals(bad.faults(), faults(bad.text()))));
        }
        return tests;
    }

    @Test
    void theTableIsLongAndNamesEachCaseOnce() throws IOException {
        List<Case> cases = cases();
        Set<String> names = new HashSet<>();
        cases.forEach(bad -> assertTrue(names.add(bad.name()), bad.name()));
        assertTrue(cases.size() >= 140, "only " + cases.size());
    }

    private static List<Case> cases() throws IOException {
        try (InputStream in = BadFilesTest.class.getResourceAsStream("/policy/bad-files.txt")) {
            String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            String[] parts = all.split("(?m)^=== ");
            List<Case> cases = new ArrayList<>();
            for (int i = 1; i < parts.length; i++) {
                int name = parts[i].indexOf('\n');
                // The last "---" line, for a file may hold one of its own.
                int end = parts[i].lastIndexOf("---\n");
                cases.add(
                        new Case(
                                parts[i].substring(0, name),
                                parts[i].substring(name + 1, end),
                                parts[i].substring(end + 4).strip()));
            }
            return cases;
        }
    }

    private static String faults(String text) {
        InvalidPolicyException refused =
                assertThrows(InvalidPolicyException.class, () -> PolicyDocument.parse(text));
        return refused.errors().stream().map(BadFilesTest::line).collect(Collectors.joining("\n"));
    }

    private static String line(PolicyError error) {
        return error.line()
                + ":"
                + error.column()
                + " "
                + error.pointer()
                + " | "
                + error.message();
    }

    @Test
    void aControlCharacterIsNamedWithItsPlace() {
        assertEquals(
                "2:21  | character U+0001 is not allowed in a text file",
                faults("version: 1\nacceptedDomains: [\"a\u0001\"]\n"));
    }

    @Test
    void aFileOverTheLimitIsRefusedUnread() {
        String huge = "#".repeat(PolicyDocument.MAX_CHARACTERS + 1);
        assertEquals("1:1  | the file is longer than 33554432 characters (32 MiB)", faults(huge));
    }

    @Test
    void aSectionOverTheLimitIsRefusedAsAWhole() {
        String domains = "a.example,".repeat(PolicyDocument.MAX_ENTRIES + 1);
        assertEquals(
                "2:18 /acceptedDomains | acceptedDomains has 200001 entries; at most 200000 are"
                        + " allowed",
                faults("version: 1\nacceptedDomains: [" + domains + "]\n"));
    }

    @Test
    void aListOverTheLimitIsRefusedAsAWhole() {
        String addresses = "10.0.0.1,".repeat(PolicyDocument.MAX_ITEMS + 1);
        assertEquals(
                "2:18 /addressSets/a | an address set has 100001 items; at most 100000 are allowed",
                faults("version: 1\naddressSets: {a: [" + addresses + "]}\n"));
    }

    @Test
    void aLongTextIsRefused() {
        assertEquals(
                "2:58 /blocks/0/reason | reason is longer than 4000 characters",
                faults(
                        "version: 1\nblocks: [{key: a, from: {addresses: [10.0.0.1]}, reason: "
                                + "x".repeat(4_001)
                                + "}]\n"));
    }

    @Test
    void anUnknownNameAmongManyIsToldSoon() {
        StringBuilder text = new StringBuilder("version: 1\naddressSets:\n");
        for (int i = 0; i < 20_000; i++) {
            text.append("  set-").append(i).append(": [10.0.0.1]\n");
        }
        text.append("blocks:\n");
        for (int i = 0; i < 20_000; i++) {
            text.append("  - {key: b").append(i).append(", from: {addresses: ['@sett-1']}}\n");
        }
        String[] lines = faults(text.toString()).split("\n");
        assertTrue(lines[0].endsWith("unknown address set '@sett-1'; did you mean '@set-1'?"));
        assertTrue(lines[1_000].endsWith("and 19000 more faults from here on"), lines[1_000]);
    }

    @Test
    void anAliasBombIsRefusedWithoutBeingFollowed() {
        StringBuilder bomb = new StringBuilder("version: 1\naddressSets:\n  a0: &a0 [10.0.0.1]\n");
        for (int i = 1; i < 30; i++) {
            bomb.append("  a" + i + ": &a" + i + " [");
            bomb.append(("*a" + (i - 1) + ",").repeat(10)).append("]\n");
        }
        assertTrue(faults(bomb.toString()).startsWith("3:7 /addressSets/a0 | anchors and aliases"));
    }

    @Test
    void aThousandFaultsAreListedAndTheRestCounted() {
        String text = "version: 1\ngrants: [" + "1,".repeat(1_500) + "]\n";
        String[] lines = faults(text).split("\n");
        assertEquals(1_001, lines.length);
        assertTrue(lines[1_000].endsWith("and 500 more faults from here on"), lines[1_000]);
    }
}
