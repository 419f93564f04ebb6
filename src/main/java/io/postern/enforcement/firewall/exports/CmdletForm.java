package io.postern.enforcement.firewall.exports;

import io.postern.enforcement.VisibleText;
import io.postern.enforcement.exports.ExportNode;
import io.postern.enforcement.firewall.AuthenticationSet;
import io.postern.enforcement.firewall.ConnectionSecurityRule;
import io.postern.enforcement.firewall.FirewallProfile;
import io.postern.enforcement.firewall.FirewallRule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The lists of cmdlet objects that our read script writes: {@code rules} with seven lists of
 * filters, {@code profiles}, {@code securityRules}, {@code phase1Sets} and {@code phase2Sets}.
 * Enums are read as words or as numbers. A filter belongs to the rule of the same InstanceID and,
 * where both say it, of the same PolicyStore.
 */
final class CmdletForm {
    private static final String ON_OFF = "True, False";
    private static final Map<String, Boolean> ENABLED =
            Map.of("true", true, "1", true, "false", false, "2", false, "0", false);
    private static final Map<String, Boolean> GROUP_POLICY_BOOLEAN =
            Map.of("true", true, "1", true, "false", false, "0", false);
    private static final Map<String, Boolean> INBOUND =
            Map.of("inbound", true, "1", true, "outbound", false, "2", false);
    private static final Map<String, String> ACTIONS =
            Map.of(
                    "allow",
                    "Allow",
                    "2",
                    "Allow",
                    "block",
                    "Block",
                    "4",
                    "Block",
                    "bypass",
                    "Bypass",
                    "allowbypass",
                    "Bypass",
                    "3",
                    "Bypass");
    private static final Map<String, String> AUTHENTICATIONS =
            Map.of(
                    "notrequired",
                    "NotRequired",
                    "0",
                    "NotRequired",
                    "required",
                    "Required",
                    "1",
                    "Required",
                    "noencap",
                    "NoEncap",
                    "2",
                    "NoEncap");
    private static final Map<String, String> ENCRYPTIONS =
            Map.of(
                    "notrequired",
                    "NotRequired",
                    "0",
                    "NotRequired",
                    "required",
                    "Required",
                    "1",
                    "Required",
                    "dynamic",
                    "Dynamic",
                    "2",
                    "Dynamic");
    private static final Map<String, String> SECURITY =
            Map.of(
                    "none", "None", "0", "None", "request", "Request", "1", "Request", "require",
                    "Require", "2", "Require");
    private static final Map<String, Boolean> DEFAULT_INBOUND =
            Map.of(
                    "notconfigured",
                    false,
                    "0",
                    false,
                    "allow",
                    true,
                    "2",
                    true,
                    "block",
                    false,
                    "4",
                    false);
    private static final Map<String, String> SOURCES =
            Map.of(
                    "1",
                    FirewallRule.LOCAL,
                    "2",
                    "GroupPolicy",
                    "3",
                    "Dynamic",
                    "4",
                    "Generated",
                    "5",
                    "Hardcoded");

    /** Numbers of MSFT_NetIKEAuthProposal.AuthenticationMethod, read in others' code. */
    private static final Map<String, String> METHODS =
            Map.of(
                    "65001", "Anonymous",
                    "65002", "MachineKerberos",
                    "65003", "MachineNtlm",
                    "65004", "UserKerberos",
                    "65005", "UserNtlm",
                    "65006", "MachineCertificate",
                    "65007", "UserCertificate",
                    "65008", "MachineHealthCertificate",
                    "machinekerb", "MachineKerberos",
                    "userkerb", "UserKerberos");

    /** What is read of a rule, and the plumbing of deserialised objects. */
    private static final Set<String> KNOWN =
            Set.of(
                    "instanceid",
                    "name",
                    "id",
                    "displayname",
                    "group",
                    "enabled",
                    "direction",
                    "action",
                    "profile",
                    "policystoresourcetype",
                    "policystore",
                    "protocol",
                    "localport",
                    "localaddress",
                    "remoteaddress",
                    "authentication",
                    "encryption",
                    "overrideblockrules",
                    "remoteuser",
                    "remotemachine",
                    "program",
                    "service",
                    "servicename",
                    "interfacealias",
                    "interfacetype",
                    "package",
                    "localip",
                    "remoteip",
                    "applicationname",
                    "appname",
                    "cimclass",
                    "cimsystemproperties",
                    "ciminstanceproperties",
                    "pscomputername",
                    "missing");

    private final ExportNode whole;
    private final CollectedFirewall into;
    private final RuleValues values;
    private final Map<String, Integer> namesakes = new HashMap<>();

