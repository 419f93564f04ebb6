package io.postern.enforcement.firewall.exports;

import io.postern.enforcement.VisibleText;
import io.postern.enforcement.exports.ExportNode;
import io.postern.enforcement.firewall.ConnectionSecurityRule;
import io.postern.enforcement.firewall.FirewallProfile;
import io.postern.enforcement.firewall.FirewallRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The registry keys in which Windows keeps local rules and those of Group Policy (MS-GPFAS 2.2).
 * What the local keys say of a profile is what holds only as far as no Group Policy says otherwise.
 */
final class RegistryForm {
    private static final String GROUP_POLICY = "GroupPolicy";
    private static final Map<String, Boolean> BOOLEAN = Map.of("true", true, "false", false);
    private static final Map<String, Boolean> INBOUND = Map.of("in", true, "out", false);
    private static final Map<String, String> ACTIONS =
            Map.of("allow", "Allow", "block", "Block", "bypass", "Bypass");
    private static final Map<String, String> AUTHENTICATES =
            Map.of("authenticate", "NotRequired", "authenticateencrypt", "Required");
    private static final Map<String, List<String>> SECURITY =
            Map.of(
                    "secureserver", List.of("Require", "Request"),
                    "boundary", List.of("Request", "Request"),
                    "secure", List.of("Require", "Require"),
                    "donotsecure", List.of("None", "None"));
    private static final Map<String, String> PROFILE_KEYS =
            Map.of(
                    "domainprofile", "Domain",
                    "standardprofile", "Private",
                    "privateprofile", "Private",
                    "publicprofile", "Public");

    /** What Get-ItemProperty adds to the values of a key. */
    private static final Set<String> PROVIDER =
            Set.of("PSPath", "PSParentPath", "PSChildName", "PSDrive", "PSProvider");

    private final CollectedFirewall into;
    private final RuleValues values;

    RegistryForm(CollectedFirewall into) {
        this.into = into;
        this.values = new RuleValues(into.faults);
    }

    void readKeys(List<RegistryText.Key> keys) {
        boolean known = false;
        for (RegistryText.Key key : keys) {
            known |= key(key);
        }
        if (!known) {
            into.faults.add(
                    1,
                    1,
                    "none of its keys is FirewallRules, ConSecRules or a profile of"
                            + " WindowsFirewall; export the key FirewallPolicy or WindowsFirewall");
        }
    }

    /** An object of rule names and data, or of key paths and such objects. */
    void readJson(ExportNode whole) {
        List<RegistryText.Value> values = valuesOf(whole);
        List<RegistryText.Key> keys = new ArrayList<>();
        ExportNode path = whole.member("PSPath");
        if (path != null && path.text() != null) {
            keys.add(new RegistryText.Key(path.text(), values));
        }
        whole.members()
                .forEach(
                        (name, node) -> {
                            if (!node.members().isEmpty() && !PROVIDER.contains(name)) {
                                keys.add(new RegistryText.Key(name, valuesOf(node)));
                            }
                        });
        if (!keys.isEmpty()) {
            readKeys(keys);
        } else if (values.stream().anyMatch(value -> StoredRule.isOne(value.data()))) {
            into.faults.note(whole, "the key is not named; its rules are taken for local ones");
            rules(values, FirewallRule.LOCAL);
        } else {
            into.faults.add(
                    whole,
                    "neither the list 'rules' of the read script nor registry names with data such"
                            + " as 'v2.30|Action=Allow|'");
        }
    }

    private static List<RegistryText.Value> valuesOf(ExportNode key) {
        List<RegistryText.Value> values = new ArrayList<>();
        key.members()
                .forEach(
                        (name, node) -> {
                            if (node.text() != null && !PROVIDER.contains(name)) {
                                values.add(new RegistryText.Value(name, node));
                            }
                        });
        return values;
    }

    private boolean key(RegistryText.Key key) {
        String path = key.path().toLowerCase(Locale.ROOT);
        int last = path.lastIndexOf('\\');
        String leaf = path.substring(last + 1);
        String parent = last < 0 ? "" : path.substring(0, last);
        String source = source(parent);
        if (source == null) {
            return false;
        }
        if (leaf.equals("firewallrules")) {
            rules(key.values(), source);
            return true;
        }
        if (leaf.equals("consecrules")) {
            securityRules(key.values(), source);
            return true;
        }
        if (PROFILE_KEYS.containsKey(leaf)) {
            profile(PROFILE_KEYS.get(leaf), key.values(), source.equals(GROUP_POLICY));
            return true;
        }
        return false;
    }

    /** Where the rules of a key are kept; null = it is no key of the firewall's policy. */
    private static String source(String parent) {
        if (parent.isEmpty() || parent.endsWith("\\firewallpolicy")) {
            return FirewallRule.LOCAL;
        }
        if (parent.endsWith("\\policies\\microsoft\\windowsfirewall")) {
            return GROUP_POLICY;
        }
        return parent.endsWith("\\firewallpolicy\\mdm") ? "MDM" : null;
    }

    private void rules(List<RegistryText.Value> stored, String source) {
        for (RegistryText.Value value : stored) {
            if (!into.hasRoomFor(1, value.data())) {
                return;
            }
            String who = "rule '" + VisibleText.of(value.name(), 60) + "'";
            try {
                rule(value.name(), StoredRule.parse(value.data()), source, who);
            } catch (IllegalArgumentException e) {
                into.faults.add(value.data(), who + ": " + e.getMessage());
            }
        }
    }

