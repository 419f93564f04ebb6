package io.postern.cli.selftest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.postern.policy.AddressRange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** The policy that the trials change, as far as they need to know it. */
final class TrialPolicy {
    static final String DOMAIN = "contoso.example";
    static final String LOAD_BALANCED = "smtp.contoso.example";

    /** Those with a Windows firewall before their connectors, and two IPv4 addresses. */
    static final List<String> LAYERED = List.of("ex01", "ex03");

    static final List<String> SERVERS = List.of("ex01", "ex02", "ex03", "ex04");

    /** Those with connectors alone. */
    static final List<String> PLAIN = List.of("ex02", "ex04");

    /** The one with a name that a load balancer answers for. */
    static final String BALANCED = "ex02";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int NEIGHBOURS = 6;
    private static final int RELAYS = 12;
    private static final int HALLS = 12;
    private static final int ACCOUNTS = 8;
    private static final int DESKS = 4;
    private static final int DESK_ACCOUNTS = 4;

    /** Who can prove to be somebody. */
    record Identity(String name, String sid) {}

    private final Map<String, Map<String, ?>> grants = new TreeMap<>();
    private final List<String> temporary = new ArrayList<>();

    TrialPolicy() {
        for (int i = 0; i < NEIGHBOURS; i++) {
            hold(grant("neighbour-v4-" + i, List.of("10.21." + i + ".16/28"), "internal", null));
            hold(grant("neighbour-v6-" + i, List.of("fd00:21:" + i + "::/64"), "internal", null));
        }
        for (int i = 0; i < RELAYS; i++) {
            hold(grant("relay-" + i, List.of(relayRange(i).toString()), "relay", null));
        }
        for (int i = 0; i < DESKS; i++) {
            hold(
                    grantTo(
                            "desk-" + i,
                            List.of(desk(i)),
                            List.of(account(0), account(1), account(2), account(3)),
                            LAYERED));
        }
        for (int i = 0; i < HALLS; i++) {
            hold(grant("hall-" + i, List.of("10.23." + i + ".0/24"), "internal", null));
        }
    }

    private static AddressRange relayRange(int index) {
        return AddressRange.parse("10.22." + index + ".10-10.22." + index + "." + (10 + index));
    }

    private void hold(Map<String, ?> grant) {
        grants.put((String) grant.get("key"), grant);
    }

    /** Where the first accounts may send from, on servers that see accounts. */
    private static String desk(int index) {
        return "10.20." + (10 + index) + ".16/28";
    }

    static String anyDesk(Random random) {
        return desk(random.nextInt(DESKS));
    }

    /** One who may send from every desk. */
    static Identity deskAccount(Random random) {
        return account(random.nextInt(DESK_ACCOUNTS));
    }

    static Identity account(int index) {
        return new Identity(
                "CONTOSO\\clerk" + index,
                "S-1-5-21-1004336348-1177238915-682003330-" + (2200 + index));
    }

    static Identity anyAccount(Random random) {
        return account(random.nextInt(ACCOUNTS));
    }

    /**
     * A grant as the API takes it.
     *
     * @param servers null = all
     */
    static Map<String, ?> grant(
            String key, List<String> addresses, String tier, List<String> servers) {
        Map<String, Object> grant = new LinkedHashMap<>();
        grant.put("key", key);
        grant.put("from", Map.of("addresses", addresses));
        if (servers != null) {
            grant.put("to", Map.of("servers", servers));
        }
        grant.put("tier", tier);
        grant.put("owner", "selftest");
        grant.put("reason", "trial of a fault");
        grant.put("ticket", "CHG-1");
        grant.put("expires", "2099-12-31");
        return grant;
    }

    static Map<String, ?> grantTo(
            String key, List<String> addresses, List<Identity> accounts, List<String> servers) {
        Map<String, Object> grant = new LinkedHashMap<>(grant(key, addresses, "internal", servers));
        grant.put(
                "from",
                Map.of(
                        "addresses",
                        addresses,
                        "accounts",
                        accounts.stream().map(Identity::name).toList()));
        return grant;
    }

