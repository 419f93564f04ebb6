package io.postern.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.policy.yaml.PolicyDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PolicyCheckTest {
    private static final Instant NOW = Instant.parse("2027-01-01T00:00:00Z");
    private static final String SOUND =
            "- {key: ok, from: {addresses: [10.0.0.1]}, tier: internal}";
    private static final String IDENTITY = "- {key: i, from: {accounts: [x]}, tier: %s}";

    static List<Arguments> cases() {
        return List.of(
                of("no grants at all", null, "grants: []", "HARD no-empty-policy null"),
                of(
                        "no grants is refused even if the base had none",
                        "grants: []",
                        "grants: []",
                        "HARD no-empty-policy null"),
                of(
                        "identity alone opens internal",
                        null,
                        grants(IDENTITY.formatted("internal")) + X,
                        ""),
                of(
                        "identity alone never relays",
                        null,
                        grants(IDENTITY.formatted("relay")) + X,
                        "HARD relay-needs-addresses i"),
                of(
                        "identity alone is never trusted",
                        null,
                        grants(IDENTITY.formatted("trusted")) + X,
                        "HARD trusted-needs-addresses i"),
                of(
                        "what the base already had is a finding",
                        grants(IDENTITY.formatted("relay")) + X,
                        grants(IDENTITY.formatted("relay")) + X,
                        "ADVISORY relay-needs-addresses i"),
                of(
                        "what the base had under another key is no more",
                        grants(IDENTITY.formatted("relay")) + X,
                        grants(IDENTITY.formatted("relay").replace("key: i", "key: j")) + X,
                        "ADVISORY relay-needs-addresses j"),
                of(
                        "widening what the base had is refused",
                        grants(IDENTITY.formatted("relay")) + X,
                        grants(IDENTITY.formatted("relay").replace("[x]", "[x, y]"))
                                + X.replace("]\n", ", {name: y, kind: user}]\n"),
                        "HARD relay-needs-addresses i"),
                of(
                        "a later expiry is wider",
                        grants(IDENTITY.formatted("relay, expires: 2027-02-01")) + X,
                        grants(IDENTITY.formatted("relay, expires: 2027-03-01")) + X,
                        "HARD relay-needs-addresses i"),
                of(
                        "a pickup grant can have no addresses",
                        null,
                        grants(IDENTITY.formatted("relay, to: {pickup: true}")) + X,
                        ""),
                of(
                        "a guardrail re-weighs a built-in rule",
                        null,
                        grants(IDENTITY.formatted("relay"))
                                + X
                                + "guardrails: [{rule: relay-needs-addresses, level: soft}]\n",
                        "SOFT relay-needs-addresses i"),
                of(
                        "a guardrail spares by key",
                        null,
                        grants(IDENTITY.formatted("relay"))
                                + X
                                + "guardrails: [{rule: relay-needs-addresses, except: [i]}]\n",
                        ""),
                of(
                        "a network wider than the limit",
                        null,
                        wide("10.0.0.0/19", ""),
                        "HARD max-prefix-v4 w"),
                of("a network at the limit", null, wide("10.0.0.0/20", ""), ""),
                of(
                        "a range of more addresses than the limit",
                        null,
                        wide("10.0.0.1-10.0.16.1", ""),
                        "HARD max-prefix-v4 w"),
                of(
                        "adjacent networks count together",
                        null,
                        wide("10.0.0.0/20, 10.0.16.0/20", ""),
                        "HARD max-prefix-v4 w"),
                of("a spared wide network", null, wide("10.0.0.0/8", ", except: [w]"), ""),
                of(
                        "IPv6 is wider than its own limit only",
                        null,
                        wide("fd00::/16", "")
                                .replace(
                                        "}]\n",
                                        "}, {rule: max-prefix-v6, limit: 64," + " level: soft}]\n"),
                        "SOFT max-prefix-v6 w"),
                of(
                        "a block on a server's own address",
                        null,
                        grants(SOUND) + "blocks: [{key: b, from: {addresses: [10.9.0.0/16]}}]\n",
                        "HARD protected-sources b"),
                of(
                        "a block on loopback, which excepts the rest",
                        null,
                        grants(SOUND) + "blocks: [{key: b, from: {addresses: [127.0.0.0/8]}}]\n",
                        "HARD protected-sources b"),
                of(
                        "the rest of 127.0.0.0/8 is ordinary",
                        null,
                        grants(SOUND)
                                + "blocks: [{key: b, from: {addresses: [127.0.0.0/8],"
                                + " except: [127.0.0.1]}}]\n",
                        ""),
                of(
                        "a block that the base had",
                        grants(SOUND) + "blocks: [{key: b, from: {addresses: [10.9.0.0/16]}}]\n",
                        grants(SOUND) + "blocks: [{key: b, from: {addresses: [10.9.0.0/17]}}]\n",
                        "ADVISORY protected-sources b"),
                of(
                        "an identity block from everywhere is advice",
                        null,
                        grants(SOUND) + X + "blocks: [{key: b, from: {accounts: [x]}}]\n",
                        "ADVISORY protected-sources b"),
                of("an assertion that holds", null, grants(SOUND) + asserts("internal"), ""),
                of(
                        "an assertion that fails",
                        null,
                        grants(SOUND) + asserts("relay"),
                        "HARD assertion t"),
                of(
                        "expect is equality with a tier",
                        null,
                        grants(SOUND.replace("internal", "relay")) + asserts("internal"),
                        "HARD assertion t"),
                of(
                        "must-allow is anything but none",
                        null,
                        grants(SOUND.replace("internal", "relay")) + asserts("must-allow"),
                        ""),
                of(
                        "must-deny is none",
                        null,
                        grants(SOUND) + asserts("must-deny"),
                        "HARD assertion t"),
                of(
                        "an assertion that failed in the base",
                        grants(SOUND) + asserts("relay"),
                        grants(SOUND) + asserts("relay"),
                        "ADVISORY assertion t"),
                of(
                        "an assertion is judged at its own time",
                        null,
                        grants(SOUND.replace("tier", "expires: 2026-01-01, tier"))
                                + asserts("internal, at: 2025-12-31"),
                        "ADVISORY expired ok"),
                of(
                        "a name nobody declares",
                        null,
                        grants(IDENTITY.formatted("internal")),
                        "ADVISORY undeclared-principal i"),
                of(
                        "a grant that ends before it begins",
                        null,
                        grants(
                                SOUND.replace(
                                        "tier",
                                        "notBefore: 2027-01-01, expires: 2027-01-01," + " tier")),
                        "ADVISORY never-valid ok"),
                of(
                        "all of IPv6 does not mean IPv4",
                        null,
                        grants(SOUND.replace("10.0.0.1", "'::/0'")),
                        "SOFT max-prefix-v6 ok; ADVISORY ipv6-only ok"),
                of(
                        "relay outside its ranges",
                        null,
                        grants(SOUND.replace("internal", "relay"))
                                + "guardrails: [{rule: relay-ranges, ranges: [10.1.0.0/16]}]\n",
                        "HARD relay-ranges ok"),
                of(
                        "an exception for nothing",
                        null,
                        grants(SOUND)
                                + "guardrails: [{rule: max-prefix-v4, limit: 8, except: [z]}]\n",
                        "ADVISORY unknown-exception max-prefix-v4"));
    }

    static List<Arguments> builtIn() {
        return List.of(
                of(
                        "trusted by addresses alone lacks a factor",
                        null,
                        grants(SOUND.replace("internal", "trusted")),
                        "SOFT trusted-needs-two-factors ok"),
                of(
                        "trusted by addresses and an account has two",
                        null,
                        grants(
                                        IDENTITY.formatted("trusted")
                                                .replace("{acc", "{addresses: [10.0.0.1], acc"))
                                + X,
                        ""),
                of(
                        "a pickup grant has its folder as a factor",
                        null,
                        grants(IDENTITY.formatted("trusted, to: {pickup: true}")) + X,
                        ""),
                of(
                        "relay from a public address",
                        null,
                        grants(SOUND.replace("internal", "relay").replace("10.0.0.1", "192.0.2.1")),
                        "SOFT relay-ranges ok"),
                of(
                        "relay from private and loopback addresses",
                        null,
                        grants(
                                SOUND.replace("internal", "relay")
                                        .replace(
                                                "10.0.0.1",
                                                "10.0.0.1, 172.31.0.9, 192.168.1.1, 127.0.0.9,"
                                                        + " 'fd00::1', '::1'")),
                        ""),
                of(
                        "the private ranges end where they end",
                        null,
                        grants(
                                SOUND.replace("internal", "relay")
                                        .replace("10.0.0.1", "172.32.0.1")),
                        "SOFT relay-ranges ok"),
                of(
                        "a network wider than /16",
                        null,
                        grants(SOUND.replace("10.0.0.1", "10.0.0.0/15")),
                        "SOFT max-prefix-v4 ok"),
                of("a network of /16", null, grants(SOUND.replace("10.0.0.1", "10.1.0.0/16")), ""),
                of(
                        "an IPv6 network wider than /48",
                        null,
                        grants(SOUND.replace("10.0.0.1", "'fd00::/47'")),
                        "SOFT max-prefix-v6 ok"),
                of("a /48", null, grants(SOUND.replace("10.0.0.1", "'fd00::/48'")), ""),
                of(
                        "a guardrail without a limit keeps the built-in one",
                        null,
                        grants(SOUND.replace("10.0.0.1", "10.0.0.0/15"))
                                + "guardrails: [{rule: max-prefix-v4, level: hard}]\n",
                        "HARD max-prefix-v4 ok"),
                of(
                        "a guardrail without a level keeps the built-in one",
                        null,
                        grants(SOUND.replace("10.0.0.1", "10.0.0.0/15"))
                                + "guardrails: [{rule: max-prefix-v4, except: [other]}]\n",
                        "SOFT max-prefix-v4 ok; ADVISORY unknown-exception max-prefix-v4"),
                of(
                        "nothing stated but what must be",
                        null,
                        "grants:\n" + SOUND + "\n",
                        "SOFT owner-stated ok; SOFT reason-stated ok; ADVISORY expiry-stated ok"),
                of(
                        "a blank owner is none",
                        null,
                        grants(SOUND.replace("key", "owner: ' ', key")),
                        "SOFT owner-stated ok"),
                of(
                        "an owner that the base lacked too",
                        "grants:\n" + SOUND + "\n",
                        "grants:\n" + SOUND + "\n",
                        "ADVISORY expiry-stated ok; ADVISORY owner-stated ok;"
                                + " ADVISORY reason-stated ok"),
                of(
                        "an owner that the change takes away",
                        grants(SOUND),
                        grants(SOUND).replace("owner: o, ", ""),
                        "SOFT owner-stated ok"),
                of(
                        "a group that gained a member is wider",
                        grants(IDENTITY.formatted("relay").replace("[x]", "[g]"))
                                + G.formatted("x"),
                        grants(IDENTITY.formatted("relay").replace("[x]", "[g]"))
                                + G.formatted("x, y"),
                        "HARD relay-needs-addresses i"),
                of(
                        "a server that gained a port is wider",
                        grants(IDENTITY.formatted("relay")) + X,
                        grants(IDENTITY.formatted("relay")) + X + "MORE-PORTS",
                        "HARD relay-needs-addresses i"),
                of(
                        "a removed protected source",
                        grants(SOUND) + GATE.formatted("10.8.0.1", "internal"),
                        grants(SOUND),
                        "HARD protected-sources gate"),
                of(
                        "a protected source that lost an address",
                        grants(SOUND) + GATE.formatted("10.8.0.1-10.8.0.2", "internal"),
                        grants(SOUND) + GATE.formatted("10.8.0.1", "relay"),
                        "HARD protected-sources gate"),
                of(
                        "a protected source that lost its tier",
                        grants(SOUND) + GATE.formatted("10.8.0.1", "relay"),
                        grants(SOUND) + GATE.formatted("10.8.0.1", "internal"),
                        "HARD protected-sources gate"),
                of(
                        "a protected source under another name",
                        grants(SOUND) + GATE.formatted("10.8.0.1", "internal"),
                        grants(SOUND)
                                + GATE.formatted("10.8.0.0/31", "relay").replace("gate,", "g2,"),
                        ""),
                of(
                        "a removed source can be spared, but not unseen",
                        grants(SOUND) + GATE.formatted("10.8.0.1", "internal"),
                        grants(SOUND) + "guardrails: [{rule: protected-sources, except: [gate]}]\n",
                        "SOFT guardrail-weakened protected-sources"),
                of(
                        "one change cannot unprotect and block",
                        grants(SOUND) + GATE.formatted("10.8.0.1", "internal"),
                        grants(SOUND) + "blocks: [{key: b, from: {addresses: [10.8.0.1]}}]\n",
                        "HARD protected-sources b; HARD protected-sources gate"),
                of(
                        "a server that moved leaves its old address unprotected",
                        grants(SOUND),
                        grants(SOUND) + "MOVED",
                        "SOFT protected-sources ex01"),
                of(
                        "a fifth of the granted addresses may change",
                        grants(NET.formatted("a", "10.1.0.0-10.1.0.99")),
                        grants(NET.formatted("a", "10.1.0.0-10.1.0.79")),
                        ""),
                of(
                        "more than a fifth",
                        grants(NET.formatted("a", "10.1.0.0-10.1.0.99")),
                        grants(NET.formatted("a", "10.1.0.0-10.1.0.78")),
                        "SOFT max-change null"),
                of(
                        "added addresses count as well",
                        grants(NET.formatted("a", "10.1.0.0-10.1.0.99")),
                        grants(NET.formatted("a", "10.1.0.0-10.1.0.120")),
                        "SOFT max-change null"),
                of(
                        "addresses that move between grants do not",
                        grants(NET.formatted("a", "10.1.0.0/24")),
                        grants(
                                NET.formatted("b", "10.1.0.0/25")
                                        + "\n"
                                        + NET.formatted("c", "10.1.0.128/25")
                                                .replace("key", "ticket: t, key")),
                        ""),
                of(
                        "raising them all is a change of all",
                        grants(NET.formatted("a", "10.1.0.0/24")),
                        grants(NET.formatted("a", "10.1.0.0/24").replace("internal", "relay")),
                        "SOFT max-change null"),
                of(
                        "a large IPv6 network drowns no IPv4 change",
                        grants(NET.formatted("a", "10.1.0.0/24, 'fd00::/64'")),
                        grants(NET.formatted("a", "10.1.0.0/25, 'fd00::/64'")),
                        "SOFT max-change null"),
                of(
                        "a family that the base does not grant has nothing to compare",
                        grants(NET.formatted("a", "10.1.0.0/24")),
                        grants(NET.formatted("a", "10.1.0.0/24, 'fd00::/64'")),
                        ""),
                of(
                        "grants that are over count as nothing",
                        grants(
                                NET.formatted("a", "10.1.0.0/24")
                                        + "\n"
                                        + NET.formatted("b", "10.2.0.0/24")
                                                .replace("key", "expires: 2026-01-01, key")),
                        grants(NET.formatted("a", "10.1.0.0/24")),
                        ""),
                of(
                        "its own limit is hard",
                        grants(NET.formatted("a", "10.1.0.0/24")) + CHANGE,
                        grants(NET.formatted("a", "10.1.0.0/24, 10.1.1.0/28")) + CHANGE,
                        "HARD max-change null"),
                of(
                        "a grant that the guardrail spares does not count",
                        grants(NET.formatted("a", "10.1.0.0/24")),
                        grants(
                                        NET.formatted("a", "10.1.0.0/24")
                                                + "\n"
                                                + NET.formatted("n", "10.2.0.0/24")
                                                        .replace("key", "ticket: t, key"))
                                + "guardrails: [{rule: max-change, except: [n]}]\n",
                        "SOFT guardrail-weakened max-change"),
                of(
                        "a lower level is weaker",
                        grants(SOUND) + "guardrails: [{rule: max-prefix-v4, limit: 20}]\n",
                        grants(SOUND)
                                + "guardrails: [{rule: max-prefix-v4, limit: 20, level: soft}]\n",
                        "SOFT guardrail-weakened max-prefix-v4"),
                of(
                        "a shorter prefix is weaker",
                        grants(SOUND) + "guardrails: [{rule: max-prefix-v4, limit: 20}]\n",
                        grants(SOUND) + "guardrails: [{rule: max-prefix-v4, limit: 19}]\n",
                        "SOFT guardrail-weakened max-prefix-v4"),
                of(
                        "a removed guardrail is weaker",
                        grants(SOUND) + "guardrails: [{rule: max-prefix-v4, limit: 20}]\n",
                        grants(SOUND),
                        "SOFT guardrail-weakened max-prefix-v4"),
                of(
                        "more per cent are weaker",
                        grants(SOUND),
                        grants(SOUND) + "guardrails: [{rule: max-change, limit: 21}]\n",
                        "SOFT guardrail-weakened max-change"),
                of(
                        "more ranges are weaker",
                        grants(SOUND),
                        grants(SOUND) + "guardrails: [{rule: relay-ranges, ranges: [192.0.2.1]}]\n",
                        "SOFT guardrail-weakened relay-ranges"),
                of(
                        "a stricter guardrail is no finding",
                        grants(SOUND) + "guardrails: [{rule: max-prefix-v4, limit: 20}]\n",
                        grants(SOUND)
                                + "guardrails: [{rule: max-prefix-v4, limit: 24}, {rule:"
                                + " max-change, limit: 10}, {rule: owner-stated, level: hard}]\n",
                        ""),
                of(
                        "an assertion that the change removes",
                        grants(SOUND) + asserts("internal"),
                        grants(SOUND),
                        "SOFT assertion-changed t"),
                of(
                        "an assertion that the change rewrites to pass",
                        grants(SOUND) + asserts("relay"),
                        grants(SOUND) + asserts("internal"),
                        "SOFT assertion-changed t"),
                of(
                        "another message is no other assertion",
                        grants(SOUND) + asserts("internal"),
                        grants(SOUND) + asserts("internal, message: m"),
                        ""));
    }

    private static final String G =
            "principals: [{name: x, kind: user}, {name: y, kind: user},"
                    + " {name: g, kind: group, members: [%s]}]\n"
                    + "assertions: [{key: t, address: 10.0.0.1, account: y, server: ex01,"
                    + " expect: must-deny, at: 2030-01-01}]\n";
    private static final String GATE =
            "protectedSources: [{name: gate, kind: gateway, addresses: [%s], tier: %s}]\n";
    private static final String NET = "- {key: %s, from: {addresses: [%s]}, tier: internal}";
    private static final String CHANGE = "guardrails: [{rule: max-change, limit: 5}]\n";

    private static final String X = "principals: [{name: x, kind: user}]\n";

    private static Arguments of(String name, String before, String after, String expected) {
        return Arguments.of(name, before, after, expected);
    }

    /**
     * Grants with owner, reason and expiry where they state none: most cases are not about that.
     */
    private static String grants(String list) {
        StringBuilder text = new StringBuilder("grants:\n");
        for (String line : list.split("\n")) {
            String full = line;
            for (String more : List.of("owner: o", "reason: r", "expires: 2028-01-01")) {
                String field = more.substring(0, more.indexOf(' '));
                full = full.contains(field) ? full : full.replace("- {", "- {" + more + ", ");
            }
            text.append(full).append('\n');
        }
        return text.toString();
    }

    private static String wide(String addresses, String more) {
        return grants("- {key: w, from: {addresses: [" + addresses + "]}, tier: internal}")
                + "guardrails: [{rule: max-prefix-v4, limit: 20"
                + more
                + "}]\n";
    }

    private static String asserts(String expect) {
        return "assertions: [{key: t, address: 10.0.0.1, server: ex01, expect: " + expect + "}]\n";
    }

    private static Policy policy(String text) {
        return text == null
                ? Policy.EMPTY
                : PolicyDocument.parse(
                                "version: 1\nservers: [{name: ex01, addresses: [10.9.0."
                                        + (text.endsWith("MOVED") ? "2]" : "1]")
                                        + (text.endsWith("MORE-PORTS") ? ", ports: [25, 26]" : "")
                                        + "}]\n"
                                        + text.replaceAll("MOVED|MORE-PORTS", ""))
                        .policy();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"cases", "builtIn"})
    void findsExactly(String name, String before, String after, String expected) {
        List<PolicyCheck.Finding> findings = PolicyCheck.check(policy(before), policy(after), NOW);
        assertEquals(
                expected,
                String.join(
                        "; ",
                        findings.stream()
                                .map(f -> f.level() + " " + f.rule() + " " + f.entry())
                                .toList()));
    }

    private static Policy of(Grant grant, Block block, Assertion assertion) {
        Policy sound = policy(grants(SOUND));
        return new Policy(
                List.of(),
                sound.servers(),
                List.of(),
                List.of(),
                Map.of(),
                grant == null ? sound.grants() : List.of(grant),
                block == null ? List.of() : List.of(block),
                assertion == null ? List.of() : List.of(assertion),
                List.of());
    }

    private static final From NOBODY =
            new From(Addresses.NOT_ASKED, Addresses.NOT_ASKED, List.of(), List.of());

    private static List<String> told(Policy policy) {
        return PolicyCheck.check(Policy.EMPTY, policy, NOW).stream()
                .map(f -> f.level() + " " + f.rule() + " " + f.entry())
                .toList();
    }

    @Test
    void aPolicyBuiltByAProgramCannotForgetFrom() {
        Grant grant =
                new Grant(
                        "g",
                        NOBODY,
                        To.EVERYWHERE,
                        Tier.INTERNAL,
                        "o",
                        "r",
                        null,
                        null,
                        NOW.plusSeconds(9));
        assertTrue(told(of(grant, null, null)).contains("HARD no-empty-from g"));
        Block block = new Block("b", NOBODY, To.EVERYWHERE, null, null);
        assertTrue(told(of(null, block, null)).contains("HARD no-empty-from b"));
    }

    @Test
    void anAssertionOnAnUnknownServerOrIdentityIsTold() {
        List<String> told =
                told(of(null, null, assertion("must-deny", "nobody-knows", "ex09", 25)));
        assertTrue(told.contains("HARD assertion t"), told.toString());
        assertTrue(told.contains("ADVISORY unknown-server t"), told.toString());
        assertTrue(told.contains("ADVISORY undeclared-principal t"), told.toString());
    }

    @Test
    void noneAndOtherAreIdentitiesThatAnAssertionMayName() {
        for (String word : List.of("(none)", "(other)")) {
            assertEquals(
                    List.of(), told(of(null, null, assertion("internal", word, "ex01", 25))), word);
        }
    }

    @Test
    void aFailingAssertionNamesWhatDecided() {
        assertEquals(
                "Assertion 't' fails: 10.0.0.1 on ex01:25 is expected must-deny and gets internal"
                        + " by grant 'ok'. Ask the owner.",
                message(of(null, null, assertion("must-deny", null, "ex01", 25))));
        Block block =
                new Block(
                        "brake",
                        new From(
                                new Addresses(List.of("10.0.0.1"), AddressSet.parse("10.0.0.1")),
                                Addresses.NOT_ASKED,
                                List.of(),
                                List.of()),
                        To.EVERYWHERE,
                        "r",
                        null);
        assertEquals(
                "Assertion 't' fails: 10.0.0.1 on ex01:25 is expected must-allow and gets none by"
                        + " block 'brake'. Ask the owner.",
                message(of(null, block, assertion("must-allow", null, "ex01", 25))));
        assertEquals(
                "Assertion 't' fails: server 'ex01' has no port 26 (it has 25). Ask the owner.",
                message(of(null, null, assertion("must-allow", null, "ex01", 26))));
    }

    private static Assertion assertion(String expect, String account, String server, int port) {
        return new Assertion(
                "t",
                expect,
                Address.parse("10.0.0.1"),
                account,
                null,
                server,
                port,
                null,
                "Ask the owner.");
    }

    private static String message(Policy policy) {
        return PolicyCheck.check(Policy.EMPTY, policy, NOW).stream()
                .filter(f -> f.rule().equals("assertion"))
                .map(PolicyCheck.Finding::message)
                .findFirst()
                .orElse("none");
    }

    @Test
    void everyRuleIsInTheReference() throws IOException {
        Set<String> documented = new TreeSet<>();
        Matcher rows =
                Pattern.compile("(?m)^\\| `([a-z0-9-]+)` \\|")
                        .matcher(Files.readString(Path.of("docs", "guardrails.md")));
        while (rows.find()) {
            documented.add(rows.group(1));
        }
        Set<String> rules = new TreeSet<>(PolicyCheck.RULES);
        rules.addAll(PolicyCheck.FIXED_RULES);
        assertEquals(rules, documented);
    }

    @Test
    void theReferenceStatesEachBuiltInLevelAndLimit() throws IOException {
        String reference = Files.readString(Path.of("docs", "guardrails.md"));
        for (GuardrailRule rule : GuardrailRule.values()) {
            String limit = rule.takesLimit() ? rule.limit().toString() : "ranges";
            boolean bound = rule.takesLimit() || rule.takesRanges();
            String row =
                    "| `"
                            + rule.word()
                            + "` | "
                            + rule.level(false).word()
                            + (bound ? " | " + limit + " |" : " ||");
            assertTrue(reference.contains(row), row);
        }
    }
}