    private void rule(String name, StoredRule stored, String source, String who) {
        Boolean inbound =
                values.required(
                        stored.node, stored.one("Dir"), "direction (Dir)", INBOUND, "In, Out", who);
        if (Boolean.FALSE.equals(inbound)) {
            into.outbound();
            return;
        }
        RuleDraft draft = new RuleDraft(name);
        draft.source = source;
        draft.action =
                values.required(
                        stored.node,
                        stored.one("Action"),
                        "Action",
                        ACTIONS,
                        "Allow, Block, ByPass",
                        who);
        draft.enabled = isActive(stored, who);
        draft.displayName = stored.text("Name");
        draft.group = stored.text("EmbedCtxt");
        draft.profile = values.profile(stored.all("Profile"), who);
        draft.protocol = RuleValues.protocol(stored.text("Protocol"));
        draft.localPorts = values.ports(stored.versions("LPort"), "LPort", who);
        draft.localAddresses =
                values.addresses(stored.all("LA4", "LA42", "LA6", "LA62"), "LA", who);
        draft.remoteAddresses =
                values.addresses(stored.all("RA4", "RA42", "RA6", "RA62"), "RA", who);
        draft.remoteUser = values.accounts(stored.one("RUAuth"), "RUAuth", who);
        draft.remoteMachine = values.accounts(stored.one("RMauth"), "RMauth", who);
        security(stored, draft, who);
        draft.program = orAny(stored.text("App"));
        draft.service = orAny(stored.text("Svc"));
        List<String> interfaces = new ArrayList<>();
        stored.all("IF", "IFType").forEach(one -> interfaces.add(one.text()));
        if (!interfaces.isEmpty()) {
            interfaces.sort(null);
            draft.interfaces = interfaces;
        }
        String appContainer = stored.text("AppPkgId");
        draft.other.putAll(stored.rest());
        if (!appContainer.isEmpty()) {
            draft.narrowToPackage(appContainer);
        }
        if (inbound != null && draft.action != null) {
            into.add(stored.node, draft.rule());
        }
    }

    private static String orAny(String text) {
        return RuleValues.isAny(text) ? FirewallRule.ANY : text;
    }

    /** A rule that does not say it is active is not (MS-GPFAS). */
    private boolean isActive(StoredRule stored, String who) {
        Boolean active = values.one(stored.one("Active"), "Active", BOOLEAN, "TRUE, FALSE", who);
        return Boolean.TRUE.equals(active);
    }

    private void security(StoredRule stored, RuleDraft draft, String who) {
        String encryption =
                values.one(
                        stored.one("Security"),
                        "Security",
                        AUTHENTICATES,
                        "Authenticate, AuthenticateEncrypt",
                        who);
        boolean noEncapsulation = stored.text("Security2_9").equalsIgnoreCase("An-NoEncap");
        boolean negotiated = stored.text("Security2").equalsIgnoreCase("AnE-Nego");
        if (encryption != null) {
            draft.authentication = noEncapsulation ? "NoEncap" : "Required";
            draft.encryption = negotiated ? "Dynamic" : encryption;
        }
    }

    private void securityRules(List<RegistryText.Value> stored, String source) {
        into.beginSecurityRules();
        for (RegistryText.Value value : stored) {
            if (!into.hasRoomFor(1, value.data())) {
                return;
            }
            String who = "connection security rule '" + VisibleText.of(value.name(), 60) + "'";
            try {
                securityRule(value.name(), StoredRule.parse(value.data()), source, who);
            } catch (IllegalArgumentException e) {
                into.faults.add(value.data(), who + ": " + e.getMessage());
            }
        }
    }

    private void securityRule(String name, StoredRule stored, String source, String who) {
        List<String> security =
                values.required(
                        stored.node,
                        stored.one("Action"),
                        "Action",
                        SECURITY,
                        "SecureServer, Boundary, Secure, DoNotSecure",
                        who);
        if (security == null) {
            return;
        }
        String displayName = stored.text("Name");
        into.add(
                new ConnectionSecurityRule(
                        name,
                        displayName.isEmpty() ? name : displayName,
                        stored.text("EmbedCtxt"),
                        isActive(stored, who),
                        values.profile(stored.all("Profile"), who),
                        security.get(0),
                        security.get(1),
                        RuleValues.protocol(stored.text("Protocol")),
                        values.ports(stored.versions("EP1Port"), "EP1Port", who),
                        values.ports(stored.versions("EP2Port"), "EP2Port", who),
                        values.addresses(stored.all("EP1_4", "EP1_6"), "EP1", who),
                        values.addresses(stored.all("EP2_4", "EP2_6"), "EP2", who),
                        stored.text("Auth1Set"),
                        stored.text("Auth2Set"),
                        source));
    }

    private void profile(String name, List<RegistryText.Value> stored, boolean groupPolicy) {
        Map<String, ExportNode> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        stored.forEach(value -> byName.put(value.name(), value.data()));
        Boolean blocks = number(byName, "DefaultInboundAction");
        into.add(
                new FirewallProfile(
                        name,
                        number(byName, "EnableFirewall"),
                        blocks == null ? null : !blocks,
                        number(byName, "DoNotAllowExceptions"),
                        number(byName, "AllowLocalPolicyMerge"),
                        number(byName, "AllowLocalIPsecPolicyMerge"),
                        null),
                groupPolicy);
    }

    private Boolean number(Map<String, ExportNode> values, String name) {
        ExportNode value = values.get(name);
        if (value == null) {
            return null;
        }
        if ("0".equals(value.text()) || "1".equals(value.text())) {
            return value.text().equals("1");
        }
        into.faults.add(
                value, name + " '" + VisibleText.of(value.summary(), 60) + "' is not 0 or 1");
        return null;
    }
}
