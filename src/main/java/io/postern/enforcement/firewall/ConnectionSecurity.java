package io.postern.enforcement.firewall;

import io.postern.policy.AddressSet;
import io.postern.policy.Policy;
import io.postern.policy.ProtectedSources;
import io.postern.policy.Server;
import java.util.ArrayList;
import java.util.List;

/**
 * Who is asked to prove an identity: whoever lies in the server's kerberosRanges, protected sources
 * exempt. Only asked, never required: who cannot still reaches the plain rules. Domain controllers
 * must be protected sources or lie outside kerberosRanges, since Kerberos itself begins with them.
 */
final class ConnectionSecurity {
    private static final String NONE = "None";
    private static final String REQUEST = "Request";

    /** The computer's part. */
    static final AuthenticationSet COMPUTER =
            set("postern-phase1", "Postern: computer", 1, "MachineKerberos");

    /** The account's part. */
    static final AuthenticationSet ACCOUNT =
            set("postern-phase2", "Postern: account", 2, "UserKerberos");

    /** The same where a computer alone may suffice; a set of its own, so that none ever changes. */
    static final AuthenticationSet ACCOUNT_IF_ANY =
            set(
                    "postern-phase2-optional",
                    "Postern: account, if any",
                    2,
                    "UserKerberos",
                    "Anonymous");

    private ConnectionSecurity() {}

    private static AuthenticationSet set(
            String name, String display, int phase, String... proposals) {
        return new AuthenticationSet(
                name, display, FirewallRule.OWN_GROUP, phase, List.of(proposals));
    }

    /** The sets that go with {@link #rules}. */
    static List<AuthenticationSet> sets(boolean isAccountOptional) {
        return List.of(COMPUTER, isAccountOptional ? ACCOUNT_IF_ANY : ACCOUNT);
    }

    /** The rules of a port; none = nobody could be asked. */
    static List<ConnectionSecurityRule> rules(
            Policy policy, Server server, int port, boolean isAccountOptional) {
        AddressSet spared = ProtectedSources.all(policy).union(server.addresses());
        AddressSet asked = server.kerberosRanges().subtract(spared);
        List<ConnectionSecurityRule> rules = new ArrayList<>();
        if (!asked.isEmpty()) {
            AddressSet exempt = server.kerberosRanges().intersect(spared);
            String account = sets(isAccountOptional).get(1).name();
            rules.addAll(rules(port, "exempt", exempt, NONE, "", ""));
            rules.addAll(rules(port, "request", asked, REQUEST, COMPUTER.name(), account));
        }
        return rules;
    }

    private static List<ConnectionSecurityRule> rules(
            int port,
            String word,
            AddressSet addresses,
            String security,
            String phase1Set,
            String phase2Set) {
        List<List<String>> chunks = AddressChunks.of(addresses);
        List<ConnectionSecurityRule> rules = new ArrayList<>();
        for (int i = 0; i < chunks.size(); i++) {
            String display =
                    OwnNames.display(
                            port,
                            security.equals(NONE) ? "exempt from proof" : "ask for proof",
                            i + 1,
                            chunks.size());
            String texts = String.join(",", chunks.get(i));
            rules.add(
                    new ConnectionSecurityRule(
                            OwnNames.of(
                                    port,
                                    word,
                                    List.of(display, security, texts, phase1Set, phase2Set)),
                            display,
                            FirewallRule.OWN_GROUP,
                            true,
                            FirewallRule.ANY,
                            security,
                            security,
                            "TCP",
                            List.of(Integer.toString(port)),
                            List.of(FirewallRule.ANY),
                            List.of(FirewallRule.ANY),
                            chunks.get(i),
                            phase1Set,
                            phase2Set,
                            FirewallRule.LOCAL));
        }
        return rules;
    }
}