    private enum Filter {
        PORT("portFilters", "port filter"),
        ADDRESS("addressFilters", "address filter"),
        SECURITY("securityFilters", "security filter"),
        APPLICATION("applicationFilters", "application filter"),
        SERVICE("serviceFilters", "service filter"),
        INTERFACE("interfaceFilters", "interface filter"),
        INTERFACE_TYPE("interfaceTypeFilters", "interface type filter");

        private final String list;
        private final String word;

        Filter(String list, String word) {
            this.list = list;
            this.word = word;
        }
    }

    private final Map<Filter, Map<String, List<ExportNode>>> filters = new HashMap<>();

    CmdletForm(ExportNode whole, CollectedFirewall into) {
        this.whole = whole;
        this.into = into;
        this.values = new RuleValues(into.faults);
    }

    static boolean isOne(ExportNode whole) {
        ExportNode rules = whole.member("rules");
        return rules != null && (rules.isList() || rules.text() == null);
    }

    void read() {
        List<ExportNode> rules = list("rules");
        if (!into.hasRoomFor(rules.size(), whole)) {
            return;
        }
        for (Filter filter : Filter.values()) {
            index(filter);
        }
        rules.forEach(rule -> namesakes.merge(key(rule), 1, Integer::sum));
        rules.forEach(this::rule);
        list("profiles").forEach(this::profile);
        if (whole.member("securityRules") != null) {
            into.beginSecurityRules();
            namesakes.clear();
            list("securityRules").forEach(rule -> namesakes.merge(key(rule), 1, Integer::sum));
            list("securityRules").forEach(this::securityRule);
        }
        if (whole.member("phase1Sets") != null || whole.member("phase2Sets") != null) {
            into.beginSets();
            list("phase1Sets").forEach(set -> set(set, 1));
            list("phase2Sets").forEach(set -> set(set, 2));
        }
    }

    private List<ExportNode> list(String name) {
        ExportNode list = whole.member(name);
        return list == null ? List.of() : list.values();
    }

    private void index(Filter filter) {
        Map<String, List<ExportNode>> byKey = new HashMap<>();
        for (ExportNode one : list(filter.list)) {
            byKey.computeIfAbsent(key(one), any -> new ArrayList<>(1)).add(one);
        }
        if (byKey.isEmpty()) {
            into.faults.note(
                    whole,
                    "no "
                            + filter.word
                            + " is among it: every rule counts as open, or as blocking nothing");
        }
        filters.put(filter, byKey);
    }

    private static String key(ExportNode object) {
        String id = text(object, "InstanceID");
        String store = text(object, "PolicyStore");
        return (store == null ? "" : store.toLowerCase(Locale.ROOT)) + "\n" + id;
    }

    private static String text(ExportNode object, String property) {
        ExportNode value = object.member(property);
        return value == null ? null : value.text();
    }

    /** The name; null = there is none, which was told. */
    private String name(ExportNode object, String what) {
        String name = text(object, "InstanceID");
        if (name == null) {
            name = text(object, "Name");
        }
        if (name == null || name.isEmpty()) {
            into.faults.add(object, "a " + what + " without InstanceID");
            return null;
        }
        return name;
    }

    private void rule(ExportNode object) {
        String name = name(object, "firewall rule");
        if (name == null) {
            return;
        }
        String who = "rule '" + VisibleText.of(name, 60) + "'";
        Boolean inbound =
                values.required(
                        object,
                        object.member("Direction"),
                        "Direction",
                        INBOUND,
                        "Inbound, Outbound",
                        who);
        if (Boolean.FALSE.equals(inbound)) {
            into.outbound();
            return;
        }
        RuleDraft draft = new RuleDraft(name);
        Boolean enabled =
                values.required(object, object.member("Enabled"), "Enabled", ENABLED, ON_OFF, who);
        draft.action =
                values.required(
                        object,
                        object.member("Action"),
                        "Action",
                        ACTIONS,
                        "Allow, Block, Bypass",
                        who);
        draft.displayName = orEmpty(text(object, "DisplayName"));
        draft.group = orEmpty(text(object, "Group"));
        draft.profile = values.profile(valuesOf(object, "Profile"), who);
        draft.source = source(object, who);
        keepOther(object, draft);
        filters(object, draft, who);
        if (inbound != null && enabled != null && draft.action != null) {
            draft.enabled = enabled;
            into.add(object, draft.rule());
        }
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }

    private static List<ExportNode> valuesOf(ExportNode object, String property) {
        ExportNode value = object.member(property);
        return value == null ? List.of() : value.values();
    }

    private String source(ExportNode object, String who) {
        String text = text(object, "PolicyStoreSourceType");
        if (text == null || text.isEmpty()) {
            into.faults.note(object, who + " does not say where it is kept; not ours to change");
            return RuleDraft.UNKNOWN;
        }
        return SOURCES.getOrDefault(text, text);
    }

