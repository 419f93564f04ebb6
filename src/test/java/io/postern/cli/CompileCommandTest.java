package io.postern.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** The verbs {@code compile} and {@code fidelity} on files. */
class CompileCommandTest {
    private static final String SAMPLE_SERVER = "WIN-CTD3L0RGEN4";
    private static final String POLICY =
            """
            version: 1
            acceptedDomains: [contoso.example]
            servers:
              - {name: ex01, addresses: [10.20.0.11], enforcement: [exchange]}
              - {name: WIN-CTD3L0RGEN4, enforcement: [exchange]}
            principals: [{name: 'CONTOSO\\RDS', kind: group}]
            grants:
              - {key: scan, from: {addresses: [10.20.30.0/24]}, to: {}, tier: internal, expires: 2027-03-31}
              - {key: app, from: {addresses: [10.20.31.5]}, to: {}, tier: relay}
              - {key: rds, from: {accounts: ['CONTOSO\\RDS'], addresses: [10.20.40.0/24]}, to: {}, tier: relay}
            blocks:
              - {key: infected, from: {addresses: [10.20.30.41]}, to: {}}
            """;

    @TempDir private Path folder;
    private Path policy;
    private Path sample;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void files() throws IOException {
        policy = Files.writeString(folder.resolve("policy.yaml"), POLICY);
        sample = folder.resolve("connectors.clixml");
        try (InputStream in =
                getClass()
                        .getResourceAsStream(
                                "/enforcement/exports/real/Get-ReceiveConnector.clixml")) {
            Files.copy(in, sample);
        }
    }

    private int run(Object... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return new CommandLine(new Postern())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(Stream.of(arguments).map(Object::toString).toArray(String[]::new));
    }

    private JsonNode json() throws IOException {
        return new ObjectMapper().readTree(out.toString());
    }

    private int compile(Object... more) {
        List<Object> arguments =
                new ArrayList<>(
                        List.of(
                                "compile",
                                "--policy",
                                policy,
                                "--server",
                                "EX01",
                                "--kind",
                                "exchange",
                                "--at",
                                "2027-01-01"));
        arguments.addAll(List.of(more));
        return run(arguments.toArray());
    }

    @Test
    void aFreshServerGetsItsFiveDefaultsAndOurs() throws IOException {
        assertEquals(0, compile("--json"));
        List<String> names = new ArrayList<>();
        json().get("connectors").forEach(one -> names.add(one.get("name").asText()));
        assertEquals(
                List.of(
                        "Default Frontend EX01",
                        "Client Frontend EX01",
                        "Outbound Proxy Frontend EX01",
                        "Default EX01",
                        "Client Proxy EX01",
                        "Postern Internal",
                        "Postern Relay",
                        "Postern Closed"),
                names);
        JsonNode internal = json().get("connectors").get(5);
        assertEquals(
                "[\"10.20.30.0-10.20.30.40\",\"10.20.30.42-10.20.30.255\"]",
                internal.get("remoteIPRanges").toString());
        assertTrue(internal.get("managed").asBoolean());
        assertTrue(internal.get("anonymous").asBoolean());
        assertTrue(json().get("connectors").get(6).get("anonymousRelay").asBoolean());
        assertEquals("rds", json().get("unsupported").get(0).get("entry").asText());
        json().get("steps")
                .forEach(
                        step -> {
                            assertTrue(step.hasNonNull("description"), step.toString());
                            assertTrue(step.hasNonNull("inverse"), step.toString());
                        });
    }

    @Test
    void anExpiredGrantIsNotCompiled() throws IOException {
        assertEquals(
                0,
                run(
                        "compile",
                        "--policy",
                        policy,
                        "--server",
                        "ex01",
                        "--kind",
                        "exchange",
                        "--at",
                        "2027-03-31",
                        "--json"));
        json().get("connectors")
                .forEach(one -> assertTrue(!one.get("name").asText().equals("Postern Internal")));
    }

    @Test
    void aProvenIdentityOpensItsAddresses() throws IOException {
        assertEquals(0, compile("--identity-layer", "--json"));
        assertEquals(0, json().get("unsupported").size());
        assertEquals(
                "[\"10.20.31.5\",\"10.20.40.0/24\"]",
                json().get("connectors").get(6).get("remoteIPRanges").toString());
    }

    @Test
    void theScriptIsThePlan() {
        assertEquals(0, compile("--format", "powershell"));
        assertTrue(out.toString().contains("    Name = 'Postern Closed'\n"), out.toString());
        assertTrue(out.toString().startsWith("# Receive connectors of ex01"), out.toString());
    }

    @Test
    void aRealExportIsCompiledBesideAndJudgedAsItIs() throws IOException {
        Object[] compile = {
            "compile",
            "--policy",
            policy,
            "--server",
            SAMPLE_SERVER,
            "--kind",
            "exchange",
            "--observed",
            sample,
            "--json"
        };
        assertEquals(0, run(compile), err.toString());
        assertEquals(8, json().get("connectors").size());
        assertTrue(json().get("connectors").get(0).get("anonymousRelay").isNull());

        assertEquals(
                1,
                run(
                        "fidelity",
                        "--policy",
                        policy,
                        "--server",
                        SAMPLE_SERVER,
                        "--observed",
                        sample,
                        "--json"));
        JsonNode first = json().get("regions").get(0);
        assertEquals("OPENS", first.get("direction").asText());
        assertEquals("exchange", first.get("layer").asText());
        assertTrue(first.hasNonNull("remedy"));
        assertEquals(1, json().get("unknowns").size());
    }

