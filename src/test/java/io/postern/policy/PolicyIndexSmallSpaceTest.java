package io.postern.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PolicyIndexSmallSpaceTest {
    private static final int SEEDS = Seeds.of(25);

    @Test
    void agreesWithTheReferenceAndTheEvaluatorOnEverySubmissionOfASmallSpace() {
        int[] asked = {0};
        for (long seed = 0; seed < SEEDS; seed++) {
            Policy policy = new SmallPolicies(seed).policy();
            PolicyEvaluator evaluator = new PolicyEvaluator(policy);
            ReferenceDecision reference = new ReferenceDecision(policy);
            Map<Instant, PolicyIndex> indexes = indexes(policy);
            String label = "seed " + seed;
            SmallSpace.forEach(
                    submission -> {
                        if (SmallSpace.isAnswerable(policy, submission)) {
                            asked[0]++;
                            Decision expected = reference.decide(submission);
                            Decision actual = indexes.get(submission.at()).decide(submission);
                            if (!expected.equals(actual)) {
                                assertEquals(expected, actual, label + " " + submission);
                            }
                            if (!actual.equals(evaluator.decide(submission))) {
                                assertEquals(
                                        evaluator.decide(submission),
                                        actual,
                                        label + " " + submission);
                            }
                        }
                    });
        }
        assertTrue(
                asked[0] > Seeds.fewest(300_000),
                "only " + asked[0] + " submissions were answerable");
    }

    @Test
    void agreesOnEveryAddressOfASlash26AndOfASlash122() {
        for (long seed = 0; seed < SEEDS; seed++) {
            PolicyIndexPolicies policies = new PolicyIndexPolicies(seed, 3, 4, true);
            Policy policy = policies.policy(4 + (int) seed % 20, (int) seed % 5);
            PolicyEvaluator evaluator = new PolicyEvaluator(policy);
            PolicyIndex index = PolicyIndex.of(policy, PolicyIndexPolicies.AT);
            for (Address address : everyAddress()) {
                for (Server server : policy.servers()) {
                    for (int port : server.ports()) {
                        for (String account : identities("user", 4)) {
                            for (String computer : identities("pc", 4)) {
                                Submission submission =
                                        new Submission(
                                                address,
                                                account,
                                                computer,
                                                server.name(),
                                                port,
                                                PolicyIndexPolicies.AT);
                                Decision expected = evaluator.decide(submission);
                                Decision actual = index.decide(submission);
                                if (!expected.equals(actual)) {
                                    assertEquals(
                                            expected, actual, "seed " + seed + " " + submission);
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    private static List<Address> everyAddress() {
        List<Address> addresses = new ArrayList<>();
        for (int i = -1; i <= 64; i++) {
            addresses.add(Address.ipv4(0x0A000000L + i));
            if (i >= 0) {
                addresses.add(Address.ipv6(0xFD00_0000_0000_0000L, i));
            }
        }
        for (String text : List.of("0.0.0.0", "255.255.255.255", "::", "::1", "fcff::")) {
            addresses.add(Address.parse(text));
        }
        addresses.add(Address.last(AddressFamily.IPV6));
        addresses.add(Address.parseLiteral("::ffff:10.0.0.1"));
        return addresses;
    }

    private static List<String> identities(String kind, int count) {
        List<String> identities = new ArrayList<>();
        identities.add(null);
        identities.add("(other)");
        identities.add("stranger1");
        for (int i = 0; i < count; i++) {
            identities.add(kind + i);
        }
        return identities;
    }

    @Test
    void itsEpochIsTheLongestInWhichNoGrantBeginsOrEnds() {
        for (long seed = 0; seed < SEEDS; seed++) {
            Policy policy = new SmallPolicies(seed).policy();
            List<Instant> boundaries = new ArrayList<>();
            for (Grant grant : policy.grants()) {
                boundaries.add(grant.notBefore());
                boundaries.add(grant.expires());
            }
            boundaries.removeIf(boundary -> boundary == null);
            for (Instant at : SmallPolicies.TIMES) {
                PolicyIndex index = PolicyIndex.of(policy, at);
                String label = "seed " + seed + " at " + at;
                Instant from =
                        boundaries.stream()
                                .filter(boundary -> !boundary.isAfter(at))
                                .max(Instant::compareTo)
                                .orElse(null);
                Instant until =
                        boundaries.stream()
                                .filter(boundary -> boundary.isAfter(at))
                                .min(Instant::compareTo)
                                .orElse(null);
                assertEquals(from, index.from(), label);
                assertEquals(until, index.until(), label);
                assertTrue(index.covers(at), label);
                if (from != null) {
                    assertTrue(index.covers(from), label);
                    assertFalse(index.covers(from.minusSeconds(1)), label);
                }
                if (until != null) {
                    assertTrue(index.covers(until.minusSeconds(1)), label);
                    assertFalse(index.covers(until), label);
                }
            }
        }
    }

    private static Map<Instant, PolicyIndex> indexes(Policy policy) {
        Map<Instant, PolicyIndex> indexes = new HashMap<>();
        SmallPolicies.TIMES.forEach(at -> indexes.put(at, PolicyIndex.of(policy, at)));
        return indexes;
    }
}
