package io.postern.agent.firewall;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The firewall of one Windows machine in memory, as the cmdlets' objects in the lists of {@code
 * store.ps1}. It spells as Windows does: prefixes with masks, account lists with an owner
 * (documented). The rest is invented.
 */
final class InMemoryFirewall {
    static final List<String> FILTERS =
            List.of(
                    "portFilters",
                    "addressFilters",
                    "securityFilters",
                    "applicationFilters",
                    "serviceFilters",
                    "interfaceFilters",
                    "interfaceTypeFilters");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern PREFIX = Pattern.compile("([0-9.]+)/([0-9]+)");

    private final Map<String, List<ObjectNode>> lists = new LinkedHashMap<>();

    InMemoryFirewall() {
        Stream.concat(
                        Stream.of("rules", "securityRules", "phase1Sets", "phase2Sets"),
                        FILTERS.stream())
                .forEach(list -> lists.put(list, new ArrayList<>()));
    }

    List<ObjectNode> list(String list) {
        return lists.get(list);
    }

    /** Local ones of that name in any case. */
    List<ObjectNode> named(String list, String name) {
        return lists.get(list).stream()
                .filter(one -> text(one, "PolicyStore").equals("PersistentStore"))
                .filter(one -> text(one, "InstanceID").equalsIgnoreCase(name))
                .toList();
    }

    static String text(JsonNode object, String property) {
        return object.path(property).asText("");
    }

    /** A rule as New-NetFirewallRule makes it of its parameters; what is not given is as usual. */
    void newRule(Map<String, Object> parameters, String store, String source) {
        String name = (String) parameters.get("Name");
        ObjectNode rule = object(name, store);
        for (String property : List.of("DisplayName", "Group", "Enabled", "Direction", "Action")) {
            rule.put(property, (String) parameters.getOrDefault(property, ""));
        }
        rule.put("Profile", (String) parameters.getOrDefault("Profile", "Any"));
        rule.put("PolicyStoreSourceType", source);
        rule.put("EdgeTraversalPolicy", "Block");
        rule.put("LooseSourceMapping", "False");
        rule.put("LocalOnlyMapping", "False");
        if (parameters.containsKey("Description")) {
            rule.put("Description", (String) parameters.get("Description"));
        }
        lists.get("rules").add(rule);
        ObjectNode port = filter("portFilters", name, store);
        port.put("Protocol", (String) parameters.getOrDefault("Protocol", "Any"));
        put(port, "LocalPort", parameters);
        put(port, "RemotePort", parameters);
        addresses(filter("addressFilters", name, store), parameters);
        ObjectNode security = filter("securityFilters", name, store);
        security.put(
                "Authentication",
                (String) parameters.getOrDefault("Authentication", "NotRequired"));
        security.put("Encryption", (String) parameters.getOrDefault("Encryption", "NotRequired"));
        security.put("OverrideBlockRules", "False");
        security.put("LocalUser", "Any");
        security.put("RemoteUser", sddl((String) parameters.get("RemoteUser")));
        security.put("RemoteMachine", sddl((String) parameters.get("RemoteMachine")));
        ObjectNode application = filter("applicationFilters", name, store);
        application.put("Program", (String) parameters.getOrDefault("Program", "Any"));
        filter("serviceFilters", name, store)
                .put("Service", (String) parameters.getOrDefault("Service", "Any"));
        filter("interfaceFilters", name, store).putArray("InterfaceAlias").add("Any");
        filter("interfaceTypeFilters", name, store).put("InterfaceType", "Any");
    }

    void newSecurityRule(Map<String, Object> parameters) {
        String name = (String) parameters.get("IPsecRuleName");
        ObjectNode rule = object(name, "PersistentStore");
        parameters.forEach(
                (property, value) -> {
                    if (value instanceof String text
                            && !List.of("IPsecRuleName", "Protocol").contains(property)) {
                        rule.put(property, text);
                    }
                });
        rule.put("PolicyStoreSourceType", "Local");
        lists.get("securityRules").add(rule);
        ObjectNode port = filter("portFilters", name, "PersistentStore");
        port.put("Protocol", (String) parameters.get("Protocol"));
        put(port, "LocalPort", parameters);
        put(port, "RemotePort", parameters);
        addresses(filter("addressFilters", name, "PersistentStore"), parameters);
    }

    void newSet(String list, String name, String displayName, List<String> methods) {
        ObjectNode set = object(name, "PersistentStore");
        set.put("DisplayName", displayName);
        set.put("Group", "Postern");
        ArrayNode proposals = set.putArray("Proposals");
        methods.forEach(
                method ->
                        proposals.add(
                                Map.of(
                                                "MachineKerberos", "65002",
                                                "UserKerberos", "65004",
                                                "Anonymous", "65001")
                                        .get(method)));
        lists.get(list).add(set);
    }

    /** An object and its filters are gone. */
    void remove(String list, String name) {
        lists.get(list).removeAll(named(list, name));
        if (list.equals("rules") || list.equals("securityRules")) {
            FILTERS.forEach(filters -> lists.get(filters).removeAll(named(filters, name)));
        }
    }

    private ObjectNode filter(String list, String name, String store) {
        ObjectNode filter = object(name, store);
        lists.get(list).add(filter);
        return filter;
    }

    private static ObjectNode object(String name, String store) {
        ObjectNode object = JSON.createObjectNode();
        object.put("InstanceID", name);
        object.put("PolicyStore", store);
        return object;
    }

    private static void addresses(ObjectNode filter, Map<String, Object> parameters) {
        put(filter, "LocalAddress", parameters);
        put(filter, "RemoteAddress", parameters);
    }

    private static void put(ObjectNode object, String property, Map<String, Object> parameters) {
        ArrayNode values = object.putArray(property);
        if (parameters.get(property) instanceof List<?> list) {
            list.forEach(one -> values.add(spelled((String) one)));
        } else {
            values.add(spelled((String) parameters.getOrDefault(property, "Any")));
        }
    }

    /** A prefix of IPv4 comes back with its mask. */
    private static String spelled(String text) {
        Matcher prefix = PREFIX.matcher(text);
        if (!prefix.matches()) {
            return text;
        }
        long mask = 0xFFFFFFFFL << 32 - Integer.parseInt(prefix.group(2));
        return prefix.group(1)
                + "/"
                + (mask >>> 24 & 255)
                + "."
                + (mask >>> 16 & 255)
                + "."
                + (mask >>> 8 & 255)
                + "."
                + (mask & 255);
    }

    private static String sddl(String written) {
        return written == null ? "Any" : written.startsWith("D:") ? "O:LS" + written : written;
    }
}
