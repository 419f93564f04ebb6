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

    /** A name that no policy knows: whoever is let through by it may be any other principal. */
    private static final String STRANGER = "nobody-knows-me";

    /** Passages, judged one submission at a time by what one grant of the policy would match. */
    private record Lets(Policy policy, List<Passage> passages) {
        Tier tier(Submission s) {
            Tier tier = Tier.NONE;
            for (Passage passage : passages) {
                if (passage.port() == s.port()
                        && passage.addresses().contains(s.address())
                        && admits(passage.accounts(), s, false)
                        && admits(passage.computers(), s, true)
                        && passage.tier().compareTo(tier) > 0) {
                    tier = passage.tier();
                }
            }
            return tier;
        }

        private boolean admits(IdentityCondition condition, Submission s, boolean asComputer) {
            if (!condition.mustBeProven()) {
                return true;
            }
            String name = asComputer ? s.computer() : s.account();
            if (name == null || name.equals("(none)")) {
                return false;
            }
            boolean isOther = name.equals("(other)");
            boolean named =
                    condition.isEveryProven()
                            || isOther && condition.names().contains(STRANGER)
                            || matches(condition.names(), s, asComputer);
            return named && !matches(condition.except(), s, asComputer);
        }

        private boolean matches(List<String> names, Submission s, boolean asComputer) {
            List<String> known = names.stream().filter(name -> !name.equals(STRANGER)).toList();
            if (known.isEmpty()) {
                return false;
            }
            Grant grant =
                    new Grant(
                            "let",
                            new From(
                                    new Addresses(AddressSet.ALL.texts(), AddressSet.ALL),
                                    Addresses.NOT_ASKED,
                                    asComputer ? List.of() : known,
                                    asComputer ? known : List.of()),
                            To.EVERYWHERE,
                            Tier.TRUSTED,
                            null,
                            null,
                            null,
                            null,
                            null);
            Policy one =
                    new Policy(
                            policy.acceptedDomains(),
                            policy.servers(),
                            List.of(),
                            policy.principals(),
                            Map.of(),
                            List.of(grant),
                            List.of(),
                            List.of(),
                            List.of());
            Decision decision = new ReferenceDecision(one).decide(SmallSpace.asKnown(one, s));
            return "let".equals(decision.grant());
        }
    }

    private static Lets lets(Policy policy, Random random) {
        List<Passage> passages = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            passages.add(
                    new Passage(
                            "p" + i,
                            random.nextInt(4) == 0 ? 26 : 25,
                            TIERS[random.nextInt(3)],
                            AddressSet.parse(RANGES[random.nextInt(RANGES.length)]),
                            condition(random, "alice", "Nested"),
                            condition(random, "pc1", "Nested")));
        }
        return new Lets(policy, passages);
    }

    private static IdentityCondition condition(Random random, String one, String other) {
        List<String> except =
                switch (random.nextInt(4)) {
                    case 0 -> List.of(one);
                    case 1 -> List.of(other, STRANGER);
                    default -> List.<String>of();
                };
        return switch (random.nextInt(6)) {
            case 0 -> IdentityCondition.oneOf(List.of(one, STRANGER), except);
            case 1 -> IdentityCondition.oneOf(List.of(other), except);
            case 2 -> IdentityCondition.provenBut(except);
            default -> IdentityCondition.ANYBODY;
        };
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
