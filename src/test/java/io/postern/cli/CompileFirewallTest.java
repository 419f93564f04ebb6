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

/** {@code compile --kind windows-firewall} on files. */
class CompileFirewallTest {
    private static final String POLICY =
            """
            version: 1
            servers:
              - {name: ex01, addresses: [10.20.0.11], kerberosRanges: [10.20.0.0/16]}
              - {name: plain, addresses: [10.20.0.12]}
              - {name: nowhere, kerberosRanges: [10.20.0.0/16]}
            principals: [{name: 'CONTOSO\\RDS', sid: S-1-5-21-1-2-3-1105, kind: group}]
            grants:
              - {key: scan, from: {addresses: [10.20.30.0/24]}, to: {}, tier: internal}
              - {key: rds, from: {accounts: ['CONTOSO\\RDS'], addresses: [10.20.40.0/24]}, to: {servers: [ex01, nowhere]}, tier: internal}
            """;

    @TempDir private Path folder;
    private Path policy;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void files() throws IOException {
        policy = Files.writeString(folder.resolve("policy.yaml"), POLICY);
    }

    private int compile(String server, String... more) {
        return compile("windows-firewall", server, List.of(more));
    }

    private int compile(String kind, String server, List<String> more) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "compile",
                                "--policy",
                                policy.toString(),
                                "--server",
                                server,
                                "--kind",
                                kind));
        arguments.addAll(more);
        return new CommandLine(new Postern())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments.toArray(String[]::new));
    }

    private JsonNode json() throws IOException {
        return new ObjectMapper().readTree(out.toString());
    }

    @Test
    void theJsonIsTheCompleteFinalList() throws IOException {
        assertEquals(0, compile("EX01", "--json"), err.toString());
        JsonNode rules = json().get("rules");
        assertEquals(8, rules.size());
        for (int i = 0; i < 3; i++) {
            assertEquals(false, rules.get(i).get("enabled").asBoolean());
            assertEquals(false, rules.get(i).get("managed").asBoolean());
        }
        JsonNode secure = rules.get(4);
        assertTrue(secure.get("name").asText().startsWith("postern-25-rds-"));
        assertEquals("Postern 25: rds", secure.get("displayName").asText());
        assertEquals("Postern", secure.get("group").asText());
        assertEquals("Allow", secure.get("action").asText());
        assertEquals("[\"25\"]", secure.get("localPorts").toString());
        assertEquals("[\"10.20.40.0/24\"]", secure.get("remoteAddresses").toString());
        assertEquals("O:LSD:(A;;CC;;;S-1-5-21-1-2-3-1105)", secure.get("remoteUser").asText());
        assertEquals("", secure.get("remoteMachine").asText());
        assertEquals("Required", secure.get("authentication").asText());
        assertEquals("NotRequired", secure.get("encryption").asText());
        for (String name : List.of("program", "service", "profile")) {
            assertEquals("Any", secure.get(name).asText(), name);
        }
        assertEquals("TCP", secure.get("protocol").asText());
        assertEquals("Local", secure.get("source").asText());
        assertEquals(2, json().get("connectionSecurityRules").size());
        assertEquals(2, json().get("authenticationSets").size());
        assertEquals(0, json().get("unsupported").size());
        assertEquals(0, json().get("refused").size());
        json().get("steps")
                .forEach(
                        step -> {
                            assertTrue(step.hasNonNull("description"), step.toString());
                            assertTrue(step.hasNonNull("inverse"), step.toString());
                        });
    }

    @Test
    void theTextTellsRulesStepsAndWhatIsNotHeld() {
        assertEquals(0, compile("nowhere"));
        assertTrue(out.toString().contains("proven account of 1"), out.toString());
        assertTrue(out.toString().contains("back: Enable 'MSExchange"), out.toString());
        assertEquals(0, compile("plain"));
        assertTrue(out.toString().contains("nothing to prove"), out.toString());
    }

    @Test
    void aScriptForAServerThatWasNotReadSaysThatNamesAreMadeUp() {
        assertEquals(0, compile("ex01", "--format", "powershell"));
        assertTrue(out.toString().startsWith("# The server was not read"), out.toString());
        assertTrue(out.toString().contains("advfirewall export"), out.toString());
    }

    @Test
    void theClientsScriptNamesTheServerAndItsPort() {
        assertEquals(0, compile("ex01", "--format", "client-powershell"));
        assertTrue(out.toString().contains("Open-NetGPO"), out.toString());
        assertTrue(out.toString().contains("RemotePort = '25'"), out.toString());
        assertTrue(out.toString().contains("RemoteAddress = @('10.20.0.11')"), out.toString());
    }

    @Test
    void theServersScriptForAGroupPolicyHasItsRules() {
        assertEquals(0, compile("ex01", "--format", "server-policy-powershell"));
        assertTrue(out.toString().contains("Name = 'postern-25-rds-"), out.toString());
        assertTrue(out.toString().contains("Save-NetGPO"), out.toString());
    }

    private static Stream<Arguments> badInput() {
        return Stream.of(
                Arguments.of(
                        "windows-firewall",
                        "plain",
                        List.of("--format", "client-powershell"),
                        "--format client-powershell: plain asks nobody to prove an identity, so"
                                + " clients need no rule for it"),
                Arguments.of(
                        "windows-firewall",
                        "nowhere",
                        List.of("--format", "client-powershell"),
                        "--format client-powershell: nowhere states no addresses, and the clients'"
                                + " rule must name them; state addresses for it"),
                Arguments.of(
                        "windows-firewall",
                        "ex01",
                        List.of("--identity-layer"),
                        "--identity-layer is for --kind exchange; the firewall is that layer"),
                Arguments.of(
                        "windows-firewall",
                        "ex01",
                        List.of("--observed", "none.json"),
                        "none.json:1:1: no such file"),
                Arguments.of(
                        "exchange",
                        "ex01",
                        List.of("--format", "client-powershell"),
                        "--format client-powershell is for --kind windows-firewall"));
    }

    @Test
    void anUnknownKindIsToldWithThoseThatThereAre() {
        assertEquals(2, compile("iptables", "ex01", List.of()));
        assertTrue(
                err.toString()
                        .startsWith(
                                "Invalid value for option '--kind': expected one of exchange,"
                                        + " windows-firewall, pickup, outlook-guard, nftables, postfix, but was 'iptables'"),
                err.toString());
    }

    @ParameterizedTest
    @MethodSource("badInput")
    void badInputIsToldAndEndsWith2(String kind, String server, List<String> more, String message) {
        assertEquals(2, compile(kind, server, more));
        assertEquals(message, err.toString().strip());
        assertEquals("", out.toString());
    }
}
