package io.postern.enforcement.firewall.exports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.postern.enforcement.exports.ExportException;
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

class BadFirewallExportsTest {
    private static final String KEY =
            "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall\\FirewallRules]\n";
    private static final String RULE =
            "\"InstanceID\": \"A\", \"Direction\": \"Inbound\", \"Enabled\": \"True\","
                    + " \"Action\": \"Allow\", \"PolicyStoreSourceType\": \"Local\"";

    private static List<String> faults(byte[] bytes) {
        return assertThrows(ExportException.class, () -> FirewallExports.read(Map.of("f", bytes)))
                .lines();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Arguments bad(String name, String text, String... lines) {
        return Arguments.of(name, text, List.of(lines));
    }

    private static Arguments stored(String name, String data, String... messages) {
        return bad(
                name,
                KEY + "\"A\"=\"" + data + "\"",
                Arrays.stream(messages).map(one -> "f:2:5: rule 'A'" + one).toArray(String[]::new));
    }

    private static String filtered(String list, String filter) {
        return "{\"rules\": [{"
                + RULE
                + "}],\n\""
                + list
                + "\": [{\"InstanceID\": \"A\", "
                + filter
                + "}]}";
    }

    static Stream<Arguments> badTexts() {
        return Stream.of(
                bad("empty", "", "f:1:1: the file is empty"),
                bad("blank", " \n\t", "f:1:1: the file is empty"),
                bad(
                        "a table of a console",
                        "Name DisplayName\n---- ----",
                        "f:1:1: neither JSON of the read script nor a registry export (reg"
                                + " export)"),
                bad(
                        "CLIXML",
                        "<Objs/>",
                        "f:1:1: neither JSON of the read script nor a registry export (reg"
                                + " export)"),
                bad(
                        "a netsh export",
                        "\u0001\u0002binary",
                        "f:1:1: neither JSON of the read script nor a registry export (reg"
                                + " export)"),
                bad(
                        "truncated JSON",
                        "{\"rules\": [",
                        "f:1:12: not valid JSON: Unexpected end-of-input: expected close marker for"
                                + " Array (start marker at [Source: REDACTED"
                                + " (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line:"
                                + " 1, column: 11])"),
                bad(
                        "JSON of another kind",
                        "{\"Name\": \"A\"}",
                        "f:1:1: neither the list 'rules' of the read script nor registry names with"
                                + " data such as 'v2.30|Action=Allow|'"),
                bad(
                        "a JSON list",
                        "[1]",
                        "f:1:1: neither the list 'rules' of the read script nor registry names with"
                                + " data such as 'v2.30|Action=Allow|'"),
                bad(
                        "rules that are no list",
                        "{\"rules\": {\"a\": 1}}",
                        "f:1:11: a firewall rule without InstanceID"),
                bad(
                        "a rule with holes",
                        "{\"rules\": [{}, {\"InstanceID\": \"\"}, {\"InstanceID\": \"A\"},"
                                + " {\"InstanceID\": \"B\", \"Direction\": \"Up\", \"Enabled\": 7,"
                                + " \"Action\": \"NotConfigured\", \"Profile\": \"Home\"}]}",
                        "f:1:12: a firewall rule without InstanceID",
                        "f:1:16: a firewall rule without InstanceID",
                        "f:1:36: rule 'A' does not say its Direction",
                        "f:1:36: rule 'A' does not say its Enabled",
                        "f:1:36: rule 'A' does not say its Action",
                        "f:1:90: rule 'B': Direction 'Up' is none of Inbound, Outbound",
                        "f:1:107: rule 'B': Enabled '7' is none of True, False",
                        "f:1:120: rule 'B': Action 'NotConfigured' is none of Allow, Block, Bypass",
                        "f:1:148: rule 'B': Profile 'Home' is none of Any, Domain, Private, Public"),
                bad(
                        "ports that are none",
                        filtered(
                                "portFilters",
                                "\"Protocol\": \"TCP\", \"LocalPort\": [\"70000\", \"30-20\", \"25\"]"),
                        "f:2:70: rule 'A': LocalPort: ports 70000-70000 are not a range within 0 to"
                                + " 65535",
                        "f:2:79: rule 'A': LocalPort: ports 30-20 are not a range within 0 to 65535"),
                bad(
                        "addresses that are none",
                        filtered(
                                "addressFilters",
                                "\"RemoteAddress\": [\"10.0.0.0/255.0.255.0\", \"mail.example\"]"),
                        "f:2:58: rule 'A': RemoteAddress: '10.0.0.0/255.0.255.0' has a mask whose"
                                + " ones are not all on the left",
                        "f:2:82: rule 'A': RemoteAddress: 'mail.example' is not an IP address"),
                bad(
                        "security that is none",
                        filtered(
                                "securityFilters",
                                "\"Authentication\": \"Maybe\", \"Encryption\": 9,"
                                        + " \"OverrideBlockRules\": \"perhaps\""),
                        "f:2:59: rule 'A': Authentication 'Maybe' is none of NotRequired, Required,"
                                + " NoEncap",
                        "f:2:82: rule 'A': Encryption '9' is none of NotRequired, Required, Dynamic",
                        "f:2:107: rule 'A': OverrideBlockRules 'perhaps' is none of True, False"),
                bad(
                        "profiles that are none",
                        "{\"rules\": [], \"profiles\": [{\"Name\": \"Home\"}, {}, {\"Name\":"
                                + " \"Public\", \"Enabled\": \"on\", \"DefaultInboundAction\": 1}]}",
                        "f:1:28: a profile whose Name is none of Domain, Private, Public: 'Home'",
                        "f:1:46: a profile whose Name is none of Domain, Private, Public: 'null'",
                        "f:1:80: profile Public: Enabled 'on' is none of True, False,"
                                + " NotConfigured",
                        "f:1:110: profile Public: DefaultInboundAction '1' is none of"
                                + " NotConfigured, Allow, Block"),
                bad(
                        "connection security with holes",
                        "{\"rules\": [], \"securityRules\": [{\"InstanceID\": \"S\", \"Enabled\":"
                                + " \"True\", \"InboundSecurity\": \"Always\"}], \"phase1Sets\":"
                                + " [{\"InstanceID\": \"P\", \"Proposals\": [{}]}]}",
                        "f:1:91: connection security rule 'S': InboundSecurity 'Always' is none of"
                                + " None, Request, Require",
                        "f:1:33: connection security rule 'S' does not say its OutboundSecurity",
                        "f:1:152: authentication set 'P': a proposal does not say its"
                                + " AuthenticationMethod"),
                bad(
                        "a registry export of something else",
                        "Windows Registry Editor Version 5.00\n\n[HKEY_LOCAL_MACHINE\\SOFTWARE]\n"
                                + "\"a\"=\"b\"\n",
                        "f:1:1: none of its keys is FirewallRules, ConSecRules or a profile of"
                                + " WindowsFirewall; export the key FirewallPolicy or"
                                + " WindowsFirewall"),
                bad(
                        "a line that is neither",
                        KEY + "hello",
                        "f:2:1: neither a key in brackets nor a value in quotes"),
                bad(
                        "a value without a key",
                        "Windows Registry Editor Version 5.00\n\"a\"=\"b\"",
                        "f:2:1: a value that stands under no key"),
                bad(
                        "a bracket that stays open",
                        "[HKEY_LOCAL_MACHINE\\SOFTWARE\n",
                        "f:1:1: a key's bracket is not closed on its line"),
                bad(
                        "quotes that stay open",
                        KEY + "\"A\"=\"v2.30|Action=Allow\n\n",
                        "f:2:5: a text whose quotes are not closed"),
                bad(
                        "no equals sign",
                        KEY + "\"A\" \"v2.30|\"",
                        "f:2:4: no '=' behind the name 'A'"),
                bad(
                        "a number that is none",
                        KEY + "\"A\"=dword:xyz",
                        "f:2:5: a dword that is not 1 to 8 hexadecimal digits"),
                bad(
                        "a switch that is neither on nor off",
                        KEY.replace("FirewallRules", "PublicProfile")
                                + "\"EnableFirewall\"=dword:00000002\n",
                        "f:2:18: EnableFirewall '2' is not 0 or 1"),
                stored(
                        "no rule at all",
                        "hello",
                        ": its data does not begin like a rule ('v2.30|'): 'hello'"),
                stored(
                        "a field without a value",
                        "v2.30|Action=Allow|Dir=In|Hello|",
                        ": its field 'Hello' is not of the form Key=Value"),
                stored(
                        "no action and no direction",
                        "v2.30|Active=TRUE|",
                        " does not say its direction (Dir)",
                        " does not say its Action"),
                stored(
                        "words of another language",
                        "v2.30|Action=Zulassen|Dir=In|Active=WAHR|Profile=Heim|",
                        ": Action 'Zulassen' is none of Allow, Block, ByPass",
                        ": Active 'WAHR' is none of TRUE, FALSE",
                        ": Profile 'Heim' is none of Any, Domain, Private, Public"),
                stored(
                        "an action said twice",
                        "v2.30|Action=Allow|Action=Block|Dir=In|",
                        ": it says Action twice"),
                stored(
                        "a bar in the name",
                        "v2.30|Action=Allow|Dir=In|Name=a|b|",
                        ": its field 'b' is not of the form Key=Value"),
                stored(
                        "a port and an address that are none",
                        "v2.30|Action=Allow|Dir=In|LPort=99999|RA4=10.0.0.0/33|",
                        ": LPort: ports 99999-99999 are not a range within 0 to 65535",
                        ": RA: '10.0.0.0/33' has no prefix length of 0 to 32 behind the slash"),
                bad(
                        "connection security that is none",
                        KEY.replace("FirewallRules", "ConSecRules")
                                + "\"S\"=\"v2.30|Action=Perhaps|\"\n\"T\"=\"x\"",
                        "f:2:5: connection security rule 'S': Action 'Perhaps' is none of"
                                + " SecureServer, Boundary, Secure, DoNotSecure",
                        "f:3:5: connection security rule 'T': its data does not begin like a rule"
                                + " ('v2.30|'): 'x'"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badTexts")
    void aBadFileIsToldWithItsPlace(String name, String text, List<String> lines) {
        assertEquals(lines, faults(bytes(text)));
    }

    @Test
    void aFileThatIsTooLargeIsNotRead() {
        byte[] large = new byte[FirewallExports.MAX_BYTES + 1];
        Arrays.fill(large, (byte) ' ');
        assertEquals(
                List.of("f:1:1: the file is larger than 67108864 bytes (64 MiB)"), faults(large));
    }

    @Test
    void bytesThatAreNoTextAreTold() {
        assertEquals(
                List.of("f:2:2: not UTF-8 text; export the file again"),
                faults((KEY + "\"ä").getBytes(StandardCharsets.ISO_8859_1)));
    }

    @Test
    void moreThanFiftyThousandRulesAreToldOnce() {
        StringBuilder registry = new StringBuilder(KEY);
        StringBuilder json = new StringBuilder("{\"rules\": [{}");
        for (int i = 0; i <= FirewallExports.MAX_RULES; i++) {
            registry.append("\"R").append(i).append("\"=\"v2.30|Action=Allow|Dir=Out|\"\n");
            json.append(",{}");
        }
        String message =
                "more than 50000 firewall rules; no server works with so many, nothing of them is"
                        + " read";
        assertEquals(List.of("f:50002:10: " + message), faults(bytes(registry.toString())));
        assertEquals(List.of("f:1:1: " + message), faults(bytes(json.append("]}").toString())));
    }

    @Test
    void theFaultsOfAllFilesAreToldTogetherAndCounted() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("one\u001b[2J", bytes(""));
        files.put("two", bytes(KEY + "\"A\"=\"x\"\n".repeat(150)));
        List<String> lines =
                assertThrows(ExportException.class, () -> FirewallExports.read(files)).lines();
        assertEquals(101, lines.size());
        assertEquals("one\\u001b[2J:1:1: the file is empty", lines.get(0));
        assertEquals("and 51 more faults", lines.get(100));
    }
}
