package io.postern.enforcement.exports;

import static io.postern.enforcement.exports.Clixml.bytes;
import static io.postern.enforcement.exports.Clixml.connector;
import static io.postern.enforcement.exports.Clixml.list;
import static io.postern.enforcement.exports.Clixml.objects;
import static io.postern.enforcement.exports.Clixml.rest;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BadExportsTest {
    private static final String RANGE = list("RemoteIPRanges", "10.0.0.1");

    private static List<String> faults(byte[] bytes) {
        return assertThrows(ExportException.class, () -> ExchangeExports.read(Map.of("f", bytes)))
                .lines();
    }

    private static Arguments bad(String name, String text, String... lines) {
        return Arguments.of(name, text, List.of(lines));
    }

    static Stream<Arguments> badTexts() {
        return Stream.of(
                bad("empty", "", "f:1:1: the file is empty"),
                bad("blank", " \n ", "f:1:1: the file is empty"),
                bad(
                        "no markup",
                        "Identity Bindings\n-------- ----",
                        "f:1:1: neither CLIXML nor JSON; use Export-Clixml or ConvertTo-Json"),
                bad("no object", objects(), "f:1:1: the export holds no object; export again"),
                bad("empty JSON list", "[]", "f:1:1: the export holds no object; export again"),
                bad(
                        "truncated",
                        objects(connector(rest("A"), RANGE)).substring(0, 300),
                        "f:3:88: not well-formed XML: XML document structures must start and end"
                                + " within the same entity."),
                bad(
                        "another root",
                        "<html><body/></html>",
                        "f:1:1: not an Export-Clixml file: its root element is <html>, not <Objs>"),
                bad(
                        "external entity",
                        "<!DOCTYPE Objs [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>"
                                + "<Objs><S>&x;</S></Objs>",
                        "f:1:1: a document type declaration is not allowed in an export"),
                bad(
                        "billion laughs",
                        "<?xml version=\"1.0\"?>\n<!DOCTYPE Objs [<!ENTITY a \"ha\">"
                                + "<!ENTITY b \"&a;&a;&a;&a;\">]>\n<Objs><S>&b;</S></Objs>",
                        "f:1:22: a document type declaration is not allowed in an export"),
                bad(
                        "entity without declaration",
                        "<Objs><S>&x;</S></Objs>",
                        "f:1:13: not well-formed XML: The entity \"x\" was referenced, but not"
                                + " declared."),
                bad(
                        "too deep",
                        "<Objs>" + "<Obj><LST>".repeat(40) + "</LST></Obj>".repeat(40) + "</Objs>",
                        "f:1:322: nested deeper than 64 elements"),
                bad(
                        "too long a text",
                        "<Objs><S>" + "x".repeat(1024 * 1024 + 1) + "</S></Objs>",
                        "f:1:7: a text longer than 1048576 characters"),
                bad(
                        "a reference to nothing",
                        objects(connector(rest("A"), "<Ref N=\"RemoteIPRanges\" RefId=\"77\" />")),
                        "f:4:1: <Ref> to an object '77' that does not come before it"),
                bad(
                        "another kind",
                        objects(
                                "<Obj><TN><T>Microsoft.Exchange.SendConnector</T></TN>"
                                        + "<Props><S N=\"Name\">A</S></Props></Obj>"),
                        "f:2:1: neither a receive connector, nor an access entry, nor an accepted"
                                + " domain but Microsoft.Exchange.SendConnector"),
                bad(
                        "only texts",
                        objects("<S>EX01</S>"),
                        "f:2:1: neither a receive connector, nor an access entry, nor an accepted"
                                + " domain"),
                bad(
                        "no range",
                        objects(connector(rest("A"))),
                        "f:2:1: connector 'A' has no RemoteIPRanges; Exchange never has a connector"
                                + " without a remote range, so the export is damaged or cut"),
                bad(
                        "an empty list of ranges",
                        objects(connector(rest("A"), list("RemoteIPRanges"))),
                        "f:4:1: connector 'A' has no RemoteIPRanges; Exchange never has a connector"
                                + " without a remote range, so the export is damaged or cut"),
                bad(
                        "several at once",
                        objects(
                                connector(
                                        "<S N=\"Name\">A_x000A_B</S><S N=\"Enabled\">perhaps</S>",
                                        "<I32 N=\"TransportRole\">7</I32>",
                                        list("Bindings", "0.0.0.0", "1.2.3.4:99999"),
                                        list("RemoteIPRanges", "10.0.0.9-10.0.0.1", "300.1.1.1"),
                                        "<S N=\"TarpitInterval\">soon</S>",
                                        "<S N=\"ProtocolLoggingLevel\">Loud</S>")),
                        "f:2:1: connector 'A\\nB' does not say its Server",
                        "f:3:26: connector 'A\\nB': Enabled 'perhaps' is not true or false",
                        "f:4:1: connector 'A\\nB': TransportRole '7' is none of FrontendTransport,"
                                + " HubTransport",
                        "f:5:24: connector 'A\\nB': Bindings: '0.0.0.0' is not a binding"
                                + " (address:port)",
                        "f:5:38: connector 'A\\nB': Bindings: port out of range: 99999",
                        "f:6:30: connector 'A\\nB': RemoteIPRanges: range 10.0.0.9-10.0.0.1 is"
                                + " backwards (write 10.0.0.1-10.0.0.9)",
                        "f:6:54: connector 'A\\nB': RemoteIPRanges: '300.1.1.1' is not an IP"
                                + " address: 300 is over 255",
                        "f:2:1: connector 'A\\nB' has no PermissionGroups",
                        "f:2:1: connector 'A\\nB' has no AuthMechanism",
                        "f:7:1: connector 'A\\nB': TarpitInterval 'soon' is not a time span such as"
                                + " 00:00:05",
                        "f:8:1: connector 'A\\nB': ProtocolLoggingLevel 'Loud' is none of None,"
                                + " Verbose"),
                bad(
                        "damaged ranges",
                        objects(
                                connector(
                                        rest("A"),
                                        list(
                                                "RemoteIPRanges",
                                                "10.0.0.0/33",
                                                "10.0.0.0/",
                                                "10.0.0.0(255.0.255.0)",
                                                "1.2.3.4-::1",
                                                "*",
                                                ""))),
                        "f:4:30: connector 'A': RemoteIPRanges: '10.0.0.0/33' has no valid prefix"
                                + " length (0 to 32)",
                        "f:4:48: connector 'A': RemoteIPRanges: '10.0.0.0/' has no valid prefix"
                                + " length",
                        "f:4:64: connector 'A': RemoteIPRanges: '10.0.0.0(255.0.255.0)' has no"
                                + " valid net mask",
                        "f:4:92: connector 'A': RemoteIPRanges: a range cannot span IPv4 and IPv6:"
                                + " 1.2.3.4-::1",
                        "f:4:110: connector 'A': RemoteIPRanges: '*' is not an IP address",
                        "f:4:118: connector 'A': RemoteIPRanges: '' is not an IP address"),
                bad(
                        "truncated JSON",
                        "[{\"Name\": \"A\",",
                        "f:1:15: not valid JSON: Unexpected end-of-input within/between Object"
                                + " entries"),
                bad("JSON twice", "{} {}", "f:1:4: something follows the JSON value"),
                bad(
                        "JSON of another kind",
                        "{\"Name\": \"A\"}",
                        "f:1:1: neither a receive connector, nor an access entry, nor an accepted"
                                + " domain"),
                bad(
                        "an access entry with holes",
                        "[{\"User\": \"x\", \"ExtendedRights\": []},"
                                + "{\"Identity\": \"a\", \"User\": null, \"ExtendedRights\": []},"
                                + "{\"Identity\": \"a\", \"User\": \"x\", \"ExtendedRights\": []}]",
                        "f:1:2: an access entry does not say its Identity (the connector)",
                        "f:1:38: an access entry does not say its User",
                        "f:1:92: an access entry does not say whether it denies (Deny)"),
                bad(
                        "an accepted domain with holes",
                        "[{\"DomainName\": null, \"DomainType\": 0},"
                                + "{\"DomainName\": \"a.b\", \"DomainType\": 9},"
                                + "{\"DomainName\": \"a.b\", \"Default\": true}]",
                        "f:1:2: an accepted domain does not say its DomainName",
                        "f:1:76: accepted domain 'a.b': DomainType '9' is none of Authoritative,"
                                + " ExternalRelay, InternalRelay",
                        "f:1:79: accepted domain 'a.b' does not say its DomainType"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badTexts")
    void aBadFileIsToldWithItsPlace(String name, String text, List<String> lines) {
        assertEquals(lines, faults(bytes(text)));
    }

    @Test
    void aFileThatIsTooLargeIsNotRead() {
        byte[] large = new byte[64 * 1024 * 1024 + 1];
        Arrays.fill(large, (byte) ' ');

        assertEquals(
                List.of("f:1:1: the file is larger than 67108864 bytes (64 MiB)"), faults(large));
    }

    @Test
    void bytesThatAreNoTextAreTold() {
        byte[] latin = "<Objs>\n<S>ä</S></Objs>".getBytes(StandardCharsets.ISO_8859_1);

        assertEquals(List.of("f:2:4: not UTF-8 text; export the file again"), faults(latin));
    }

    @Test
    void theFaultsOfAllFilesAreToldTogether() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("one\u001b[2J", bytes(""));
        files.put("two", bytes("<a"));
        files.put("three", bytes(objects(connector(rest("A")))));

        List<String> lines =
                assertThrows(ExportException.class, () -> ExchangeExports.read(files)).lines();

        assertEquals(3, lines.size(), lines.toString());
        assertEquals("one\\u001b[2J:1:1: the file is empty", lines.get(0));
        assertTrue(lines.get(1).startsWith("two:1:"), lines.get(1));
        assertTrue(lines.get(2).startsWith("three:2:1: connector 'A'"), lines.get(2));
    }

    @Test
    void faultsWithoutEndAreCounted() {
        String[] many = new String[150];
        Arrays.fill(many, connector(rest("A")));

        List<String> lines = faults(bytes(objects(many)));

        assertEquals(101, lines.size());
        assertEquals("and 50 more faults", lines.get(100));
    }

    @Test
    void manyReferencesToOneLargeObjectDoNotSwell() throws Exception {
        StringBuilder nested = new StringBuilder();
        nested.append("<Obj RefId=\"a0\"><S>x</S></Obj>");
        for (int i = 1; i < 12; i++) {
            nested.append("<Obj RefId=\"a" + i + "\"><LST>");
            nested.append(("<Ref RefId=\"a" + (i - 1) + "\" />").repeat(20));
            nested.append("</LST></Obj>");
        }
        String laughs = "<Obj N=\"Laughs\"><LST>" + nested + "</LST></Obj>";

        String kept =
                ExchangeExports.read(
                                Map.of("f", bytes(objects(connector(rest("A"), RANGE, laughs)))))
                        .connectors()
                        .get(0)
                        .otherProperties()
                        .get("Laughs");

        assertTrue(kept.length() <= 4096, "length " + kept.length());
    }
}
