package io.postern.enforcement.firewall.exports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.enforcement.exports.ExportException;
import io.postern.enforcement.firewall.AuthenticationSet;
import io.postern.enforcement.firewall.ConnectionSecurityRule;
import io.postern.enforcement.firewall.FirewallProfile;
import io.postern.enforcement.firewall.FirewallRule;
import io.postern.enforcement.firewall.ObservedFirewall;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class FirewallExportsTest {
    private static final String KEY =
            "[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters"
                    + "\\FirewallPolicy\\FirewallRules]\n";

    private static byte[] file(String name) {
        try (InputStream in =
                FirewallExportsTest.class.getResourceAsStream(
                        "/enforcement/firewall-exports/" + name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError(name, e);
        }
    }

    private static ObservedFirewall read(String... names) throws ExportException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (String name : names) {
            files.put(name, file(name));
        }
        return FirewallExports.read(files);
    }

    private static ObservedFirewall readText(String text) throws ExportException {
        return FirewallExports.read(Map.of("f", text.getBytes(StandardCharsets.UTF_8)));
    }

    private static Map<String, FirewallRule> byName(ObservedFirewall observed) {
        return observed.rules().stream()
                .collect(Collectors.toMap(FirewallRule::name, Function.identity()));
    }

    private static FirewallRule only(ObservedFirewall observed) {
        assertEquals(1, observed.rules().size());
        return observed.rules().get(0);
    }

    @Test
    void theRegistryFormIsReadAsItsGrammarSays() throws ExportException {
        ObservedFirewall observed = read("documented-grammar.reg");
        Map<String, FirewallRule> rules = byName(observed);

        assertEquals(
                new FirewallRule(
                        "{6E1B1C10-0000-4000-8000-000000000001}",
                        "MSExchangeFrontendTransport (TCP-In)",
                        "@%ExchangeInstallPath%\\Bin\\FirewallRes.dll,-1",
                        true,
                        "Allow",
                        "Any",
                        "TCP",
                        List.of("25", "587", "717"),
                        List.of("Any"),
                        List.of("Any"),
                        "",
                        "",
                        "NotRequired",
                        "NotRequired",
                        "C:\\Program Files\\Microsoft\\Exchange"
                                + " Server\\V15\\Bin\\MSExchangeFrontendTransport.exe",
                        "Any",
                        List.of("Any"),
                        "Local",
                        Map.of()),
                rules.get("{6E1B1C10-0000-4000-8000-000000000001}"));
        FirewallRule range = rules.get("Range");
        assertEquals(List.of("20-30", "443", "Ply2Disc"), range.localPorts());
        assertEquals("Domain, Private", range.profile());
        assertEquals("A \"quoted\" name", range.displayName());
        assertEquals(
                List.of("10.0.0.0/8", "192.168.7.9", "2001:db8::/32", "Internet"),
                range.remoteAddresses());
        assertEquals(Map.of("Desc", "two words", "Edge", "TRUE"), range.other());
        assertTrue(rules.get("AnyPort").coversTcp(25), "no port is every port");
        assertEquals("Any", rules.get("AnyPort").protocol());
        FirewallRule secure = rules.get("Secure");
        assertEquals("Bypass", secure.action());
        assertEquals("NoEncap", secure.authentication());
        assertEquals("NotRequired", secure.encryption());
        assertEquals(
                "O:LSD:(D;;CC;;;S-1-5-21-1-2-3-9)(A;;CC;;;S-1-5-21-1-2-3-4)", secure.remoteUser());
        assertEquals("O:LSD:(A;;CC;;;S-1-5-21-1-2-3-2001)", secure.remoteMachine());
        assertEquals("Required", rules.get("Encrypted").authentication());
        assertEquals("Dynamic", rules.get("Encrypted").encryption());
        FirewallRule blocked = rules.get("Blocked");
        assertEquals("Block", blocked.action());
        assertEquals("UDP", blocked.protocol());
        assertEquals("dhcp", blocked.service());
        assertEquals(List.of("Wireless"), blocked.interfaces());
        assertEquals(List.of("10.0.0.5"), blocked.localAddresses());
        assertEquals(false, rules.get("NotActive").enabled());
        assertEquals("package S-1-15-2-1-2-3", rules.get("Package").program());
        assertEquals(List.of("1 outbound rule is not looked at"), observed.notes());
        assertEquals(8, rules.size());
    }

    @Test
    void connectionSecurityRulesAndProfilesOfTheRegistryAreReadAsFarAsTheySay()
            throws ExportException {
        ObservedFirewall observed = read("documented-grammar.reg");
        assertEquals(
                List.of(new FirewallProfile("Domain", true, false, null, null, null, null)),
                observed.profiles());
        assertEquals(
                List.of(
                        new ConnectionSecurityRule(
                                "Request",
                                "Ask on 25",
                                "",
                                true,
                                "Any",
                                "Request",
                                "Request",
                                "TCP",
                                List.of("25"),
                                List.of("Any"),
                                List.of("Any"),
                                List.of("10.0.0.0/8"),
                                "ComputerKerberos",
                                "UserKerberos",
                                "Local"),
                        new ConnectionSecurityRule(
                                "Exempt",
                                "Domain controllers",
                                "",
                                true,
                                "Any",
                                "None",
                                "None",
                                "Any",
                                List.of("Any"),
                                List.of("Any"),
                                List.of("Any"),
                                List.of("10.0.0.10"),
                                "",
                                "",
                                "Local")),
                observed.securityRules());
        assertNull(observed.authenticationSets());
    }

    @Test
    void groupPolicyIsToldApartAndItsProfilesHold() throws ExportException {
        for (String[] order :
                new String[][] {
                    {"documented-grammar.reg", "documented-group-policy.reg"},
                    {"documented-group-policy.reg", "documented-grammar.reg"}
                }) {
            ObservedFirewall observed = read(order);
            assertEquals(
                    List.of(
                            new FirewallProfile("Domain", true, true, false, false, true, null),
                            new FirewallProfile("Private", false, null, null, null, null, null)),
                    observed.profiles());
            assertEquals(
                    "GroupPolicy",
                    byName(observed).get("{6E1B1C10-0000-4000-8000-000000000009}").source());
            assertEquals(3, observed.securityRules().size());
        }
    }

    @Test
    void anExportInUtf16IsTheSame() throws ExportException {
        String text = new String(file("documented-grammar.reg"), StandardCharsets.UTF_8);
        byte[] utf16 = ("\ufeff" + text.replace("\n", "\r\n")).getBytes(StandardCharsets.UTF_16LE);
        assertEquals(
                read("documented-grammar.reg"),
                FirewallExports.read(Map.of("documented-grammar.reg", utf16)));
    }

    @Test
    void namesAndDataAsJsonAreTheSame() throws ExportException {
        String data = "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=25|Name=A|";
        ObservedFirewall bare = readText("{\"A\": \"" + data + "\"}");
        assertEquals("Local", only(bare).source());
        assertEquals(
                List.of("f:1:1: the key is not named; its rules are taken for local ones"),
                bare.notes());
        String path = "HKLM:\\\\SOFTWARE\\\\Policies\\\\Microsoft\\\\WindowsFirewall";
        ObservedFirewall keys =
                readText(
                        "{\""
                                + path
                                + "\\\\FirewallRules\": {\"A\": \""
                                + data
                                + "\"}, \""
                                + path
                                + "\\\\PublicProfile\": {\"EnableFirewall\": 0}}");
        assertEquals("GroupPolicy", only(keys).source());
        assertEquals(false, keys.profiles().get(0).enabled());
        ObservedFirewall provider =
                readText(
                        "{\"A\": \""
                                + data
                                + "\", \"PSPath\": \"Microsoft.PowerShell.Core\\\\Registry::HKEY_LOCAL_MACHINE"
                                + "\\\\SOFTWARE\\\\Policies\\\\Microsoft\\\\WindowsFirewall\\\\FirewallRules\","
                                + " \"PSChildName\": \"FirewallRules\", \"PSDrive\": {\"Name\": \"HKLM\"}}");
        assertEquals("GroupPolicy", only(provider).source());
        assertEquals(List.of(), provider.notes());
    }

    @Test
    void theReadScriptsListsAreJoined() throws ExportException {
        ObservedFirewall observed = read("invented-read.json");
        Map<String, FirewallRule> rules = byName(observed);
        assertEquals(12, rules.size());
        FirewallRule original = rules.get("{6E1B1C10-0000-4000-8000-000000000003}");
        assertEquals(List.of("25", "587"), original.localPorts());
        assertEquals(
                Map.of(
                        "EdgeTraversalPolicy", "Block",
                        "LocalUser", "Any",
                        "LooseSourceMapping", "False",
                        "RemotePort", "Any"),
                original.other());
        assertEquals(
                List.of("10.1.0.0/16", "10.2.0.9", "10.3.0.1-10.3.0.9"),
                rules.get("postern-25-addresses-0123456789ab").remoteAddresses());
        FirewallRule secure = rules.get("postern-25-terminal-server-0123456789ab");
        assertTrue(secure.isSecure() && secure.isOwn() && secure.isLocal());
        assertEquals("O:LSD:(A;;CC;;;S-1-5-21-1-2-3-2001)", secure.remoteUser());
        assertEquals("GroupPolicy", rules.get("{6E1B1C10-0000-4000-8000-000000000009}").source());
        FirewallRule odd = rules.get("Wireless [*] | 'x'");
        assertEquals("A name with wildcards\nand a second line", odd.displayName());
        assertEquals(List.of("WLAN 1", "Wireless"), odd.interfaces());
        assertEquals("Bypass", rules.get("Bypass").action());
        assertEquals("package S-1-15-2-1-2-3", rules.get("StoreApp").program());
        FirewallRule numbers = rules.get("Numbers");
        assertEquals(
                List.of("Allow", "Domain, Private", "Required", "Dynamic", "Local"),
                List.of(
                        numbers.action(),
                        numbers.profile(),
                        numbers.authentication(),
                        numbers.encryption(),
                        numbers.source()));
        assertEquals(
                List.of(
                        new FirewallProfile("Domain", true, false, false, true, true, true),
                        new FirewallProfile("Private", true, false, true, false, true, false),
                        new FirewallProfile("Public", true, true, false, true, true, false)),
                observed.profiles());
        assertEquals(
                List.of(List.of("10.0.0.0/8"), List.of("25")),
                List.of(
                        observed.securityRules().get(0).remoteAddresses(),
                        observed.securityRules().get(0).localPorts()));
        assertEquals(
                List.of(
                        new AuthenticationSet(
                                "postern-phase1",
                                "postern-phase1",
                                "Postern",
                                1,
                                List.of("MachineKerberos")),
                        new AuthenticationSet(
                                "postern-phase2",
                                "postern-phase2",
                                "Postern",
                                2,
                                List.of("UserKerberos", "Anonymous"))),
                observed.authenticationSets());
    }

    @Test
    void aRuleWithoutAFilterNeverLooksMoreClosedThanItIs() throws ExportException {
        ObservedFirewall observed = read("invented-read.json");
        Map<String, FirewallRule> rules = byName(observed);
        assertEquals("Unknown", rules.get("BlockUnknown").protocol());
        assertEquals(false, rules.get("BlockUnknown").coversTcp(25), "it blocks nothing");
        assertEquals(List.of("Any"), rules.get("AllowUnknown").remoteAddresses());
        assertEquals("address filter", rules.get("AllowUnknown").other().get("Missing"));
        assertEquals(
                List.of(
                        "rule 'BlockUnknown' has no port filter of its own: it counts as open, or"
                                + " as blocking nothing",
                        "rule 'AllowUnknown' has no address filter of its own: it counts as open,"
                                + " or as blocking nothing"),
                observed.notes().stream()
                        .filter(note -> note.contains("of its own"))
                        .map(note -> note.substring(note.indexOf("rule")))
                        .toList());
    }

    @Test
    void listsThatAreNotThereAreSaidAndCountAsOpen() throws ExportException {
        ObservedFirewall observed =
                readText(
                        "{\"rules\": [{\"InstanceID\": \"A\", \"Direction\": \"Inbound\","
                                + " \"Enabled\": true, \"Action\": \"Allow\"}]}");
        FirewallRule rule = only(observed);
        assertTrue(rule.coversTcp(25));
        assertEquals("Unknown", rule.source());
        assertEquals(List.of(), observed.profiles());
        assertNull(observed.securityRules());
        assertNull(observed.authenticationSets());
        assertEquals(8, observed.notes().size(), observed.notes().toString());
        assertEquals(
                "f:1:1: no port filter is among it: every rule counts as open, or as blocking"
                        + " nothing",
                observed.notes().get(0));
    }

    @Test
    void filtersThatContradictEachOtherAreNone() throws ExportException {
        String rule =
                "{\"InstanceID\": \"A\", \"Direction\": \"Inbound\", \"Enabled\": \"True\","
                        + " \"Action\": \"Allow\", \"PolicyStoreSourceType\": \"Local\"}";
        ObservedFirewall observed =
                readText(
                        "{\"rules\": ["
                                + rule
                                + "], \"portFilters\": ["
                                + "{\"InstanceID\": \"A\", \"Protocol\": \"TCP\", \"LocalPort\": \"443\"},"
                                + "{\"InstanceID\": \"A\", \"Protocol\": \"TCP\", \"LocalPort\": \"25\"}]}");
        assertTrue(only(observed).coversTcp(25));
        assertEquals("Any", only(observed).protocol());
    }

    @Test
    void oneRuleTwiceIsReadOnceAndTwoOfOneNameBoth() throws ExportException {
        String a = "\"A\"=\"v2.30|Action=Allow|Active=TRUE|Dir=In|LPort=25|Protocol=6|\"\n";
        String b = "\"a\"=\"v2.30|Action=Allow|Active=TRUE|Dir=In|LPort=26|Protocol=6|\"\n";
        ObservedFirewall observed =
                readText("Windows Registry Editor Version 5.00\n" + KEY + a + a + b);
        assertEquals(2, observed.rules().size());
        assertEquals(
                List.of(
                        "f:4:5: rule 'A' stands there twice, the same; read once",
                        "f:5:5: rule 'a' stands there twice, not the same; both are counted"),
                observed.notes());
    }

    @Test
    void accountsThatCannotBeReadAreKeptAndSaid() throws ExportException {
        ObservedFirewall observed =
                readText(
                        KEY
                                + "\"A\"=\"v2.30|Action=Allow|Active=TRUE|Dir=In|RUAuth=D:(A;;CC;;;DU)|\"");
        assertEquals("D:(A;;CC;;;DU)", only(observed).remoteUser());
        assertEquals(
                List.of(
                        "f:2:5: rule 'A': RUAuth: 'DU' in the account list is no SID of the form"
                                + " S-1-…; whom it means is not known"),
                observed.notes());
    }

    @Test
    void hostileNamesAreText() throws ExportException {
        for (String name :
                List.of(
                        "it's",
                        "a\"b",
                        "[a-z]*?",
                        "a\nb",
                        "$(calc)",
                        "`n",
                        "\u202e",
                        "x".repeat(10_000))) {
            String escaped = name.replace("\\", "\\\\").replace("\"", "\\\"");
            ObservedFirewall observed =
                    readText(
                            KEY
                                    + "\""
                                    + escaped
                                    + "\"=\"v2.30|Action=Allow|Active=TRUE|Dir=In|Name="
                                    + escaped
                                    + "|\"\n");
            assertEquals(name, only(observed).name());
            assertEquals(name, only(observed).displayName());
        }
    }

    @Test
    void nothingDependsOnTheLanguageOfTheMachine() throws ExportException {
        Locale before = Locale.getDefault();
        try {
            ObservedFirewall english = read("invented-read.json");
            Locale.setDefault(new Locale("tr", "TR"));
            assertEquals(english, read("invented-read.json"));
            assertEquals(8, read("documented-grammar.reg").rules().size());
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void fiftyThousandRulesAreReadInEitherForm() throws ExportException {
        int many = FirewallExports.MAX_RULES;
        StringBuilder registry = new StringBuilder(KEY);
        StringBuilder rules = new StringBuilder("{\"rules\":[");
        StringBuilder ports = new StringBuilder("],\"portFilters\":[");
        StringBuilder addresses = new StringBuilder("],\"addressFilters\":[");
        for (int i = 0; i < many; i++) {
            registry.append("\"R").append(i);
            registry.append("\"=\"v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=25|RA4=");
            registry.append("10.0.").append(i >> 8).append('.').append(i & 255).append("|\"\n");
            String comma = i == 0 ? "" : ",";
            String id = comma + "{\"InstanceID\":\"R" + i + "\",";
            rules.append(id).append("\"Direction\":\"Inbound\",\"Enabled\":\"True\",");
            rules.append("\"Action\":\"Allow\",\"PolicyStoreSourceType\":\"Local\"}");
            ports.append(id).append("\"Protocol\":\"TCP\",\"LocalPort\":[\"25\"]}");
            addresses.append(id).append("\"RemoteAddress\":[\"10.0.");
            addresses.append(i >> 8).append('.').append(i & 255).append("\"]}");
        }
        rules.append(ports).append(addresses).append("]}");
        assertEquals(many, readText(registry.toString()).rules().size());
        assertEquals(many, readText(rules.toString()).rules().size());
    }
}
