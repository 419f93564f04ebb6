package io.postern.enforcement.exports;

import static io.postern.enforcement.exports.Clixml.bytes;
import static io.postern.enforcement.exports.Clixml.connector;
import static io.postern.enforcement.exports.Clixml.list;
import static io.postern.enforcement.exports.Clixml.objects;
import static io.postern.enforcement.exports.Clixml.rest;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.enforcement.AcceptedDomain;
import io.postern.enforcement.AuthMechanism;
import io.postern.enforcement.ConnectorConflicts;
import io.postern.enforcement.DefaultConnectors;
import io.postern.enforcement.ObservedConnector;
import io.postern.enforcement.ObservedExchange;
import io.postern.enforcement.PermissionGroup;
import io.postern.enforcement.ReceiveConnector;
import io.postern.enforcement.TransportRole;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExchangeExportsTest {
    private static byte[] real(String name) throws IOException {
        try (InputStream in =
                ExchangeExportsTest.class.getResourceAsStream(
                        "/enforcement/exports/real/" + name)) {
            return in.readAllBytes();
        }
    }

    private static ObservedExchange read(String... texts) throws ExportException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (int i = 0; i < texts.length; i++) {
            files.put("file" + i, bytes(texts[i]));
        }
        return ExchangeExports.read(files);
    }

    private static ReceiveConnector only(String text) throws ExportException {
        List<ObservedConnector> all = read(text).connectors();
        assertEquals(1, all.size());
        return all.get(0).connector();
    }

    @Test
    void theRealExportGivesTheFiveDefaultConnectors() throws Exception {
        ObservedExchange observed =
                ExchangeExports.read(Map.of("connectors", real("Get-ReceiveConnector.clixml")));

        assertEquals(List.of("WIN-CTD3L0RGEN4"), List.copyOf(observed.servers()));
        assertNull(observed.permissions());
        assertNull(observed.acceptedDomains());
        assertEquals(List.of(), List.copyOf(observed.notes()));
        Map<String, ReceiveConnector> expected =
                DefaultConnectors.ofFreshServer("WIN-CTD3L0RGEN4", "exlab.dom").stream()
                        .collect(Collectors.toMap(ReceiveConnector::name, one -> one));
        assertEquals(5, observed.connectors().size());
        for (ObservedConnector one : observed.connectors()) {
            ReceiveConnector fresh = expected.get(one.connector().name());
            assertEquals(
                    Set.copyOf(fresh.bindings()),
                    Set.copyOf(one.connector().bindings()),
                    one.identity());
            assertEquals(
                    Set.copyOf(fresh.remoteIpRanges()),
                    Set.copyOf(one.connector().remoteIpRanges()));
            assertEquals(fresh.authMechanism(), one.connector().authMechanism());
            assertEquals(fresh.permissionGroups(), one.connector().permissionGroups());
            assertEquals(fresh.transportRole(), one.connector().transportRole());
            assertEquals(fresh.tarpitMillis(), one.connector().tarpitMillis());
            assertEquals(fresh.fqdn(), one.connector().fqdn());
            assertNull(one.connector().anonymousRelay());
            assertTrue(one.distinguishedName().startsWith("CN=" + fresh.name()));
            assertEquals(36, one.guid().length());
            assertEquals("36 MB (37,748,736 bytes)", one.otherProperties().get("MaxMessageSize"));
            assertEquals("false", one.otherProperties().get("RequireTLS"));
        }
        assertEquals(
                List.of(),
                List.copyOf(ConnectorConflicts.of(observed.connectorsOf("win-ctd3l0rgen4"))));
    }

    @Test
    void theRealAcceptedDomainsAreRead() throws Exception {
        ObservedExchange observed =
                ExchangeExports.read(Map.of("domains", real("Get-AcceptedDomain.clixml")));

        assertEquals(
                List.of(
                        new AcceptedDomain(
                                "Solo.com", "Solo.com", AcceptedDomain.Type.AUTHORITATIVE, true),
                        new AcceptedDomain(
                                "Contoso Wild",
                                "*.contoso.local",
                                AcceptedDomain.Type.AUTHORITATIVE,
                                false),
                        new AcceptedDomain(
                                "Wild .com", "*.com", AcceptedDomain.Type.INTERNAL_RELAY, false)),
                observed.acceptedDomains());
    }

    @Test
    void everyEncodingOfTheRealExportReadsTheSame() throws Exception {
        String text = new String(real("Get-ReceiveConnector.clixml"), StandardCharsets.UTF_8);
        ObservedExchange expected = ExchangeExports.read(Map.of("a", bytes(text)));
        String bare = text.substring(1);
        Map<String, byte[]> forms =
                Map.of(
                        "UTF-8 without a mark", bytes(bare),
                        "UTF-16LE with a mark", encoded(text, StandardCharsets.UTF_16LE),
                        "UTF-16BE with a mark", encoded(text, StandardCharsets.UTF_16BE),
                        "UTF-16LE without a mark", encoded(bare, StandardCharsets.UTF_16LE),
                        "declared otherwise",
                                encoded(
                                        "\uFEFF<?xml version=\"1.0\" encoding=\"utf-8\"?>" + bare,
                                        StandardCharsets.UTF_16LE));
        for (Map.Entry<String, byte[]> form : forms.entrySet()) {
            assertEquals(
                    expected, ExchangeExports.read(Map.of("a", form.getValue())), form.getKey());
        }
    }

    private static byte[] encoded(String text, Charset charset) {
        return text.getBytes(charset);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    10.1.2.3                     | 10.1.2.3
                    10.1.2.0-10.1.2.255          | 10.1.2.0/24
                    10.1.2.3 - 10.1.2.9          | 10.1.2.3-10.1.2.9
                    192.168.1.1/24               | 192.168.1.0/24
                    192.168.1.0(255.255.255.128) | 192.168.1.0/25
                    0.0.0.0-255.255.255.255      | 0.0.0.0/0
                    fd00::1                      | fd00::1
                    fd00::5/64                   | fd00::/64
                    fd00::1-fd00::9              | fd00::1-fd00::9
                    fe80::1%11                   | fe80::1
                    fe80::1%11-fe80::ff%11       | fe80::1-fe80::ff
                    fe80::%11/64                 | fe80::/64
                    ::ffff:10.1.2.3              | 10.1.2.3
                    ::ffff:10.1.2.3/120          | 10.1.2.0/24
                    ::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff | ::/0
                    """)
    void remoteRangesAreReadInEveryForm(String written, String expected) throws Exception {
        assertEquals(
                "[" + expected + "]",
                only(objects(connector(rest("A"), list("RemoteIPRanges", written))))
                        .remoteIpRanges()
                        .toString());
        String json =
                "{\"Name\":\"A\",\"Server\":\"EX01\",\"Enabled\":true,\"TransportRole\":16384,"
                        + "\"PermissionGroups\":1,\"AuthMechanism\":1,\"Bindings\":\"0.0.0.0:25\","
                        + "\"RemoteIPRanges\":{\"RangeFormat\":3,\"Expression\":\""
                        + written
                        + "\"}}";
        assertEquals("[" + expected + "]", only(json).remoteIpRanges().toString());
    }

    @Test
    void enumsAreReadAsNumbersAsTextsAndAsLists() throws Exception {
        String[] forms = {
            "<I32 N=\"PermissionGroups\">7</I32><I32 N=\"AuthMechanism\">33</I32>"
                    + "<I32 N=\"TransportRole\">32</I32><I32 N=\"ProtocolLoggingLevel\">1</I32>",
            "<S N=\"PermissionGroups\">AnonymousUsers, ExchangeUsers, ExchangeServers</S>"
                    + "<S N=\"AuthMechanism\">Tls, ExternalAuthoritative</S>"
                    + "<S N=\"TransportRole\">HubTransport</S>"
                    + "<S N=\"ProtocolLoggingLevel\">Verbose</S>",
            list("PermissionGroups", "AnonymousUsers", "ExchangeUsers", "ExchangeServers")
                    + list("AuthMechanism", "tls", "externalauthoritative")
                    + "<Obj N=\"TransportRole\"><ToString>HubTransport</ToString><I32>32</I32></Obj>"
                    + "<Obj N=\"ProtocolLoggingLevel\"><ToString>Verbose</ToString><I32>1</I32></Obj>"
        };
        for (String form : forms) {
            ReceiveConnector read =
                    only(
                            objects(
                                    connector(
                                            form,
                                            list("RemoteIPRanges", "10.0.0.1"),
                                            list("Bindings", "[::]:2525", "10.9.9.9:2525"),
                                            "<S N=\"Server\">EX01</S><B N=\"Enabled\">false</B>",
                                            "<S N=\"Name\">A</S><TS N=\"Other\">PT5S</TS>")));
            assertEquals(
                    Set.of(
                            PermissionGroup.ANONYMOUS_USERS,
                            PermissionGroup.EXCHANGE_USERS,
                            PermissionGroup.EXCHANGE_SERVERS),
                    read.permissionGroups(),
                    form);
            assertEquals(
                    Set.of(AuthMechanism.TLS, AuthMechanism.EXTERNAL_AUTHORITATIVE),
                    read.authMechanism());
            assertEquals(TransportRole.HUB_TRANSPORT, read.transportRole());
            assertTrue(read.verboseLogging());
            assertFalse(read.enabled());
            assertEquals("[[::]:2525, 10.9.9.9:2525]", read.bindings().toString());
        }
    }

    @Test
    void jsonOfWholeObjectsIsReadThroughItsNoise() throws Exception {
        String json =
                """
                [{"Bindings":{"value":[{"Port":25,"Address":{"Address":0,"IPAddressToString":"0.0.0.0"}},
                                       {"Port":25,"Address":{"ScopeId":0,"IPAddressToString":"::"}}],"Count":2},
                  "RemoteIPRanges":[{"LowerBound":"10.0.0.1","UpperBound":"10.0.0.9","Size":"::9"}],
                  "AuthMechanism":{"value":1,"Value":"Tls"}, "PermissionGroups":"AnonymousUsers, Custom",
                  "TransportRole":16384,"Enabled":"True","ProtocolLoggingLevel":0,
                  "TarpitInterval":{"Ticks":50000000,"TotalMilliseconds":5000},
                  "Server":{"Name":"EX01","DistinguishedName":"CN=EX01"},
                  "Fqdn":{"Domain":"ex01.contoso.example"},"Comment":null,
                  "Identity":{"Name":"x"},"Name":"A","Unknown":{"a":[1,{"b":true}]}}]
                """;
        ObservedConnector read = read(json).connectors().get(0);

        assertEquals("EX01", read.server());
        assertEquals("[0.0.0.0:25, [::]:25]", read.connector().bindings().toString());
        assertEquals("[10.0.0.1-10.0.0.9]", read.connector().remoteIpRanges().toString());
        assertEquals(5000, read.connector().tarpitMillis());
        assertEquals("ex01.contoso.example", read.connector().fqdn());
        assertEquals(
                Set.of(PermissionGroup.ANONYMOUS_USERS, PermissionGroup.CUSTOM),
                read.connector().permissionGroups());
        assertEquals(Set.of("Unknown"), read.otherProperties().keySet());
        assertEquals("a=1, b=true", read.otherProperties().get("Unknown"));
    }

    @Test
    void aReferenceStandsForTheObjectItNames() throws Exception {
        String shared = "<Obj N=\"RemoteIPRanges\" RefId=\"9\"><LST><S>10.0.0.1</S></LST></Obj>";
        ObservedExchange read =
                read(
                        objects(
                                connector(rest("A"), shared),
                                connector(rest("B"), "<Ref N=\"RemoteIPRanges\" RefId=\"9\" />")));

        assertEquals(
                "[10.0.0.1]", read.connectors().get(1).connector().remoteIpRanges().toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "it's \"quoted\"",
                "$(Remove-Item *)",
                "`whoami`",
                "a;b|c&d",
                "* ? [x]",
                "line\nbreak",
                "tab\tand\u001b[31m escape",
                "Empfang für Drucker"
            })
    void namesAreTextWhateverTheyHold(String name) throws Exception {
        StringBuilder written = new StringBuilder();
        for (char c : name.toCharArray()) {
            written.append(
                    c == '"' || c < ' ' || c == '&'
                            ? String.format("_x%04X_", (int) c)
                            : String.valueOf(c));
        }
        String xml = objects(connector(rest(written.toString()), list("RemoteIPRanges", "::1")));

        assertEquals(name, only(xml).name());
    }

    @Test
    void anEscapeThatIsNoneStaysAsItIs() {
        assertEquals("a\nb_x000A_", ClixmlReader.unescaped("a_x000A_b_x005F_x000A_"));
        assertEquals("_x_xyz_x00G0_ _x12", ClixmlReader.unescaped("_x_xyz_x00G0_ _x12"));
    }

    @Test
    void whatIsNotKnownIsNotedAndKept() throws Exception {
        ObservedExchange read =
                read(
                        objects(
                                connector(
                                        "<S N=\"Name\">A</S><S N=\"Server\">EX01</S>",
                                        "<B N=\"Enabled\">true</B>",
                                        "<S N=\"PermissionGroups\">AnonymousUsers, Visitors</S>",
                                        "<I32 N=\"AuthMechanism\">257</I32>",
                                        "<S N=\"Novel\">kept</S>",
                                        list("Bindings", "0.0.0.0:25"),
                                        list("RemoteIPRanges", "10.0.0.1"))));
        ObservedConnector one = read.connectors().get(0);

        assertEquals("kept", one.otherProperties().get("Novel"));
        assertTrue(one.connector().permissionGroups().contains(PermissionGroup.CUSTOM));
        assertEquals(TransportRole.FRONTEND_TRANSPORT, one.connector().transportRole());
        assertEquals(
                List.of(
                        "file0:2:1: connector 'A' has no TransportRole; taken as"
                                + " FrontendTransport",
                        "file0:5:1: connector 'A': PermissionGroups 'Visitors' is not known here;"
                                + " kept as it is",
                        "file0:6:1: connector 'A': AuthMechanism has the unknown flag 256; kept",
                        "file0:2:1: connector 'A' has no ProtocolLoggingLevel; taken as None"),
                List.copyOf(read.notes()));
    }

    @Test
    void aConnectorExportedTwiceIsReadOnce() throws Exception {
        String xml = objects(connector(rest("A"), list("RemoteIPRanges", "10.0.0.1")));

        assertEquals(1, read(xml, xml).connectors().size());
        assertEquals(
                List.of("file1:2:1: connector 'A' stands there twice, the same; read once"),
                List.copyOf(read(xml, xml).notes()));
    }

    /** Texts that came through remote PowerShell carry notes, which ConvertTo-Json writes out. */
    @Test
    void aTextWithNotesIsItsValue() throws ExportException {
        String json =
                """
                [{"Name":{"value":"Copiers","PSComputerName":"dc1"},"Server":"EX01","Enabled":true,
                  "TransportRole":"FrontendTransport",
                  "Bindings":[{"value":"0.0.0.0:25","PSComputerName":"dc1"}],
                  "RemoteIPRanges":[{"value":"10.9.0.0/28","PSComputerName":"dc1"}],
                  "PermissionGroups":"AnonymousUsers","AuthMechanism":"Tls","Fqdn":"ex01"}]
                """;
        ReceiveConnector read =
                ExchangeExports.read(
                                java.util.Map.of(
                                        "c.json",
                                        json.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                        .connectorsOf("ex01")
                        .get(0);
        assertEquals("Copiers", read.name());
        assertEquals("[0.0.0.0:25]", read.bindings().toString());
        assertEquals("[10.9.0.0/28]", read.remoteIpRanges().toString());
    }
}
