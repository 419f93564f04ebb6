package io.postern.enforcement.firewall;

import io.postern.policy.Server;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The clients' side of a server's connection security, for a group policy object: whoever connects
 * to the server's ports offers to prove who he is.
 */
public final class ClientMirrorScript {
    private ClientMirrorScript() {}

    /**
     * The script.
     *
     * @param wanted what the server should hold; its authentication sets are mirrored
     * @throws IllegalArgumentException for a user: the server asks nobody to prove anything, or
     *     states no address to name
     */
    public static String of(Server server, FirewallState wanted) {
        List<Integer> ports = wanted.ports().stream().filter(port -> asks(wanted, port)).toList();
        if (ports.isEmpty()) {
            throw new IllegalArgumentException(
                    server.name()
                            + " asks nobody to prove an identity, so clients need no rule for it");
        }
        if (server.addresses().isEmpty()) {
            throw new IllegalArgumentException(
                    server.name()
                            + " states no addresses, and the clients' rule must name them; state"
                            + " addresses for it");
        }
        String prefix =
                "postern-client-"
                        + OwnNames.slug(server.name())
                        + "-"
                        + OwnNames.digest(List.of(server.name())).substring(0, 4);
        Map<String, AuthenticationSet> sets = new LinkedHashMap<>();
        for (AuthenticationSet set : wanted.authenticationSets()) {
            String word = set.name().substring(set.name().indexOf('-'));
            sets.put(
                    set.name(),
                    new AuthenticationSet(
                            prefix + word,
                            set.displayName(),
                            set.group(),
                            set.phase(),
                            set.proposals()));
        }
        List<ConnectionSecurityRule> rules = new ArrayList<>();
        for (int port : ports) {
            rules.add(mirrored(server, port, prefix, request(wanted, port), sets));
        }
        return PolicyObjectScript.of(
                comments(server),
                "Postern client of " + server.name(),
                List.copyOf(sets.values()),
                rules,
                List.of());
    }

    private static List<String> comments(Server server) {
        return List.of(
                "Clients of "
                        + server.name()
                        + " offer to prove their computer and account by Kerberos, by Postern.",
                "For a group policy object of the clients. Run it first with -WhatIf; -Undo takes"
                        + " it back.",
                "Clients need the services MpsSvc and IKEEXT, and UDP 500 and ESP (protocol 50) open"
                        + " to and from the server; address translation in between breaks it.");
    }

    private static boolean asks(FirewallState wanted, int port) {
        return wanted.securityRules().stream().anyMatch(rule -> isRequest(rule, port));
    }

    private static ConnectionSecurityRule request(FirewallState wanted, int port) {
        return wanted.securityRules().stream()
                .filter(rule -> isRequest(rule, port))
                .findFirst()
                .orElseThrow();
    }

    private static boolean isRequest(ConnectionSecurityRule rule, int port) {
        return !rule.isExemption() && rule.localPorts().contains(Integer.toString(port));
    }

    private static ConnectionSecurityRule mirrored(
            Server server,
            int port,
            String prefix,
            ConnectionSecurityRule request,
            Map<String, AuthenticationSet> sets) {
        String display = OwnNames.display(port, "proof to " + server.name(), 1, 1);
        List<String> addresses = server.addresses().texts();
        String phase1 = sets.get(request.phase1Set()).name();
        String phase2 = sets.get(request.phase2Set()).name();
        String hash =
                OwnNames.digest(List.of(display, String.join(",", addresses), phase1, phase2));
        return new ConnectionSecurityRule(
                prefix + "-" + port + "-" + hash,
                display,
                "Postern client of " + server.name(),
                true,
                FirewallRule.ANY,
                request.inboundSecurity(),
                request.outboundSecurity(),
                "TCP",
                List.of(FirewallRule.ANY),
                List.of(Integer.toString(port)),
                List.of(FirewallRule.ANY),
                addresses,
                phase1,
                phase2,
                FirewallRule.LOCAL);
    }
}
