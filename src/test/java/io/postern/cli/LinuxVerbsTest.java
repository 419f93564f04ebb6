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
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** {@code compile} and {@code fidelity} of nftables and Postfix, on files. */
class LinuxVerbsTest {
    private static final String POLICY =
            """
            version: 1
            acceptedDomains: [contoso.example]
            servers:
              - {name: mx1, addresses: [10.77.2.21], enforcement: [nftables, postfix]}
              - {name: back, addresses: [10.77.2.31], enforcement: [postfix]}
              - {name: nowhere, enforcement: [nftables]}
            protectedSources:
              - {name: front, kind: gateway, addresses: [10.77.2.21], forwards: true}
            grants:
              - {key: lan, from: {addresses: [10.77.1.0/24]}, to: {servers: [mx1]}, tier: internal}
              - {key: app, from: {addresses: ['fd77:1::11']}, to: {servers: [mx1]}, tier: relay}
            """;
    private static final String FRESH =
            """
            == directory
            /etc/postfix/postern
            == status
            running
            == explicit
            smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
            == effective
            smtpd_client_restrictions =
            smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
            smtpd_recipient_restrictions =
            smtpd_delay_reject = yes
            mynetworks = 127.0.0.0/8 [::1]/128
            inet_interfaces = all
            compatibility_level = 3.6
            == services
            smtp       inet  n       -       y       -       -       smtpd
            == overrides
            """;
    private static final String NO_RULES =
            "{\"nftables\": [{\"metainfo\": {\"version\": \"1.0.6\", \"json_schema_version\": 1}}]}";

    @TempDir private Path folder;
    private Path policy;
    private Path postfix;
    private Path ruleset;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void files() throws IOException {
        policy = Files.writeString(folder.resolve("policy.yaml"), POLICY);
        postfix = Files.writeString(folder.resolve("postfix.txt"), FRESH);
        ruleset = Files.writeString(folder.resolve("ruleset.json"), NO_RULES);
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return new CommandLine(new Postern())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }

    private int compile(String server, String kind, String... more) {
        return run(
                Stream.concat(
                                Stream.of(
                                        "compile",
                                        "--policy",
                                        policy.toString(),
                                        "--server",
                                        server,
                                        "--kind",
                                        kind),
                                Stream.of(more))
                        .toArray(String[]::new));
    }

    private int fidelity(String server, String... more) {
        return run(
                Stream.concat(
                                Stream.of(
                                        "fidelity",
                                        "--policy",
                                        policy.toString(),
                                        "--server",
                                        server,
                                        "--json"),
                                Stream.of(more))
                        .toArray(String[]::new));
    }

    private JsonNode json() throws IOException {
        return new ObjectMapper().readTree(out.toString());
    }

    private List<String> regions() throws IOException {
        return json().get("regions").findValues("addresses").stream()
                .map(JsonNode::toString)
                .toList();
    }

    @Test
    void aTableIsPrintedAsNftReadsItForEitherHook() {
        assertEquals(0, compile("mx1", "nftables", "--format", "nft"), err.toString());
        assertTrue(out.toString().contains("type filter hook input priority 0"), out.toString());
        assertTrue(
                out.toString().contains("tcp dport 25 ip saddr != @port_25_ipv4 counter drop"),
                out.toString());
        assertEquals(
                0,
                compile("mx1", "nftables", "--format", "nft", "--hook", "forward"),
                err.toString());
        assertTrue(
                out.toString().contains("ip daddr 10.77.2.21 tcp dport 25 ip saddr"),
                out.toString());
    }

    @Test
    void theJsonOfATableHoldsStepsAndWhatOthersDo() throws IOException {
        Files.writeString(
                ruleset,
                """
                {"nftables": [{"metainfo": {"version": "1.0.6", "json_schema_version": 1}},
                 {"table": {"family": "inet", "name": "filter", "handle": 1}},
                 {"chain": {"family": "inet", "table": "filter", "name": "input", "handle": 1,
                   "type": "filter", "hook": "input", "prio": 0, "policy": "drop"}}]}
                """);
        assertEquals(
                0,
                compile("mx1", "nftables", "--json", "--observed", ruleset.toString()),
                err.toString());
        assertEquals("postern_mx1", json().get("table").asText());
        assertEquals(1, json().get("steps").size());
        assertTrue(
                json().get("effective").get(0).get("subject").asText().contains("inet filter"),
                out.toString());
    }

    @Test
    void aPostfixIsPrintedAsAScriptAndAsJson() throws IOException {
        assertEquals(
                0,
                compile("mx1", "postfix", "--format", "shell", "--observed", postfix.toString()),
                err.toString());
        assertTrue(out.toString().startsWith("#!/bin/sh"), out.toString());
        assertTrue(out.toString().contains("10.77.1.0/24 DUNNO"), out.toString());
        assertEquals(0, compile("mx1", "postfix", "--json"), err.toString());
        assertEquals(3, json().get("steps").size());
        assertTrue(json().get("relay").toString().contains("fd77:1::11"), out.toString());
        assertEquals(0, compile("mx1", "postfix"), err.toString());
        assertTrue(out.toString().contains("Keep in mind:"), out.toString());
    }