    static Map<String, ?> put(String kind, Map<String, ?> entry) {
        return Map.of("action", "put", "kind", kind, "key", entry.get("key"), "entry", entry);
    }

    static Map<String, ?> remove(String kind, String key) {
        return Map.of("action", "remove", "kind", kind, "key", key);
    }

    /** Key of a neighbour that is still as it was, and its first range. */
    static String neighbour(boolean isIpv6, int index) {
        return isIpv6 ? "fd00:21:" + index + "::/64" : "10.21." + index + ".16/28";
    }

    static int neighbours() {
        return NEIGHBOURS;
    }

    /** A range that may relay now and the key of its grant; the same is given again only later. */
    Map.Entry<String, AddressRange> relay(Random random) {
        int first = random.nextInt(RELAYS);
        for (int i = 0; i < RELAYS; i++) {
            int index = (first + i) % RELAYS;
            if (grants.get("relay-" + index).get("tier").equals("relay")) {
                return Map.entry("relay-" + index, relayRange(index));
            }
        }
        throw new IllegalStateException("no relay grant is left");
    }

    /** A /24 in which addresses are allowed. */
    static int hall(Random random) {
        return random.nextInt(HALLS);
    }

    /** Takes over what a rollout proved. */
    void adopt(List<Map<String, ?>> operations) {
        for (Map<String, ?> operation : operations) {
            String key = (String) operation.get("key");
            if (operation.get("action").equals("remove")) {
                grants.remove(key);
                temporary.remove(key);
            } else if (operation.get("entry") instanceof Map<?, ?> entry) {
                if (operation.get("kind").equals("grants")) {
                    grants.put(key, known(entry));
                }
                if (key.startsWith("trial-") && !temporary.contains(key)) {
                    temporary.add(key);
                }
            }
        }
    }

    private static Map<String, ?> known(Map<?, ?> entry) {
        Map<String, Object> copy = new LinkedHashMap<>();
        entry.forEach((key, value) -> copy.put((String) key, value));
        return copy;
    }

    /** Keys of grants and blocks that trials left; those can be removed. */
    List<String> temporary() {
        return temporary;
    }

    boolean isGrant(String key) {
        return grants.containsKey(key);
    }

    /** The policy to begin with, in the form of a policy file. */
    String yaml() {
        StringBuilder text =
                new StringBuilder(
                        """
                        version: 1
                        acceptedDomains: [contoso.example]
                        servers:
                          - {name: ex01, addresses: [10.20.0.11, 10.20.0.111, 'fd00:20::11'], ports: [25], ring: canary, enforcement: [windows-firewall, exchange], kerberosRanges: [10.20.0.0/16]}
                          - {name: ex02, addresses: [10.20.0.12, 'fd00:20::12'], ports: [25], ring: canary, enforcement: [exchange], loadBalancedNames: [smtp.contoso.example]}
                          - {name: ex03, addresses: [10.20.0.13, 10.20.0.113, 'fd00:20::13'], ports: [25], ring: main, enforcement: [windows-firewall, exchange], kerberosRanges: [10.20.0.0/16]}
                          - {name: ex04, addresses: [10.20.0.14, 'fd00:20::14'], ports: [25], ring: main, enforcement: [exchange]}
                        protectedSources:
                          - {name: gateways, kind: gateway, addresses: [10.20.0.50-10.20.0.51], tier: internal}
                        principals:
                        """);
        for (int i = 0; i < ACCOUNTS; i++) {
            Identity one = account(i);
            text.append("  - {name: '")
                    .append(one.name())
                    .append("', sid: ")
                    .append(one.sid())
                    .append(", kind: user}\n");
        }
        text.append("grants:\n");
        for (Map<String, ?> grant : grants.values()) {
            // JSON is YAML, and needs no quoting rules of its own.
            text.append("  - ").append(json(grant)).append('\n');
        }
        return text.toString();
    }

    private static String json(Map<String, ?> entry) {
        try {
            return JSON.writeValueAsString(entry);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("entries are plain data", e);
        }
    }
}
