package io.postern.enforcement.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FirewallCompilerTest {
    private static String sid(int number) {
        return "S-1-5-21-1004336348-1177238915-682003330-" + number;
    }

    private static String declared(String word, String kind, int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(
                        i ->
                                "  - {name: '"
                                        + word
                                        + i
                                        + "', sid: "
                                        + sid(i)
                                        + ", kind: "
                                        + kind
                                        + "}\n")
                .collect(Collectors.joining());
    }

    private static String names(String word, int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> "'" + word + i + "'")
                .collect(Collectors.joining(", "));
    }

    private static final String WITHIN = "addresses: [10.20.40.0/24]";

    @Test
    void manyAccountsAndComputersAreEveryChunkWithEveryChunkAndDenialsAreInEach() {
        CompiledFirewall compiled =
                FirewallDraft.compile(
                        FirewallDraft.policy(
                                "principals:\n"
                                        + declared("u", "user", 1000, 1400)
                                        + declared("c", "computer", 2000, 2300)
                                        + "grants:\n  - {key: many, from: {"
                                        + WITHIN
                                        + ", accounts: ["
                                        + names("u", 1000, 1400)
                                        + "], computers: ["
                                        + names("c", 2000, 2300)
                                        + "]}, to: {}, tier: internal}\n"
                                        + "blocks:\n  - {key: two, from: {accounts: [u1000, u1399]},"
                                        + " to: {}}\n"));
        assertEquals(List.of(), compiled.unsupported());
        List<FirewallRule> rules = FirewallDraft.own(compiled, "many").toList();
        Set<String> users = new TreeSet<>();
        Set<String> machines = new TreeSet<>();
        Set<String> allowedUsers = new TreeSet<>();
        Set<String> allowedMachines = new TreeSet<>();
        for (FirewallRule rule : rules) {
            users.add(rule.remoteUser());
            machines.add(rule.remoteMachine());
            AccountList user = AccountList.parse(rule.remoteUser());
            AccountList machine = AccountList.parse(rule.remoteMachine());
            assertEquals(Set.of(sid(1000), sid(1399)), user.denied());
            assertEquals(Set.of(), machine.denied());
            allowedUsers.addAll(user.allowed());
            allowedMachines.addAll(machine.allowed());
            assertTrue(rule.remoteUser().length() <= AccountList.MAX_CHARACTERS);
            assertTrue(rule.remoteMachine().length() <= AccountList.MAX_CHARACTERS);
            assertEquals(user.sddl(), rule.remoteUser(), "canonical");
            assertEquals("Required", rule.authentication());
        }
        assertEquals(398, allowedUsers.size());
        assertEquals(300, allowedMachines.size());
        assertEquals(3, users.size());
        assertEquals(2, machines.size());
        assertEquals(6, rules.size(), "every chunk with every chunk");
        assertEquals(
                6, rules.stream().map(r -> r.remoteUser() + r.remoteMachine()).distinct().count());
    }

    @Test
    void denialsThatFillAListAreRefusedWithTheAdviceToUseAGroup() {
        CompiledFirewall compiled =
                FirewallDraft.compile(
                        FirewallDraft.policy(
                                "principals:\n  - {name: G, sid: S-1-5-21-1-2-3-4, kind: group}\n"
                                        + declared("u", "user", 1000, 1200)
                                        + "grants:\n  - {key: g, from: {"
                                        + WITHIN
                                        + ", accounts: [G]}, to: {}, tier: internal}\n"
                                        + "blocks:\n  - {key: many, from: {accounts: ["
                                        + names("u", 1000, 1200)
                                        + "]}, to: {}}\n"));
        assertEquals(0, FirewallDraft.own(compiled, "g").count());
        assertEquals("g", compiled.unsupported().get(0).entry());
        assertTrue(compiled.unsupported().get(0).remedy().contains("use a group"));
    }

    @Test
    void aBlockOfAnAccountOnAComputerLeavesBothElsewhere() {
        CompiledFirewall compiled = FirewallDraft.compile(combined(""));
        List<FirewallRule> rules = FirewallDraft.own(compiled, "both").toList();
        assertEquals(List.of(), compiled.unsupported());
        assertEquals(2, rules.size());
        for (String account : List.of("S-1-5-21-1-2-3-1", "S-1-5-21-1-2-3-2")) {
            for (String computer : List.of("S-1-5-21-1-2-3-3", "S-1-5-21-1-2-3-4")) {
                boolean isBlocked =
                        account.equals("S-1-5-21-1-2-3-1") && computer.equals("S-1-5-21-1-2-3-3");
                assertEquals(
                        !isBlocked,
                        rules.stream().anyMatch(rule -> admits(rule, account, computer)),
                        account + " on " + computer);
            }
        }
    }

    private static boolean admits(FirewallRule rule, String account, String computer) {
        return AccountList.parse(rule.remoteUser()).admits(Set.of(account))
                && AccountList.parse(rule.remoteMachine()).admits(Set.of(computer));
    }

    private static String combined(String more) {
        return FirewallDraft.policy(
                """
                principals:
                  - {name: u1, sid: S-1-5-21-1-2-3-1, kind: user}
                  - {name: u2, sid: S-1-5-21-1-2-3-2, kind: user}
                  - {name: c3, sid: S-1-5-21-1-2-3-3, kind: computer}
                  - {name: c4, sid: S-1-5-21-1-2-3-4, kind: computer}
                grants:
                  - {key: both, from: {addresses: [10.20.40.0/24], accounts: [u1, u2], computers: [c3, c4]}, to: {}, tier: internal}
                blocks:
                  - {key: b, from: {accounts: [u1], computers: [c3]}, to: {}}
                """
                        + more);
    }

    @Test
    void moreCombinedBlocksThanCanBeSplitAreNotCompiled() {
        StringBuilder yaml = new StringBuilder("principals:\n");
        yaml.append(declared("u", "user", 1000, 1010))
                .append(declared("c", "computer", 2000, 2010));
        yaml.append("grants:\n  - {key: g, from: {").append(WITHIN).append(", accounts: [");
        yaml.append(names("u", 1000, 1010)).append("], computers: [");
        yaml.append(names("c", 2000, 2010)).append("]}, to: {}, tier: internal}\nblocks:\n");
        for (int i = 0; i < 4; i++) {
            yaml.append(block(i));
        }
        CompiledFirewall four = FirewallDraft.compile(FirewallDraft.policy(yaml.toString()));
        assertEquals(List.of(), four.unsupported());
        assertEquals(16, FirewallDraft.own(four, "g").count());
        CompiledFirewall five =
                FirewallDraft.compile(FirewallDraft.policy(yaml.append(block(4)).toString()));
        assertEquals("g", five.unsupported().get(0).entry());
        assertEquals(0, FirewallDraft.own(five, "g").count());
    }

    private static String block(int i) {
        return "  - {key: b"
                + i
                + ", from: {accounts: [u100"
                + i
                + "], computers: [c200"
                + i
                + "]}, to: {}}\n";
    }

    @Test
    void aBlockThatARuleCannotSeeIsToldWithTheGrant() {
        CompiledFirewall compiled =
                FirewallDraft.compile(
                        FirewallDraft.policy(
                                """
                                principals:
                                  - {name: u1, sid: S-1-5-21-1-2-3-1, kind: user}
                                  - {name: c3, sid: S-1-5-21-1-2-3-3, kind: computer}
                                grants:
                                  - {key: alone, from: {addresses: [10.20.40.0/24], accounts: [u1]}, to: {}, tier: internal}
                                  - {key: plain, from: {addresses: [10.20.40.9]}, to: {}, tier: internal}
                                blocks:
                                  - {key: pc, from: {computers: [c3]}, to: {}}
                                """));
        assertEquals(1, FirewallDraft.own(compiled, "alone").count());
        assertEquals(
                List.of("pc", "pc"),
                compiled.unsupported().stream().map(one -> one.entry()).toList());
        assertTrue(compiled.unsupported().get(0).reason().contains("grant 'alone'"));
        assertTrue(compiled.unsupported().get(1).reason().contains("'plain'"));
    }

    @Test
    void aBlockOfWhoIsNotAskedForTouchesNothing() {
        CompiledFirewall compiled =
                FirewallDraft.compile(
                        FirewallDraft.policy(
                                """
                                principals:
                                  - {name: u1, sid: S-1-5-21-1-2-3-1, kind: user}
                                  - {name: u2, kind: user}
                                grants:
                                  - {key: one, from: {addresses: [10.20.40.0/24], accounts: [u1]}, to: {}, tier: internal}
                                blocks:
                                  - {key: other, from: {accounts: [u2]}, to: {}}
                                """));
        assertEquals(List.of(), compiled.unsupported());
        assertEquals(
                "O:LSD:(A;;CC;;;S-1-5-21-1-2-3-1)",
                FirewallDraft.own(compiled, "one").findFirst().orElseThrow().remoteUser());
    }

    @Test
    void aBlockedAccountThatMayBeInAnAllowedGroupIsDenied() {
        CompiledFirewall compiled =
                FirewallDraft.compile(
                        FirewallDraft.policy(
                                """
                                principals:
                                  - {name: G, sid: S-1-5-21-1-2-3-9, kind: group}
                                  - {name: u1, sid: S-1-5-21-1-2-3-1, kind: user}
                                grants:
                                  - {key: g, from: {addresses: [10.20.40.0/24], accounts: [G]}, to: {}, tier: internal}
                                blocks:
                                  - {key: b, from: {accounts: [u1]}, to: {}}
                                """));
        assertEquals(
                "O:LSD:(D;;CC;;;S-1-5-21-1-2-3-1)(A;;CC;;;S-1-5-21-1-2-3-9)",
                FirewallDraft.own(compiled, "g").findFirst().orElseThrow().remoteUser());
    }

    @Test
    void withoutKerberosRangesNothingIsProvenAndItIsSaid() {
        CompiledFirewall compiled =
                FirewallDraft.compile(
                        """
                        version: 1
                        servers: [{name: EX01, addresses: [10.20.0.11]}]
                        principals: [{name: u1, sid: S-1-5-21-1-2-3-1, kind: user}]
                        grants:
                          - {key: g, from: {accounts: [u1]}, to: {}, tier: internal}
                        """);
        assertEquals(
                "EX01 states no kerberosRanges, so nobody is asked to prove an identity",
                compiled.unsupported().get(0).reason());
        assertEquals(1, compiled.state().rules().size());
        assertEquals(List.of(), compiled.state().securityRules());
        assertEquals(List.of(), compiled.state().authenticationSets());
    }

    @Test
    void moreThanTwoThousandRulesAreRefusedForTheWholeServer() {
        CompiledFirewall compiled =
                FirewallDraft.compile(
                        FirewallDraft.policy(
                                "principals:\n"
                                        + declared("u", "user", 10_000, 18_000)
                                        + declared("c", "computer", 20_000, 28_000)
                                        + "grants:\n  - {key: g, from: {"
                                        + WITHIN
                                        + ", accounts: ["
                                        + names("u", 10_000, 18_000)
                                        + "], computers: ["
                                        + names("c", 20_000, 28_000)
                                        + "]}, to: {}, tier: internal}\n"));
        assertNull(compiled.state());
        assertEquals("EX01", compiled.unsupported().get(0).entry());
        assertTrue(compiled.unsupported().get(0).remedy().contains("use a group"));
    }

    @Test
    void aThousandAddressesFillARule() {
        StringBuilder addresses = new StringBuilder();
        for (int i = 0; i < 1500; i++) {
            addresses.append(i == 0 ? "" : ", ").append("10.1.").append(i / 100).append('.');
            addresses.append(i % 100 * 2);
        }
        CompiledFirewall compiled =
                FirewallDraft.compile(
                        FirewallDraft.policy(
                                "grants:\n  - {key: g, from: {addresses: ["
                                        + addresses
                                        + "]}, to: {}, tier: internal}\n"));
        List<Integer> sizes =
                FirewallDraft.own(compiled, "addresses")
                        .map(rule -> rule.remoteAddresses().size())
                        .sorted()
                        .toList();
        assertEquals(List.of(503, 1000), sizes, "with the server's own and loopback");
    }

    @Test
    void oneChangedGrantLeavesTheNamesOfOthers() {
        CompiledFirewall before = FirewallDraft.compile(combined(""));
        CompiledFirewall after =
                FirewallDraft.compile(
                        combined("")
                                .replace(
                                        "blocks:",
                                        "  - {key: more, from: {addresses: [10.20.41.0/24],"
                                                + " accounts: [u2]}, to: {}, tier: relay}\nblocks:"));
        assertEquals(
                before.state().rules(),
                after.state().rules().stream()
                        .filter(rule -> !rule.displayName().contains("more"))
                        .toList());
        assertEquals(before.state().rules().size() + 1, after.state().rules().size());
    }

    @Test
    void aKeyThatIsNoNameIsShownSafelyAndKeptInTheDigest() {
        String one = "grants: [{key: \"a|b*\\u202e?\", from: {accounts: [u1], " + WITHIN;
        String rest =
                "}, to: {}, tier: internal}]\n"
                        + "principals: [{name: u1, sid: S-1-5-21-1-2-3-1, kind: user}]\n";
        FirewallRule rule =
                FirewallDraft.own(FirewallDraft.compile(FirewallDraft.policy(one + rest)), "a-b")
                        .findFirst()
                        .orElseThrow();
        assertFalse(rule.displayName().contains("|"), rule.displayName());
        assertFalse(rule.displayName().contains("\u202e"), rule.displayName());
        FirewallRule other =
                FirewallDraft.own(
                                FirewallDraft.compile(
                                        FirewallDraft.policy(one.replace("b*", "b") + rest)),
                                "a-b")
                        .findFirst()
                        .orElseThrow();
        assertNotEquals(rule.name(), other.name());
    }

    @Test
    void theSameTextCompilesToTheSameStateWhateverTheOrderOfEntries() {
        String yaml =
                """
                grants:
                  - {key: a, from: {addresses: [10.20.30.0/24]}, to: {}, tier: internal}
                  - {key: b, from: {addresses: [10.20.40.0/24], accounts: [u1]}, to: {}, tier: relay}
                principals: [{name: u1, sid: S-1-5-21-1-2-3-1, kind: user}]
                """;
        String swapped =
                """
                grants:
                  - {key: b, from: {addresses: [10.20.40.0/24], accounts: [u1]}, to: {}, tier: relay}
                  - {key: a, from: {addresses: [10.20.30.0/24]}, to: {}, tier: internal}
                principals: [{name: u1, sid: s-1-5-21-1-2-3-1, kind: user}]
                """;
        assertEquals(
                FirewallDraft.compile(FirewallDraft.policy(yaml)).state(),
                FirewallDraft.compile(FirewallDraft.policy(swapped)).state());
    }
}
