package io.postern.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CheckCommandTest {
    private static final Clock CLOCK =
            Clock.fixed(Instant.parse("2027-01-01T00:00:00.7Z"), ZoneOffset.UTC);
    private static final String SOUND =
            """
            version: 1
            servers: [{name: ex01}]
            grants:
              - {key: a, from: {addresses: [10.0.0.1]}, tier: internal, owner: o, reason: r, expires: 2027-06-01}
            """;
    private static final String RELAY =
            "  - {key: b, from: {accounts: [alice]}, tier: relay, owner: o, reason: r2, expires:"
                    + " 2027-06-01}\nprincipals: [{name: alice, kind: user}]\n";

    @TempDir Path folder;
    private String out;
    private String err;

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private int check(Object... arguments) {
        StringWriter outText = new StringWriter();
        StringWriter errText = new StringWriter();
        String[] words = new String[arguments.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = arguments[i].toString();
        }
        int exit =
                new CommandLine(new CheckCommand(CLOCK))
                        .setOut(new PrintWriter(outText))
                        .setErr(new PrintWriter(errText))
                        .execute(words);
        out = outText.toString().replace(folder + "/", "");
        err = errText.toString().replace(folder + "/", "");
        return exit;
    }

    @Test
    void aSoundFileHasNoFindings() throws IOException {
        assertEquals(0, check(write("p.yaml", SOUND)));
        assertEquals("No findings: every guardrail and assertion holds.\n", out);
        assertEquals(0, check(write("p.yaml", SOUND), "--json"));
        assertEquals("{\"findings\":[]}\n", out);
    }

    @Test
    void aHardFindingIsPrintedWithItsPlaceAndRemedy() throws IOException {
        assertEquals(1, check(write("p.yaml", SOUND + RELAY)));
        assertEquals(
                """
                p.yaml:5:11: HARD relay-needs-addresses b: Grant 'b' gives relay without addresses; identity alone opens at most internal.
                    Remedy: State the addresses it comes from, or lower the tier to internal.

                1 hard, 0 soft, 0 advisory
                """,
                out);
    }

    @Test
    void jsonHasKindLineAndColumn() throws IOException {
        assertEquals(1, check(write("p.yaml", SOUND + RELAY), "--json"));
        assertEquals(
                new ObjectMapper()
                        .readTree(
                                """
                                {"findings":[{"level":"hard","rule":"relay-needs-addresses","entry":"b",
                                "message":"Grant 'b' gives relay without addresses; identity alone opens at most internal.",
                                "remedy":"State the addresses it comes from, or lower the tier to internal.",
                                "kind":"grants","line":5,"column":11}]}"""),
                new ObjectMapper().readTree(out));
    }

    @Test
    void aFindingAboutTheWholePolicyHasNoLine() throws IOException {
        Path empty = write("p.yaml", "version: 1\nservers: [{name: ex01}]\n");
        assertEquals(1, check(empty, "--json"));
        JsonNode finding = new ObjectMapper().readTree(out).at("/findings/0");
        assertEquals("no-empty-policy", finding.get("rule").asText());
        for (String field : new String[] {"entry", "kind", "line", "column"}) {
            assertTrue(finding.get(field).isNull(), field);
        }
        assertEquals(1, check(empty));
        assertTrue(out.startsWith("p.yaml:1:1: HARD no-empty-policy: The policy has no"), out);
    }

    @Test
    void everyKindOfEntryHasItsPlace() throws IOException {
        Path file =
                write(
                        "p.yaml",
                        SOUND
                                + """
                                blocks:
                                  - key: brake
                                    from: {addresses: [127.0.0.1]}
                                principals:
                                  - {kind: user, name: Idle}
                                addressSets:
                                  unused: [10.0.0.9]
                                assertions:
                                  - {key: t, expect: relay, address: 10.0.0.1, server: ex01}
                                guardrails:
                                  - {rule: max-change, except: [nothing]}
                                """);
        assertEquals(1, check(file));
        for (String start :
                new String[] {
                    "p.yaml:6:10: HARD protected-sources brake: ",
                    "p.yaml:9:24: ADVISORY unused-principal Idle: ",
                    "p.yaml:11:11: ADVISORY unused-address-set unused: ",
                    "p.yaml:13:11: HARD assertion t: ",
                    "p.yaml:15:12: ADVISORY unknown-exception max-change: "
                }) {
            assertTrue(out.lines().anyMatch(line -> line.startsWith(start)), start + "\n" + out);
        }
    }

    @Test
    void againstABaseOnlyWhatIsNewWeighs() throws IOException {
        Path base = write("base.yaml", SOUND + RELAY);
        assertEquals(0, check(write("new.yaml", SOUND + RELAY), "--base", base));
        assertTrue(out.contains("new.yaml:5:11: ADVISORY relay-needs-addresses b: "), out);
        assertTrue(out.contains("It is already in the base."), out);
        assertEquals(
                1,
                check(
                        write(
                                "new.yaml",
                                SOUND
                                        + RELAY.replace("key: b", "key: c")
                                                .replace("2027-06-01", "2027-07-01")),
                        "--base",
                        base));
        assertTrue(out.contains("HARD relay-needs-addresses c: "), out);
    }

    @Test
    void aProtectedSourceThatIsGoneHasNoPlaceLeft() throws IOException {
        Path base =
                write(
                        "base.yaml",
                        SOUND
                                + "protectedSources: [{name: gate, kind: gateway, addresses:"
                                + " [10.8.0.1]}]\n");
        assertEquals(1, check(write("new.yaml", SOUND), "--base", base));
        assertTrue(out.startsWith("new.yaml:1:1: HARD protected-sources gate: "), out);
    }

    @Test
    void theTimeDecidesWhatIsExpired() throws IOException {
        Path file = write("p.yaml", SOUND);
        assertEquals(0, check(file, "--at", "2027-05-31"));
        assertEquals("No findings: every guardrail and assertion holds.\n", out);
        assertEquals(0, check(file, "--at", "2027-06-01"));
        assertTrue(out.contains("ADVISORY expired a: Grant 'a' expired at 2027-06-01"), out);
    }

    @Test
    void badInputOfEveryKindIsToldAtOnce() throws IOException {
        Path bad = write("bad.yaml", "version: 2\n");
        Path base = write("base.yaml", "version: 3\n");
        assertEquals(2, check(bad, "--base", base, "--at", "soon"));
        assertEquals(3, err.lines().count(), err);
        assertTrue(err.contains("--at: 'soon' is no date or time"), err);
        assertTrue(err.contains("bad.yaml:1:10: "), err);
        assertTrue(err.contains("base.yaml:1:10: "), err);
        assertEquals("", out);
    }

    @Test
    void aNameThatNobodyDeclaresIsToldOnce() throws IOException {
        Path file = write("p.yaml", SOUND.replace("{addresses", "{accounts: [bob], addresses"));
        assertEquals(0, check(file));
        assertEquals(1, out.lines().filter(line -> line.contains("bob")).count(), out);
        assertEquals("", err);
    }

    @Test
    void manyAdvisoryFindingsOfOneRuleAreCountedAndHardOnesAllShown() throws IOException {
        StringBuilder grants = new StringBuilder("version: 1\nservers: [{name: ex01}]\ngrants:\n");
        for (int i = 0; i < 60; i++) {
            grants.append("  - {key: g")
                    .append(i)
                    .append(", from: {accounts: [x")
                    .append(i)
                    .append("]}, tier: relay, owner: o, reason: r")
                    .append(i)
                    .append("}\n");
        }
        assertEquals(1, check(write("p.yaml", grants.toString())));
        assertEquals(60, out.lines().filter(line -> line.contains(": HARD ")).count());
        assertEquals(50, out.lines().filter(line -> line.contains("expiry-stated g")).count());
        assertTrue(out.contains("    and 10 more advisory expiry-stated; --json lists them all"));
        assertFalse(out.contains("more hard"), out);
        assertTrue(out.endsWith("60 hard, 0 soft, 120 advisory\n"), out);
        check(folder.resolve("p.yaml"), "--json");
        assertEquals(180, new ObjectMapper().readTree(out).get("findings").size());
    }
}
