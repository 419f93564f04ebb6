package io.postern.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.postern.policy.yaml.PolicyDocument;
import java.time.Instant;
import java.util.List;
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
                        ""),
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
                        "ADVISORY ipv6-only ok"),
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

    private static final String X = "principals: [{name: x, kind: user}]\n";

    private static Arguments of(String name, String before, String after, String expected) {
        return Arguments.of(name, before, after, expected);
    }

    private static String grants(String list) {
        return "grants:\n" + list + "\n";
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
                                "version: 1\nservers: [{name: ex01, addresses: [10.9.0.1]}]\n"
                                        + text)
                        .policy();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
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
}
