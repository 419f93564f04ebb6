package io.postern.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PassageDifferenceTest {
    private static final int SEEDS = Seeds.of(40);
    private static final Tier[] TIERS = {Tier.INTERNAL, Tier.RELAY, Tier.TRUSTED};
    private static final String[] RANGES = {
        "10.0.0.0/30", "10.0.0.2-10.0.0.5", "fd00::1-fd00::4", "0.0.0.0/0", "127.0.0.0/8", "::/0"
    };

    /** Passages and the same as policies of one grant, whose matching is known to be right. */
    private record Lets(List<Passage> passages, List<Policy> asGrants) {
        Tier tier(Submission s) {
            Tier tier = Tier.NONE;
            for (int i = 0; i < passages.size(); i++) {
                Policy policy = asGrants.get(i);
                Decision decision =
                        new ReferenceDecision(policy).decide(SmallSpace.asKnown(policy, s));
                if ("let".equals(decision.grant())
                        && passages.get(i).port() == s.port()
                        && passages.get(i).tier().compareTo(tier) > 0) {
                    tier = passages.get(i).tier();
                }
            }
            return tier;
        }
    }

    private static Lets lets(Policy policy, Random random) {
        List<Passage> passages = new ArrayList<>();
        List<Policy> asGrants = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            AddressSet addresses = AddressSet.parse(RANGES[random.nextInt(RANGES.length)]);
            List<String> accounts =
                    random.nextInt(3) == 0
                            ? List.of(random.nextBoolean() ? "alice" : "Nested")
                            : List.of();
            List<String> computers = random.nextInt(3) == 0 ? List.of("pc1") : List.of();
            Passage passage =
                    new Passage(
                            "p" + i,
                            random.nextInt(4) == 0 ? 26 : 25,
                            TIERS[random.nextInt(3)],
                            addresses,
                            accounts,
                            computers);
            passages.add(passage);
            // Trusted and first in order, so that no protected source is named in its place.
            Grant grant =
                    new Grant(
                            "let",
                            new From(
                                    new Addresses(addresses.texts(), addresses),
                                    Addresses.NOT_ASKED,
                                    accounts,
                                    computers),
                            To.EVERYWHERE,
                            Tier.TRUSTED,
                            null,
                            null,
                            null,
                            null,
                            null);
            asGrants.add(
                    new Policy(
                            policy.acceptedDomains(),
                            policy.servers(),
                            List.of(),
                            policy.principals(),
                            Map.of(),
                            List.of(grant),
                            List.of(),
                            List.of(),
                            List.of()));
        }
        return new Lets(passages, asGrants);
    }

    @Test
    void regionsAreExactlyWhereThePolicyAndWhatIsLetThroughDiffer() {
        int regions = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            Policy policy = new SmallPolicies(seed).policy();
            Lets lets = lets(policy, new Random(seed));
            Map<Instant, List<Region>> byTime = new HashMap<>();
            for (Instant at : SmallPolicies.TIMES) {
                byTime.put(at, PassageDifference.regions(policy, "A", lets.passages(), at));
                regions += byTime.get(at).size();
            }
            compare(policy, lets, byTime, "seed " + seed);
        }
        assertTrue(regions > SEEDS, "hardly any difference: " + regions);
    }

    private static void compare(
            Policy policy, Lets lets, Map<Instant, List<Region>> byTime, String label) {
        ReferenceDecision reference = new ReferenceDecision(policy);
        Set<String> strangers = SmallSpace.strangers(policy, policy);
        SmallSpace.forEach(
                raw -> {
                    if (!SmallSpace.isAnswerable(policy, raw)) {
                        return;
                    }
                    Submission s = SmallSpace.inWords(strangers, raw);
                    Tier says = reference.decide(SmallSpace.asKnown(policy, s)).tier();
                    Tier lets1 = s.server().equals("a") ? lets.tier(s) : says;
                    List<Region> holding =
                            byTime.get(s.at()).stream()
                                    .filter(region -> ImpactSmallSpaceTest.contains(region, s))
                                    .toList();
                    boolean told =
                            says == lets1
                                    ? holding.isEmpty()
                                    : holding.size() == 1
                                            && holding.get(0).before() == says
                                            && holding.get(0).after() == lets1;
                    if (!told) {
                        fail(label + " " + s + ": " + says + " -> " + lets1 + ", told " + holding);
                    }
                });
    }

    @Test
    void anyIdentityGetsTheHighestTierThatSomebodyGets() {
        int raised = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            Policy policy = new SmallPolicies(seed).policy();
            ReferenceDecision reference = new ReferenceDecision(policy);
            Map<String, Tier> highest = new HashMap<>();
            SmallSpace.forEach(
                    s -> {
                        if (s.server().equals("a") && SmallSpace.isAnswerable(policy, s)) {
                            highest.merge(
                                    s.port() + " " + s.at() + " " + s.address(),
                                    reference.decide(s).tier(),
                                    (a, b) -> a.compareTo(b) > 0 ? a : b);
                        }
                    });
            Server server = policy.server("a").orElseThrow();
            for (int port : server.ports()) {
                for (Instant at : SmallPolicies.TIMES) {
                    AddressTiers any = AddressTiers.ofAnyIdentity(policy, server, port, at);
                    AddressTiers none = AddressTiers.of(policy, server, port, at);
                    for (Address address : SmallPolicies.addresses()) {
                        Tier expected = highest.get(port + " " + at + " " + address);
                        assertEquals(
                                expected,
                                tierAt(any, address),
                                "seed " + seed + " " + address + " port " + port + " at " + at);
                        raised += tierAt(none, address) == expected ? 0 : 1;
                    }
                }
            }
        }
        assertTrue(raised > 0, "no identity ever got more than nobody");
    }

    private static Tier tierAt(AddressTiers tiers, Address address) {
        for (Tier tier : Tier.values()) {
            if (tiers.of(tier).contains(address)) {
                return tier;
            }
        }
        throw new AssertionError("no tier holds " + address);
    }

    @Test
    void anUnknownServerIsRefused() {
        Policy policy = new SmallPolicies(1).policy();
        assertThrows(
                IllegalArgumentException.class,
                () -> PassageDifference.regions(policy, "z", List.of(), Instant.EPOCH));
    }
}
