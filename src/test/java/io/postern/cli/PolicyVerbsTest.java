package io.postern.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class PolicyVerbsTest {
    private static final Clock CLOCK =
            Clock.fixed(Instant.parse("2027-01-01T00:00:00.7Z"), ZoneOffset.UTC);
    private static final String OLD =
            """
            version: 1
            servers: [{name: ex01}, {name: ex02}]
            principals: [{name: alice, kind: user}]
            grants:
              - {key: a, from: {addresses: [10.0.0.0/30]}, tier: internal, expires: 2027-06-01}
              - {key: b, from: {accounts: [alice], addresses: [10.1.0.1]}, tier: relay}
            """;
    private static final String NEW =
            OLD.replace("tier: internal", "to: {servers: [ex01]}, tier: relay")
                    .replace("10.1.0.1", "10.1.0.1, 10.1.0.2");

    @TempDir Path folder;
    private Path oldFile;
    private Path newFile;
    private String out;
    private String err;

    @BeforeEach
    void writeFiles() throws IOException {
        oldFile = write("old.yaml", OLD);
        newFile = write("new.yaml", NEW);
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private int run(Object command, Object... arguments) {
        StringWriter outText = new StringWriter();
        StringWriter errText = new StringWriter();
        String[] words = new String[arguments.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = arguments[i].toString();
        }
        int exit =
                new CommandLine(command)
                        .setOut(new PrintWriter(outText))
                        .setErr(new PrintWriter(errText))
                        .execute(words);
        out = outText.toString();
        err = errText.toString().replace(folder + "/", "");
        return exit;
    }

    private int decide(Object... arguments) {
        Object[] all = new Object[arguments.length + 2];
        all[0] = "--policy";
        all[1] = oldFile;
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        return run(new DecideCommand(CLOCK), all);
    }

    @Test
    void decideEndsWithZeroForAnOpenSubmission() {
        assertEquals(0, decide("--address", "10.0.0.1", "--server", "ex01"));
        assertTrue(out.startsWith("internal: may submit to the organisation's own domains"), out);
        assertTrue(out.contains("  at        2027-01-01T00:00:00Z\n"), out);
        assertTrue(out.contains("  grant     a\n"), out);
        assertEquals("", err);
    }

    @Test
    void decideEndsWithOneForNone() {
        assertEquals(1, decide("--address", "10.0.0.1", "--server", "ex01", "--at", "2027-06-01"));
        assertTrue(out.startsWith("none: may not submit, as nothing grants it"), out);
    }

    @Test
    void decidePrintsJson() {
        assertEquals(
                0,
                decide(
                        "--address",
                        "10.1.0.1",
                        "--account",
                        "ALICE",
                        "--computer",
                        "pc",
                        "--server",
                        "ex02",
                        "--port",
                        "25",
                        "--json"));
        assertEquals(
                "{\"tier\":\"relay\",\"grant\":\"b\",\"block\":null,\"notes\":[\"computer 'pc' is"
                        + " not a name this policy knows; it counts as (other)\"]}\n",
                out);
    }

    @Test
    void decideExplains() throws IOException {
        assertEquals(1, decide("--address", "10.1.0.1", "--server", "ex01", "--explain"));
        assertTrue(
                out.contains(
                        "  no  grant b                   no account is proven (it asks for"
                                + " alice).\n"),
                out);
        assertEquals(1, decide("--address", "10.1.0.1", "--server", "ex01", "--explain", "--json"));
        JsonNode trials = new ObjectMapper().readTree(out).get("trials");
        assertEquals("b", trials.get(0).get("key").asText());
        assertEquals(false, trials.get(0).get("matched").asBoolean());
    }

    @Test
    void decideRefusesBadRequestsWithTwo() {
        assertEquals(2, decide("--address", "10.0.0", "--server", "ex01"));
        assertEquals("--address: '10.0.0' is not an IP address\n", err);
        assertEquals(2, decide("--address", "10.0.0.1", "--server", "ex09"));
        assertEquals("unknown server 'ex09' (the policy has ex01, ex02)\n", err);
        assertEquals(2, decide("--address", "10.0.0.1", "--server", "ex01", "--port", "26"));
        assertEquals("server 'ex01' has no port 26 (it has 25)\n", err);
        assertEquals(2, decide());
        assertEquals("missing --address and --server (or give --batch FILE)\n", err);
        assertEquals(2, decide("--address", "10.0.0.1", "--server", "ex01", "--at", "tomorrow"));
        assertTrue(err.startsWith("--at: 'tomorrow' is no date or time"), err);
        assertEquals(2, run(new DecideCommand(CLOCK), "--address", "10.0.0.1"));
    }

    @Test
    void aBadFileIsToldLineByLine() throws IOException {
        Path bad = write("bad.yaml", "version: 2\ngrant: []\n");
        assertEquals(2, run(new CheckCommand(CLOCK), bad));
        assertEquals(
                "bad.yaml:1:10: version must be 1, the only one there is\n"
                        + "bad.yaml:2:1: unknown field 'grant' in a policy file; did you mean"
                        + " 'grants'?\n",
                err);
        assertEquals(2, run(new DiffCommand(), bad, folder.resolve("none.yaml")));
        assertTrue(err.endsWith("none.yaml:1:1: no such file\n"), err);
        assertEquals(3, err.lines().count(), "the faults of both files");
        Files.write(bad, new byte[] {'a', '\n', 'b', (byte) 0xFF});
        assertEquals(2, run(new CheckCommand(CLOCK), bad));
        assertEquals("bad.yaml:2:2: not UTF-8 text; save the file as UTF-8\n", err);
        assertEquals(2, run(new CheckCommand(CLOCK), folder));
    }

    @Test
    void aBatchIsDecidedInOrder() throws IOException {
        Path batch =
                write(
                        "batch.ndjson",
                        """
                        {"address":"10.0.0.1","server":"ex01","account":null}
                        {"address":"10.0.0.1","server":"EX02","port":25,"at":"2028-01-01"}

                        {"server":"ex01","address":"10.1.0.1","account":"alice","computer":"x"}
                        """);
        assertEquals(0, decide("--batch", batch));
        assertEquals(
                "{\"tier\":\"internal\",\"grant\":\"a\",\"block\":null}\n"
                        + "{\"tier\":\"none\",\"grant\":null,\"block\":null}\n"
                        + "{\"tier\":\"relay\",\"grant\":\"b\",\"block\":null}\n",
                out);
    }

    @Test
    void aBadBatchIsToldWholeAndDecidesNothing() throws IOException {
        Path batch =
                write(
                        "b.ndjson",
                        """
                        {"address":"10.0.0.1","server":"ex01"}
                        {"address":"10.0.0.256","server":"ex01"}
                        {"server":"ex01"}
                        {"address":"10.0.0.1","server":"ex01","prot":25}
                        {"address":"10.0.0.1","server":"ex01","port":"25"}
                        {"address":"10.0.0.1","server":"ex01"} x
                        {"address":"10.0.0.1","address":"10.0.0.1"}
                        [1]
                        {"address":"10.0.0.1","server":"ex09"}
                        {"address":"10.0.0.1","server":"ex01","account":7}
                        """);
        assertEquals(2, decide("--batch", batch));
        assertEquals("", out);
        String[] lines = err.split("\n");
        assertEquals("b.ndjson:2:12: '10.0.0.256' is not an IP address: 256 is over 255", lines[0]);
        assertEquals("b.ndjson:3:1: the request needs 'address'", lines[1]);
        assertEquals(
                "b.ndjson:4:39: unknown field 'prot' (allowed: address, account, computer, server,"
                        + " port, at)",
                lines[2]);
        assertEquals("b.ndjson:5:46: 'port' must be a number from 1 to 65535", lines[3]);
        assertTrue(lines[4].startsWith("b.ndjson:6:"), lines[4]);
        assertTrue(lines[5].startsWith("b.ndjson:7:"), lines[5]);
        assertEquals("b.ndjson:8:1: a request must be a JSON object", lines[6]);
        assertEquals("b.ndjson:9:1: unknown server 'ex09' (the policy has ex01, ex02)", lines[7]);
        assertEquals("b.ndjson:10:49: 'account' must be text", lines[8]);
        assertEquals(9, lines.length);
        assertEquals(2, decide("--batch", batch, "--address", "10.0.0.1"));
    }

    @Test
    void diffOfOneFileIsEmpty() {
        assertEquals(0, run(new DiffCommand(), oldFile, oldFile));
        assertEquals("Nothing changes: every submission keeps its tier.\n", out);
        assertEquals(0, run(new DiffCommand(), oldFile, oldFile, "--json"));
        assertTrue(out.startsWith("{\"regions\":[],\"unknowns\":[],\"proof\":{"), out);
    }

    @Test
    void diffPrintsATable() {
        assertEquals(1, run(new DiffCommand(), oldFile, newFile));
        assertEquals(
                """
                3 regions change: 1 opens, 1 closes, 1 raises.

                CHANGE  TIER               ADDRESSES    COUNT  SERVERS  WHO            WHEN                        DECIDED BY
                OPENS   none -> relay      10.1.0.2     1      ex01:25  account alice  always                      nothing -> b
                                                               ex02:25
                CLOSES  internal -> none   10.0.0.0/30  4      ex02:25  anybody        until 2027-06-01T00:00:00Z  a -> nothing
                RAISES  internal -> relay  10.0.0.0/30  4      ex01:25  anybody        until 2027-06-01T00:00:00Z  a -> a

                Proof: intended and achieved: 3 of 3; already true: none; collateral: none.
                """,
                out);
    }

    @Test
    void diffPrintsJson() throws IOException {
        assertEquals(1, run(new DiffCommand(), oldFile, newFile, "--json", "--from", "2027-01-01"));
        JsonNode regions = new ObjectMapper().readTree(out).get("regions");
        assertEquals(3, regions.size());
        assertEquals(
                new ObjectMapper()
                        .readTree(
                                """
                                {"direction":"CLOSES","servers":["ex02"],"ports":[25],
                                 "accounts":["*"],"computers":["*"],"addresses":["10.0.0.0/30"],
                                 "addressCount":"4","from":"2027-01-01T00:00:00Z",
                                 "until":"2027-06-01T00:00:00Z","before":"internal","after":"none",
                                 "witness":{"address":"10.0.0.0","account":null,"computer":null,
                                 "server":"ex02","port":25,"at":"2027-01-01T00:00:00Z"},
                                 "because":{"before":"a","after":null}}
                                """),
                regions.get(1));
        assertEquals("[\"alice\"]", regions.get(0).get("accounts").toString());
        assertEquals(0, run(new DiffCommand(), oldFile, oldFile, "--from", "2027-01-01T00:00:00Z"));
        assertEquals(2, run(new DiffCommand(), oldFile, oldFile, "--from", "later"));
    }

    @Test
    void checkEndsWithOneOnlyForSoftOrHardFindings() throws IOException {
        String stated = OLD.replace("tier:", "owner: o, reason: r, tier:");
        assertEquals(0, run(new CheckCommand(CLOCK), write("advice.yaml", stated)));
        assertTrue(out.endsWith("0 hard, 0 soft, 1 advisory\n"), out);
        assertEquals(1, run(new CheckCommand(CLOCK), oldFile));
        assertTrue(out.endsWith("0 hard, 4 soft, 1 advisory\n"), out);
        String noAddresses = stated.replace("addresses: [10.1.0.1]", "addresses: []");
        assertEquals(1, run(new CheckCommand(CLOCK), write("hard.yaml", noAddresses)));
        assertTrue(out.endsWith("1 hard, 0 soft, 1 advisory\n"), out);
    }

    @Test
    void theDemoPolicyPasses() throws IOException {
        try (var in = PolicyVerbsTest.class.getResourceAsStream("/demo/policy.yaml")) {
            Path demo = folder.resolve("demo.yaml");
            Files.copy(in, demo);
            assertEquals(0, run(new CheckCommand(CLOCK), demo));
            assertEquals("No findings: every guardrail and assertion holds.\n", out);
        }
    }
}
