package io.postern.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.postern.policy.yaml.PolicyDocument;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ChangeProofTest {
    private static final String TOP =
            "version: 1\nservers: [{name: ex01}, {name: ex02}]\n"
                    + "principals: [{name: alice, kind: user}, {name: G, kind: group}]\n";
    private static final String A = "{key: a, from: {addresses: [10.0.0.1]}, tier: relay}";

    static List<Arguments> cases() {
        return List.of(
                Arguments.of(
                        "a new grant gives what it says",
                        "",
                        "grants: [" + A + "]",
                        List.of("GIVES a relay already NONE achieved WHOLE"),
                        List.of()),
                Arguments.of(
                        "a grant under a wider one was already true",
                        "grants: [{key: w, from: {addresses: [10.0.0.0/24]}, tier: relay}]",
                        "grants: [{key: w, from: {addresses: [10.0.0.0/24]}, tier: relay}, "
                                + A
                                + "]",
                        List.of("GIVES a relay already WHOLE achieved WHOLE"),
                        List.of()),
                Arguments.of(
                        "a block keeps a grant from giving",
                        "blocks: [{key: k, from: {addresses: [10.0.0.1]}, to: {servers: [ex01]}}]",
                        "grants: ["
                                + A
                                + "]\n"
                                + "blocks: [{key: k, from: {addresses: [10.0.0.1]},"
                                + " to: {servers: [ex01]}}]",
                        List.of(
                                "GIVES a relay already NONE achieved PART missing [ex01] 10.0.0.1"
                                        + " k"),
                        List.of()),
                Arguments.of(
                        "a removed grant that another repeats takes nothing",
                        "grants: ["
                                + A
                                + ", {key: w, from: {addresses: [10.0.0.0/24]}, tier: trusted}]",
                        "grants: [{key: w, from: {addresses: [10.0.0.0/24]}, tier: trusted}]",
                        List.of(
                                "TAKES a relay already NONE achieved NONE missing [ex01, ex02]"
                                        + " 10.0.0.1 w"),
                        List.of()),
                Arguments.of(
                        "a grant that is lowered takes the one tier and gives the other already",
                        "grants: [" + A + "]",
                        "grants: [" + A.replace("relay", "internal") + "]",
                        List.of("TAKES a relay already NONE achieved WHOLE"),
                        List.of()),
                Arguments.of(
                        "a grant that is widened gives the new part only",
                        "grants: [" + A + "]",
                        "grants: [" + A.replace("10.0.0.1", "10.0.0.0/31") + "]",
                        List.of("GIVES a relay already NONE achieved WHOLE"),
                        List.of()),
                Arguments.of(
                        "a grant that gets an end takes the time after it",
                        "grants: [" + A + "]",
                        "grants: [" + A.replace("tier", "expires: 2027-03-01, tier") + "]",
                        List.of("TAKES a relay already NONE achieved WHOLE"),
                        List.of()),
                Arguments.of(
                        "a new block closes, and what was closed was already true",
                        "grants: [" + A + "]",
                        "grants: [" + A + "]\nblocks: [{key: k, from: {addresses: [10.0.0.0/24]}}]",
                        List.of("BLOCKS k none already PART achieved WHOLE"),
                        List.of()),
                Arguments.of(
                        "a lifted block opens what is granted",
                        "grants: [" + A + "]\nblocks: [{key: k, from: {addresses: [10.0.0.1]}}]",
                        "grants: [" + A + "]",
                        List.of("LIFTS k none already NONE achieved WHOLE"),
                        List.of()),
                Arguments.of(
                        "a shared set that changes is collateral of the grants that use it",
                        "addressSets: {s: [10.0.0.1]}\n"
                                + "grants: [{key: a, from: {addresses: ['@s']}, tier: relay}]",
                        "addressSets: {s: [10.0.0.1, 10.0.0.9]}\n"
                                + "grants: [{key: a, from: {addresses: ['@s']}, tier: relay}]",
                        List.of(),
                        List.of("OPENS 10.0.0.9 a")),
                Arguments.of(
                        "another reason is no edit of the meaning",
                        "grants: [" + A + "]",
                        "grants: [" + A.replace("tier", "reason: new, tier") + "]",
                        List.of(),
                        List.of()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void saysExactly(
            String name, String before, String after, List<String> steps, List<String> collateral) {
        ChangeProof proof = ChangeProof.of(policy(before), policy(after), null);
        assertEquals(steps, proof.steps().stream().map(ChangeProofTest::told).toList());
        assertEquals(
                collateral,
                proof.collateral().stream()
                        .map(
                                region ->
                                        region.direction()
                                                + " "
                                                + region.addresses()
                                                + " "
                                                + region.because().after())
                        .toList());
    }

    private static Policy policy(String text) {
        return PolicyDocument.parse(TOP + text).policy();
    }

    private static String told(ChangeProof.Step step) {
        StringBuilder text =
                new StringBuilder(
                        step.intent()
                                + " "
                                + step.key()
                                + " "
                                + step.tier().word()
                                + " already "
                                + step.alreadyTrue()
                                + " achieved "
                                + step.achieved());
        step.missing()
                .forEach(
                        missing ->
                                text.append(" missing ")
                                        .append(missing.servers())
                                        .append(' ')
                                        .append(missing.addresses())
                                        .append(' ')
                                        .append(missing.because()));
        return text.toString();
    }

    @Test
    void anAddedServerIsNoCollateral() {
        Policy one =
                PolicyDocument.parse("version: 1\nservers: [{name: ex01}]\ngrants: [" + A + "]")
                        .policy();
        Policy two = policy("grants: [" + A + "]");
        ChangeProof proof = ChangeProof.of(one, two, null);
        assertTrue(proof.collateral().isEmpty(), proof.verdict());
    }

    /** On a small space, submission by submission. */
    @Test
    void agreesWithTheDecisionsOfASmallSpace() {
        for (long seed = 0; seed < Seeds.of(12); seed++) {
            SmallPolicies policies = new SmallPolicies(seed);
            Policy before = policies.policy();
            Policy after = seed % 2 == 0 ? policies.changed(before) : policies.policy();
            compare("seed " + seed, before, after);
        }
    }

    private static void compare(String label, Policy before, Policy after) {
        ChangeProof proof = ChangeProof.of(before, after, null);
        ReferenceDecision was = new ReferenceDecision(before);
        ReferenceDecision is = new ReferenceDecision(after);
        Set<String> strangers = SmallSpace.strangers(before, after);
        List<Grant> givers = new ArrayList<>(after.grants());
        Set<String> edited = new HashSet<>();
        for (Grant grant : after.grants()) {
            if (before.grants().stream().noneMatch(old -> old.key().equals(grant.key()))) {
                edited.add(grant.key());
            }
        }
        givers.removeIf(grant -> !edited.contains(grant.key()));
        for (Grant giver : givers) {
            ReferenceDecision alone = new ReferenceDecision(alone(after, giver));
            int[] counts = new int[4];
            SmallSpace.forEach(
                    raw -> {
                        Submission s = SmallSpace.inWords(strangers, raw);
                        Submission there = SmallSpace.asKnown(after, s);
                        if (giver.key().equals(alone.decide(there).grant())) {
                            Tier old = was.decide(SmallSpace.asKnown(before, s)).tier();
                            Tier now = is.decide(there).tier();
                            counts[old.compareTo(giver.tier()) >= 0 ? 0 : 1]++;
                            counts[now.compareTo(giver.tier()) >= 0 ? 2 : 3]++;
                        }
                    });
            ChangeProof.Step step =
                    proof.steps().stream()
                            .filter(s -> s.key().equals(giver.key()))
                            .filter(s -> s.intent() == ChangeProof.Intent.GIVES)
                            .findFirst()
                            .orElse(null);
            if (step == null) {
                assertEquals(0, counts[2] + counts[3], label + " no step for " + giver);
            } else {
                assertEquals(extent(counts[0], counts[1]), step.alreadyTrue(), label + giver);
                assertEquals(extent(counts[2], counts[3]), step.achieved(), label + giver);
            }
        }
        for (Region region : proof.collateral()) {
            SmallSpace.forEach(
                    raw -> {
                        Submission s = SmallSpace.inWords(strangers, raw);
                        if (ImpactSmallSpaceTest.contains(region, s)) {
                            Tier old = was.decide(SmallSpace.asKnown(before, s)).tier();
                            Tier now = is.decide(SmallSpace.asKnown(after, s)).tier();
                            if (old != region.before() || now != region.after()) {
                                fail(label + " " + s + " is no collateral: " + region);
                            }
                        }
                    });
        }
    }

    /** Without protected sources in the way: the smallest key and highest tier is the grant. */
    private static Policy alone(Policy policy, Grant grant) {
        Grant first =
                new Grant(
                        grant.key(),
                        grant.from(),
                        grant.to(),
                        Tier.TRUSTED,
                        null,
                        null,
                        null,
                        grant.notBefore(),
                        grant.expires());
        return new Policy(
                List.of(),
                policy.servers(),
                List.of(),
                policy.principals(),
                policy.addressSets(),
                List.of(first),
                List.of(),
                List.of(),
                List.of());
    }

    private static ChangeProof.Extent extent(int holds, int fails) {
        if (fails == 0) {
            return ChangeProof.Extent.WHOLE;
        }
        return holds == 0 ? ChangeProof.Extent.NONE : ChangeProof.Extent.PART;
    }
}
