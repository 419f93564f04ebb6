package io.postern.enforcement.firewall;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Seeded firewalls of which everything is known, over a handful of addresses and identities. */
final class RandomFirewalls {
    static final String ALICE = "S-1-5-21-1-2-3-1001";
    static final String BOB = "S-1-5-21-1-2-3-1002";
    static final String GROUP = "S-1-5-21-1-2-3-2001";
    static final List<String> ADDRESSES =
            List.of("10.0.0.1", "10.0.0.2", "10.0.0.9", "192.0.2.1", "fd00::1", "fd00::2");
    static final List<Set<String>> IDENTITIES =
            List.of(Set.of(), Set.of(ALICE), Set.of(BOB, GROUP), Set.of("S-1-5-21-9-9-9-9"));
    private static final List<List<String>> REMOTES =
            List.of(
                    List.of("Any"),
                    List.of("10.0.0.1"),
                    List.of("10.0.0.0/255.255.255.0"),
                    List.of("10.0.0.2-10.0.0.9", "fd00::/64"),
                    List.of("192.0.2.0/24", "fd00::1"));
    private static final List<List<String>> PORTS =
            List.of(List.of("25"), List.of("25"), List.of("20-30"), List.of("Any"), List.of("587"));
    private static final List<String> LISTS =
            List.of(
                    "",
                    new AccountList(Set.of(ALICE), Set.of()).sddl(),
                    new AccountList(Set.of(GROUP), Set.of(BOB)).sddl(),
                    new AccountList(Set.of(AccountList.EVERYONE), Set.of(ALICE)).sddl(),
                    "D:(A;;CC;;;" + GROUP + ")(A;;CC;;;" + ALICE + ")");
    private static final List<String> PROGRAMS =
            List.of(
                    "Any",
                    "Any",
                    "C:\\Program Files\\Exchange\\Bin\\MSExchangeFrontendTransport.exe",
                    "%ExchangeInstallPath%Bin\\edgetransport.exe",
                    "C:\\other.exe");

    private final Random random;

    RandomFirewalls(long seed) {
        random = new Random(seed);
    }

    ObservedFirewall firewall() {
        List<FirewallRule> rules = new ArrayList<>();
        for (int i = random.nextInt(6); i >= 0; i--) {
            rules.add(rule("rule" + i));
        }
        List<ConnectionSecurityRule> security = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            security.add(securityRule("csr" + i));
        }
        return new ObservedFirewall(
                List.of(
                        profile(),
                        new FirewallProfile("Public", false, true, false, true, true, false)),
                rules,
                security,
                List.of(
                        new AuthenticationSet("p1", "p1", "", 1, List.of("MachineKerberos")),
                        new AuthenticationSet(
                                "p1o", "p1o", "", 1, List.of("MachineKerberos", "Anonymous")),
                        new AuthenticationSet("p2", "p2", "", 2, List.of("UserKerberos")),
                        new AuthenticationSet("p2x", "p2x", "", 2, List.of("MachineHealth"))),
                List.of());
    }

    private FirewallProfile profile() {
        return new FirewallProfile(
                "Domain",
                random.nextInt(12) > 0,
                random.nextInt(8) == 0,
                random.nextInt(10) == 0,
                random.nextInt(8) > 0,
                random.nextInt(8) > 0,
                true);
    }

    FirewallRule rule(String name) {
        String action = one(List.of("Allow", "Allow", "Allow", "Block", "Bypass"));
        boolean secure = action.equals("Bypass") || action.equals("Allow") && random.nextBoolean();
        return new FirewallRule(
                name,
                "Rule " + name,
                random.nextInt(4) == 0 ? FirewallRule.OWN_GROUP : "",
                random.nextInt(5) > 0,
                action,
                one(List.of("Any", "Any", "Domain", "Private, Public")),
                one(List.of("TCP", "TCP", "Any", "UDP")),
                one(PORTS),
                List.of("Any"),
                RemoteAddresses.of(one(REMOTES)).texts(),
                secure ? one(LISTS) : "",
                secure ? one(LISTS) : "",
                secure ? "Required" : "NotRequired",
                "NotRequired",
                one(PROGRAMS),
                "Any",
                List.of("Any"),
                random.nextInt(4) == 0 ? "GroupPolicy" : FirewallRule.LOCAL,
                Map.of());
    }

    private ConnectionSecurityRule securityRule(String name) {
        boolean exempt = random.nextInt(4) == 0;
        return new ConnectionSecurityRule(
                name,
                name,
                "",
                random.nextInt(6) > 0,
                "Any",
                exempt ? "None" : one(List.of("Request", "Request", "Require")),
                exempt ? "None" : "Request",
                "TCP",
                one(PORTS),
                List.of("Any"),
                List.of("Any"),
                RemoteAddresses.of(one(REMOTES)).texts(),
                one(List.of("p1", "p1o")),
                one(List.of("p2", "p2", "p2x", "")),
                random.nextInt(4) == 0 ? "GroupPolicy" : FirewallRule.LOCAL);
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }
}