    private static void keepOther(ExportNode object, RuleDraft draft) {
        object.members()
                .forEach(
                        (name, value) -> {
                            String text = value.summary();
                            if (!KNOWN.contains(name.toLowerCase(Locale.ROOT)) && !text.isEmpty()) {
                                draft.other.put(name, text);
                            }
                        });
    }

    private void filters(ExportNode rule, RuleDraft draft, String who) {
        ExportNode port = filter(Filter.PORT, rule, draft, who);
        if (port != null) {
            draft.protocol = RuleValues.protocol(text(port, "Protocol"));
            draft.localPorts = values.ports(valuesOf(port, "LocalPort"), "LocalPort", who);
        }
        ExportNode address = filter(Filter.ADDRESS, rule, draft, who);
        if (address != null) {
            draft.localAddresses =
                    values.addresses(
                            either(address, "LocalAddress", "LocalIP"), "LocalAddress", who);
            draft.remoteAddresses =
                    values.addresses(
                            either(address, "RemoteAddress", "RemoteIP"), "RemoteAddress", who);
        }
        ExportNode security = filter(Filter.SECURITY, rule, draft, who);
        if (security != null) {
            security(security, draft, who);
        }
        ExportNode application = filter(Filter.APPLICATION, rule, draft, who);
        if (application != null) {
            draft.program = orAny(text(application, "Program"), text(application, "AppPath"));
            if (!RuleValues.isAny(text(application, "Package"))) {
                draft.narrowToPackage(text(application, "Package"));
            }
        }
        ExportNode service = filter(Filter.SERVICE, rule, draft, who);
        if (service != null) {
            draft.service = orAny(text(service, "Service"), text(service, "ServiceName"));
        }
        interfaces(rule, draft, who);
    }

    private static List<ExportNode> either(ExportNode object, String first, String second) {
        List<ExportNode> values = valuesOf(object, first);
        return values.isEmpty() ? valuesOf(object, second) : values;
    }

    private static String orAny(String first, String second) {
        String text = first == null ? second : first;
        return RuleValues.isAny(text) ? FirewallRule.ANY : text;
    }

    private void security(ExportNode filter, RuleDraft draft, String who) {
        String authentication =
                values.one(
                        filter.member("Authentication"),
                        "Authentication",
                        AUTHENTICATIONS,
                        "NotRequired, Required, NoEncap",
                        who);
        String encryption =
                values.one(
                        filter.member("Encryption"),
                        "Encryption",
                        ENCRYPTIONS,
                        "NotRequired, Required, Dynamic",
                        who);
        draft.authentication = authentication == null ? "NotRequired" : authentication;
        draft.encryption = encryption == null ? "NotRequired" : encryption;
        ExportNode users = filter.member("RemoteUser");
        ExportNode machines = filter.member("RemoteMachine");
        draft.remoteUser =
                values.accounts(
                        users == null ? filter.member("RemoteUsers") : users, "RemoteUser", who);
        draft.remoteMachine =
                values.accounts(
                        machines == null ? filter.member("RemoteMachines") : machines,
                        "RemoteMachine",
                        who);
        Boolean overrides =
                values.one(
                        filter.member("OverrideBlockRules"),
                        "OverrideBlockRules",
                        ENABLED,
                        ON_OFF,
                        who);
        if (Boolean.TRUE.equals(overrides) && "Allow".equals(draft.action)) {
            draft.action = "Bypass";
        }
    }

    private void interfaces(ExportNode rule, RuleDraft draft, String who) {
        ExportNode alias = filter(Filter.INTERFACE, rule, draft, who);
        ExportNode type = filter(Filter.INTERFACE_TYPE, rule, draft, who);
        if (alias == null || type == null) {
            return;
        }
        List<String> names = new ArrayList<>();
        valuesOf(alias, "InterfaceAlias").forEach(one -> addUnlessAny(names, one.text()));
        valuesOf(type, "InterfaceType").forEach(one -> addUnlessAny(names, one.text()));
        if (!names.isEmpty()) {
            names.sort(null);
            draft.interfaces = names;
        }
    }

    private static void addUnlessAny(List<String> names, String text) {
        if (!RuleValues.isAny(text) && !text.equals("0")) {
            names.add(text);
        }
    }

    /** The one filter of a rule; null = there is none, or which one it is cannot be said. */
    private ExportNode filter(Filter filter, ExportNode rule, RuleDraft draft, String who) {
        ExportNode found = only(filter, rule);
        if (found == null) {
            draft.lacks(filter.word);
            if (!filters.get(filter).isEmpty()) {
                into.faults.note(
                        rule,
                        who
                                + " has no "
                                + filter.word
                                + " of its own: it counts as open, or as blocking nothing");
            }
            return null;
        }
        keepOther(found, draft);
        return found;
    }