    @Test
    void whatIsCompiledLacksOnlyWhatNeedsIdentity() throws IOException {
        assertEquals(
                1, run("fidelity", "--policy", policy, "--server", "ex01", "--at", "2027-01-01"));
        assertTrue(
                out.toString()
                        .contains(
                                "ex01 lets through more than the policy says in 0 regions, less in 1."),
                out.toString());
        assertTrue(
                out.toString().contains("give ex01 an enforcement point that proves identity"),
                out.toString());
    }

    private static Stream<Arguments> badInput() {
        return Stream.of(
                Arguments.of(
                        List.of("compile", "--server", "ex09", "--kind", "exchange"),
                        "--server: POLICY has no server 'ex09'; it has ex01, WIN-CTD3L0RGEN4"),
                Arguments.of(
                        List.of(
                                "compile",
                                "--server",
                                "ex01",
                                "--kind",
                                "exchange",
                                "--at",
                                "soon"),
                        "--at: 'soon' is no date or time in whole seconds; write 2027-03-31 or"
                                + " 2027-03-31T18:00:00Z"),
                Arguments.of(
                        List.of("fidelity", "--server", "ex01", "--observed", "SAMPLE"),
                        "--observed: no connector of server 'ex01' is in the files; they hold"
                                + " connectors of WIN-CTD3L0RGEN4"),
                Arguments.of(
                        List.of("fidelity", "--server", "ex01", "--observed", "POLICY"),
                        "POLICY:1:1: neither CLIXML nor JSON; use Export-Clixml or ConvertTo-Json"));
    }

    @ParameterizedTest
    @MethodSource("badInput")
    void badInputIsToldAndEndsWith2(List<String> arguments, String message) {
        List<String> words = new ArrayList<>();
        for (String word : arguments) {
            words.add(word.equals("SAMPLE") ? sample.toString() : word);
        }
        words.replaceAll(word -> word.equals("POLICY") ? policy.toString() : word);
        words.addAll(1, List.of("--policy", policy.toString()));
        assertEquals(2, run(words.toArray()));
        assertEquals(message.replace("POLICY", policy.toString()), err.toString().strip());
        assertEquals("", out.toString());
    }

    private static final String LAYERS =
            """
            version: 1
            servers: [{name: ex01, addresses: [10.20.0.11], enforcement: [pickup, outlook-guard]}]
            principals: [{name: erp, kind: user, sid: S-1-5-21-1-2-3-1104}]
            grants: [{key: erp, from: {accounts: [erp]}, to: {pickup: true}, tier: relay}]
            """;

    private int compileLayer(String kind, Object... more) throws IOException {
        Path file = Files.writeString(folder.resolve("layers.yaml"), LAYERS);
        List<Object> arguments =
                new ArrayList<>(
                        List.of("compile", "--policy", file, "--server", "ex01", "--kind", kind));
        arguments.addAll(List.of(more));
        return run(arguments.toArray());
    }

    @Test
    void thePickupFolderIsCompiledInEachFormat() throws IOException {
        assertEquals(0, compileLayer("pickup"));
        assertTrue(out.toString().contains("Postern lets 1 account write"), out.toString());
        assertEquals(0, compileLayer("pickup", "--json"));
        assertEquals("S-1-5-21-1-2-3-1104", json().get("writers").get(0).textValue());
        assertEquals("AddFolderEntry", json().get("steps").get(0).get("action").textValue());
        assertEquals(0, compileLayer("pickup", "--format", "powershell"));
        assertTrue(
                out.toString().contains("Set-FolderEntry 'S-1-5-21-1-2-3-1104' $true"),
                out.toString());
    }

    @Test
    void theObjectModelGuardIsCompiledInEachFormat() throws IOException {
        assertEquals(0, compileLayer("outlook-guard", "--guard", "deny"));
        assertTrue(out.toString().contains("each user: PromptOOMSend=0"), out.toString());
        assertEquals(0, compileLayer("outlook-guard", "--json"));
        assertEquals(1, json().get("user").get("PromptOOMSend").intValue());
        assertEquals(1, json().get("machine").get("ObjectModelGuard").intValue());
        assertEquals(0, compileLayer("outlook-guard", "--format", "powershell"));
        assertTrue(out.toString().contains("'ObjectModelGuard' $null 1"), out.toString());
    }

    @Test
    void whatAKindDoesNotHaveIsRefused() throws IOException {
        assertEquals(2, compileLayer("pickup", "--guard", "ask"));
        assertTrue(err.toString().contains("--guard is for --kind outlook-guard"));
        assertEquals(2, compileLayer("pickup", "--identity-layer"));
        assertEquals(2, compileLayer("outlook-guard", "--identity-layer"));
        assertEquals(2, compileLayer("pickup", "--format", "client-powershell"));
        assertEquals(2, compileLayer("outlook-guard", "--guard", "allow"));
        Path bad = Files.writeString(folder.resolve("bad.json"), "{");
        assertEquals(2, compileLayer("pickup", "--observed", bad));
        assertTrue(err.toString().contains("bad.json:1:2: not valid JSON"), err.toString());
        Path disabled =
                Files.writeString(
                        folder.resolve("off.json"),
                        "{\"path\":null,\"isDefaultPath\":false,\"inherits\":false}");
        assertEquals(2, compileLayer("pickup", "--observed", disabled, "--format", "powershell"));
        assertTrue(err.toString().contains("The pickup folder is disabled"), err.toString());
    }
}
