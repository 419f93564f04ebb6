package io.postern.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.policy.yaml.PolicyDocument;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The verbs that read exports: {@code assess} and {@code selection}. */
class AssessCommandTest {
    private static final String EVIL = "<script>alert(1)</script> & 'x' \\\"y\\\" $(z) `w` ;*";

    @TempDir private Path folder;
    private Path sample;
    private Path domains;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void copySamples() throws IOException {
        sample = copy("Get-ReceiveConnector.clixml");
        domains = copy("Get-AcceptedDomain.clixml");
    }

    private Path copy(String name) throws IOException {
        Path file = folder.resolve(name);
        try (InputStream in = getClass().getResourceAsStream("/enforcement/exports/real/" + name)) {
            Files.copy(in, file);
        }
        return file;
    }

    private int run(Object... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        String[] texts = new String[arguments.length];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = arguments[i].toString();
        }
        return new CommandLine(new Postern())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(texts);
    }

    private void has(String text) {
        assertTrue(out.toString().contains(text), text + " is not in:\n" + out);
    }

    @Test
    void theSampleIsAssessed() {
        assertEquals(1, run("assess", "--connectors", sample, "--accepted-domains", domains));

        has("Anyone who reaches port 25 of WIN-CTD3L0RGEN4 can send mail to your own domains");
        has("relay-unknown WIN-CTD3L0RGEN4, connector 'Default Frontend WIN-CTD3L0RGEN4'");
        has("internal or relay  4,294,967,296 addresses");
        has("accepted-domain-wide");
        assertEquals("", err.toString());
    }

    @Test
    void aFirewallBeforeTheConnectorsIsAssessedWithThem() throws IOException {
        Path firewall = folder.resolve("firewall.reg");
        Files.copy(
                Path.of(
                        "src/test/resources/enforcement/firewall-exports/documented-group-policy.reg"),
                firewall);
        Path page = folder.resolve("page.html");

        assertEquals(
                1,
                run(
                        "assess",
                        "--connectors",
                        sample,
                        "--firewall",
                        firewall,
                        "--html",
                        page,
                        "--json"));
        has("\"rule\":\"firewall-group-policy\"");
        assertTrue(Files.readString(page).contains("Monitoring by GPO"));
        assertEquals(1, run("assess", "--connectors", sample, "--firewall", firewall));
        has("HIGH    firewall-default-allow WIN-CTD3L0RGEN4");
        has("Remedy: set it to Block");
        assertEquals(2, run("assess", "--connectors", sample, "--firewall", sample));
        assertTrue(err.toString().contains("neither JSON of the read script"), err.toString());
    }

    @Test
    void theProposedPolicyOfTheSampleIsValid() throws Exception {
        Path policy = folder.resolve("policy.yaml");

        assertEquals(
                1,
                run(
                        "assess",
                        "--connectors",
                        sample,
                        "--accepted-domains",
                        domains,
                        "--write-policy",
                        policy));
        PolicyDocument document = PolicyDocument.parse(Files.readString(policy));
        assertEquals("[25]", document.policy().servers().get(0).ports().toString());
        assertEquals(1, document.policy().grants().size());
        assertTrue(Files.readString(policy).contains("The relay right is unknown on"));
        assertEquals(2, run("assess", "--connectors", sample, "--write-policy", policy));
        assertEquals(
                policy + ":1:1: is there already; choose another name\n",
                err.toString().replace("\r", ""));
    }

    @Test
    void jsonSaysThatTheRelayRightIsUnknown() {
        assertEquals(1, run("assess", "--connectors", sample, "--json"));

        has("\"tier\":null,\"tierAtLeast\":\"internal\",\"tierAtMost\":\"relay\"");
        has("\"permissionsExported\":false");
        has("\"acceptedDomains\":null");
        has("\"count\":340282366920938463463374607431768211456");
    }

    @Test
    void thePageHoldsForeignTextAsText() throws Exception {
        Path evil = folder.resolve("evil.json");
        Files.writeString(
                evil,
                "{\"Name\":\""
                        + EVIL
                        + "\\u001b[2J\\n\",\"Server\":\"EX01\",\"Enabled\":true,"
                        + "\"TransportRole\":\"FrontendTransport\",\"Bindings\":[\"0.0.0.0:25\"],"
                        + "\"RemoteIPRanges\":[\"10.0.0.1\"],\"PermissionGroups\":1,"
                        + "\"AuthMechanism\":1}");
        Path page = folder.resolve("page.html");

        assertEquals(1, run("assess", "--connectors", evil, "--html", page));
        String html = Files.readString(page);
        assertFalse(html.contains("<script"), html);
        assertFalse(html.contains("http://") || html.contains("https://"), html);
        assertTrue(html.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#39;x&#39;"), html);
        assertTrue(html.contains("<svg class=\"map\""), html);
        assertFalse(out.toString().contains("\u001b"), out.toString());
        has("\\u001b[2J\\n");
    }

    @Test
    void withoutFindingsTheExitCodeIsZero() throws Exception {
        Path closed = folder.resolve("closed.json");
        Files.writeString(
                closed,
                "{\"connectors\":[{\"Name\":\"A\",\"Server\":\"EX01\",\"Enabled\":true,"
                        + "\"TransportRole\":\"FrontendTransport\",\"Bindings\":[\"0.0.0.0:25\"],"
                        + "\"RemoteIPRanges\":[\"10.0.0.1\"],\"PermissionGroups\":\"ExchangeServers\","
                        + "\"AuthMechanism\":\"Tls\",\"ProtocolLoggingLevel\":\"Verbose\"}],"
                        + "\"acceptedDomains\":[{\"DomainName\":\"a.example\",\"DomainType\":0}]}");

        assertEquals(0, run("assess", "--connectors", closed));
        has("Nobody can submit mail without signing in.");
        has("No findings.");
    }

    @Test
    void badFilesAreToldTogether() {
        Path missing = folder.resolve("missing.clixml");

        assertEquals(2, run("assess", "--connectors", missing, folder, "--permissions", missing));
        assertTrue(err.toString().contains(missing + ":1:1: no such file"), err.toString());
        assertTrue(
                err.toString().contains(folder + ":1:1: is a directory, not a file"),
                err.toString());
        assertEquals("", out.toString());
    }

    @Test
    void selectionSharesOutTheWholeSpace() {
        assertEquals(0, run("selection", "--connectors", sample));

        has("0.0.0.0/0");
        has("::/0");
        has("internal or relay");
        has("whether anonymous clients may relay is unknown");
    }

    @Test
    void selectionExplainsOneClient() {
        assertEquals(
                0,
                run(
                        "selection",
                        "--connectors",
                        sample,
                        "--server",
                        "win-ctd3l0rgen4",
                        "--address",
                        "10.1.2.3",
                        "--json"));

        has("\"server\":\"WIN-CTD3L0RGEN4\"");
        has("\"connector\":\"Default Frontend WIN-CTD3L0RGEN4\"");
        has("\"anonymousRelay\":null");
        has("\"tier\":null");
        has("\"why\":\"it is not bound to port 25 of 0.0.0.0\"");
    }

    @Test
    void selectionEndsWithOneWhereNobodyListens() {
        assertEquals(1, run("selection", "--connectors", sample, "--port", "26"));
        assertEquals(
                1, run("selection", "--connectors", sample, "--port", "26", "--address", "::1"));
    }

    @Test
    void selectionRefusesBadQuestions() {
        assertEquals(
                2,
                run(
                        "selection",
                        "--connectors",
                        sample,
                        "--address",
                        "10.1.2.300",
                        "--port",
                        "0",
                        "--local",
                        "x"));
        assertEquals(3, err.toString().lines().count(), err.toString());
        assertEquals(2, run("selection", "--connectors", sample, "--server", "EX99"));
        assertEquals(
                "--server: unknown server 'EX99' (the export has WIN-CTD3L0RGEN4)",
                err.toString().strip());
        assertEquals(
                2,
                run(
                        "selection",
                        "--connectors",
                        sample,
                        "--local",
                        "10.0.0.1",
                        "--address",
                        "::1"));
    }
}