    @Test
    void fidelityTakesGatewaysHostAndPostfixTogether() throws IOException {
        assertEquals(0, fidelity("mx1"), out.toString());
        assertEquals(1, fidelity("mx1", "--postfix", postfix.toString()), out.toString());
        assertTrue(
                json().get("regions").findValuesAsText("layer").contains("postfix"),
                out.toString());
        assertEquals(
                1,
                fidelity(
                        "mx1",
                        "--postfix",
                        postfix.toString(),
                        "--gateway",
                        ruleset.toString(),
                        "--nftables",
                        ruleset.toString()),
                out.toString());
        assertTrue(
                json().get("regions").findValuesAsText("layer").contains("nftables"),
                out.toString());
        // Nobody reads what stands behind the gateway: it counts as relaying.
        assertEquals(1, fidelity("mx1", "--gateway", ruleset.toString()), out.toString());
        assertTrue(json().get("unknowns").toString().contains("is not read"), out.toString());
    }

    @Test
    void whoAFrontTakesIsWhatTheBackLetsThroughToo() throws IOException {
        assertEquals(1, fidelity("back"), out.toString());
        String everybody = regions().toString();
        assertTrue(everybody.contains("255.255.255.255"), everybody);
        Path kept = folder.resolve("kept.txt");
        String clients =
                "== clients\n10.77.1.0/24 DUNNO\n0.0.0.0/0 REJECT no\n::/0 REJECT no\n== relay\n";
        Files.writeString(
                kept,
                FRESH.replace(
                                "smtpd_client_restrictions =\n",
                                "smtpd_client_restrictions = check_client_access"
                                        + " cidr:/etc/postfix/postern/clients.cidr\n")
                        + clients);
        assertEquals(1, fidelity("back", "--front", "mx1=" + kept), out.toString());
        String known = regions().toString();
        assertTrue(known.contains("10.77.1.0/24"), known);
        assertTrue(!known.contains("255.255.255.255"), known);
    }

    static List<Arguments> badInput() {
        return List.of(
                Arguments.of(
                        List.of("compile", "mx1", "nftables", "--format", "shell"),
                        "--format shell is for --kind postfix"),
                Arguments.of(
                        List.of("compile", "mx1", "postfix", "--format", "nft"),
                        "--format nft is for --kind nftables"),
                Arguments.of(
                        List.of("compile", "mx1", "postfix", "--format", "powershell"),
                        "--format powershell is for --kind exchange"),
                Arguments.of(
                        List.of("compile", "mx1", "exchange", "--format", "nft"),
                        "--format nft is for --kind nftables"),
                Arguments.of(
                        List.of("compile", "mx1", "windows-firewall", "--format", "shell"),
                        "--format shell is for --kind postfix"),
                Arguments.of(
                        List.of("compile", "mx1", "postfix", "--hook", "input"),
                        "--hook is for --kind nftables"),
                Arguments.of(
                        List.of("compile", "mx1", "nftables", "--hook", "output"),
                        "input, forward"),
                Arguments.of(
                        List.of(
                                "compile",
                                "nowhere",
                                "nftables",
                                "--hook",
                                "forward",
                                "--format",
                                "nft"),
                        "nowhere"),
                Arguments.of(
                        List.of("compile", "mx1", "nftables", "--observed", "POSTFIX"),
                        "postfix.txt:1:1"),
                Arguments.of(
                        List.of("compile", "mx1", "postfix", "--observed", "RULESET"),
                        "ruleset.json:1:1"),
                Arguments.of(
                        List.of("compile", "mx1", "postfix", "--observed", "MISSING"),
                        "no such file"),
                Arguments.of(List.of("fidelity", "mx1", "--gateway", "MISSING"), "no such file"),
                Arguments.of(
                        List.of("fidelity", "mx1", "--front", "back=POSTFIX"),
                        "no protected source"));
    }

    @ParameterizedTest
    @MethodSource("badInput")
    void badInputIsNamed(List<String> arguments, String message) {
        String[] given =
                arguments.stream()
                        .skip(2)
                        .map(one -> one.replace("POSTFIX", postfix.toString()))
                        .map(one -> one.replace("RULESET", ruleset.toString()))
                        .map(one -> one.replace("MISSING", folder.resolve("none").toString()))
                        .toArray(String[]::new);
        int exit =
                arguments.get(0).equals("fidelity")
                        ? fidelity(arguments.get(1), given)
                        : compile(
                                arguments.get(1),
                                given[0],
                                List.of(given).subList(1, given.length).toArray(String[]::new));
        assertEquals(2, exit, out.toString());
        assertTrue(err.toString().contains(message), err.toString());
        assertTrue(!err.toString().contains("Exception"), err.toString());
    }
}