    private ExportNode only(Filter filter, ExportNode rule) {
        List<ExportNode> found = filters.get(filter).getOrDefault(key(rule), List.of());
        int wanted = namesakes.getOrDefault(key(rule), 1);
        if (found.size() < wanted) {
            return null;
        }
        ExportNode first = found.get(0);
        String text = first.summary();
        return found.stream().allMatch(one -> one.summary().equals(text)) ? first : null;
    }

    private void profile(ExportNode object) {
        String name = text(object, "Name");
        if (name == null || !List.of("Domain", "Private", "Public").contains(name)) {
            into.faults.add(
                    object,
                    "a profile whose Name is none of Domain, Private, Public: '"
                            + VisibleText.of(String.valueOf(name))
                            + "'");
            return;
        }
        String who = "profile " + name;
        Boolean inboundRules = policy(object, "AllowInboundRules", who);
        into.add(
                new FirewallProfile(
                        name,
                        policy(object, "Enabled", who),
                        values.one(
                                object.member("DefaultInboundAction"),
                                "DefaultInboundAction",
                                DEFAULT_INBOUND,
                                "NotConfigured, Allow, Block",
                                who),
                        inboundRules == null ? null : !inboundRules,
                        policy(object, "AllowLocalFirewallRules", who),
                        policy(object, "AllowLocalIPsecRules", who),
                        values.one(
                                object.member("Active"),
                                "Active",
                                GROUP_POLICY_BOOLEAN,
                                ON_OFF,
                                who)),
                false);
    }

    /** NotConfigured is True for all of these (Set-NetFirewallProfile). */
    private Boolean policy(ExportNode object, String property, String who) {
        String text = text(object, property);
        if (text != null && (text.equalsIgnoreCase("NotConfigured") || text.equals("2"))) {
            return true;
        }
        return values.one(
                object.member(property),
                property,
                GROUP_POLICY_BOOLEAN,
                "True, False, NotConfigured",
                who);
    }

    private void securityRule(ExportNode object) {
        String name = name(object, "connection security rule");
        if (name == null) {
            return;
        }
        String who = "connection security rule '" + VisibleText.of(name, 60) + "'";
        Boolean enabled =
                values.required(object, object.member("Enabled"), "Enabled", ENABLED, ON_OFF, who);
        String in = securityWord(object, "InboundSecurity", who);
        String out = securityWord(object, "OutboundSecurity", who);
        ExportNode port = only(Filter.PORT, object);
        ExportNode address = only(Filter.ADDRESS, object);
        if (port == null || address == null) {
            into.faults.note(
                    object, who + " has no port or address filter: whom it asks is not known");
        }
        if (enabled == null || in == null || out == null) {
            return;
        }
        List<String> any = List.of(FirewallRule.ANY);
        into.add(
                new ConnectionSecurityRule(
                        name,
                        text(object, "DisplayName") == null ? name : text(object, "DisplayName"),
                        orEmpty(text(object, "Group")),
                        enabled,
                        values.profile(valuesOf(object, "Profile"), who),
                        in,
                        out,
                        port == null
                                ? RuleDraft.UNKNOWN
                                : RuleValues.protocol(text(port, "Protocol")),
                        port == null
                                ? any
                                : values.ports(valuesOf(port, "LocalPort"), "LocalPort", who),
                        port == null
                                ? any
                                : values.ports(valuesOf(port, "RemotePort"), "RemotePort", who),
                        address == null
                                ? any
                                : values.addresses(
                                        either(address, "LocalAddress", "LocalIP"),
                                        "LocalAddress",
                                        who),
                        address == null
                                ? any
                                : values.addresses(
                                        either(address, "RemoteAddress", "RemoteIP"),
                                        "RemoteAddress",
                                        who),
                        orEmpty(text(object, "Phase1AuthSet")),
                        orEmpty(text(object, "Phase2AuthSet")),
                        source(object, who)));
    }

    private String securityWord(ExportNode object, String property, String who) {
        return values.required(
                object, object.member(property), property, SECURITY, "None, Request, Require", who);
    }

    private void set(ExportNode object, int phase) {
        String name = name(object, "authentication set");
        if (name == null) {
            return;
        }
        List<String> proposals = new ArrayList<>();
        for (ExportNode proposal : valuesOf(object, "Proposals")) {
            String method = proposal.text();
            if (method == null) {
                method = text(proposal, "AuthenticationMethod");
            }
            if (method == null) {
                into.faults.add(
                        proposal,
                        "authentication set '"
                                + VisibleText.of(name, 60)
                                + "': a proposal does not say its AuthenticationMethod");
                return;
            }
            proposals.add(METHODS.getOrDefault(method.toLowerCase(Locale.ROOT), method));
        }
        into.add(
                new AuthenticationSet(
                        name,
                        text(object, "DisplayName") == null ? name : text(object, "DisplayName"),
                        orEmpty(text(object, "Group")),
                        phase,
                        proposals));
    }
}
