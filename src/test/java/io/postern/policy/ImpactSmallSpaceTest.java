package io.postern.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ImpactSmallSpaceTest {
    private static final int SEEDS = Seeds.of(50);

    private record Pair(Policy before, Policy after, String label) {}

    private static Pair pair(long seed) {
        SmallPolicies policies = new SmallPolicies(seed);
        Policy before = policies.policy();
        Policy after = seed % 2 == 0 ? policies.policy() : policies.changed(before);
        return new Pair(before, after, "seed " + seed);
    }

    @Test
    void regionsAppliedToATableGiveTheOtherTableAndNeverOverlap() {
        int regions = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            Pair pair = pair(seed);
            Impact impact = Impact.between(pair.before(), pair.after(), null);
            regions += impact.regions().size();
            compare(pair, impact, null);
        }
        assertTrue(regions > SEEDS, "the policies hardly differ: " + regions + " regions");
    }

    @Test
    void aStartCutsTheTimeAndNothingElse() {
        for (long seed = 0; seed < Seeds.of(12); seed++) {
            Pair pair = pair(seed);
            for (Instant start : List.of(SmallPolicies.T1, SmallPolicies.T2.minusSeconds(1))) {
                compare(pair, Impact.between(pair.before(), pair.after(), start), start);
            }
        }
    }

    private static void compare(Pair pair, Impact impact, Instant start) {
        ReferenceDecision before = new ReferenceDecision(pair.before());
        ReferenceDecision after = new ReferenceDecision(pair.after());
        Set<String> strangers = SmallSpace.strangers(pair.before(), pair.after());
        SmallSpace.forEach(
                raw -> {
                    Submission s = SmallSpace.inWords(strangers, raw);
                    Tier was = before.decide(SmallSpace.asKnown(pair.before(), s)).tier();
                    Tier is = after.decide(SmallSpace.asKnown(pair.after(), s)).tier();
                    Region found = null;
                    for (Region region : impact.regions()) {
                        if (contains(region, s)) {
                            if (found != null) {
                                fail(pair.label() + " two regions hold " + s);
                            }
                            found = region;
                        }
                    }
                    boolean counts = start == null || !s.at().isBefore(start);
                    Tier told = found == null ? was : found.after();
                    Tier toldBefore = found == null ? was : found.before();
                    if (told != (counts ? is : was) || toldBefore != was) {
                        fail(pair.label() + " " + s + ": " + was + " -> " + is + ", told " + found);
                    }
                });
    }

    static boolean contains(Region region, Submission s) {
        return region.addresses().contains(s.address())
                && region.servers().contains(s.server())
                && region.ports().contains(s.port())
                && holds(region.accounts(), s.account())
                && holds(region.computers(), s.computer())
                && (region.from() == null || !s.at().isBefore(region.from()))
                && (region.until() == null || s.at().isBefore(region.until()));
    }

    private static boolean holds(List<String> words, String identity) {
        String word = identity == null ? "(none)" : identity;
        return words.equals(List.of("*")) || words.stream().anyMatch(word::equalsIgnoreCase);
    }

    @Test
    void theImpactOfNoChangeIsEmpty() {
        for (long seed = 0; seed < SEEDS; seed++) {
            Policy policy = new SmallPolicies(seed).policy();
            Impact impact = Impact.between(policy, policy, null);
            assertTrue(impact.isEmpty() && impact.unknowns().isEmpty(), "seed " + seed);
        }
    }

    @Test
    void swappingThePoliciesMirrorsEveryRegion() {
        for (long seed = 0; seed < SEEDS; seed++) {
            Pair pair = pair(seed);
            Impact there = Impact.between(pair.before(), pair.after(), null);
            Impact back = Impact.between(pair.after(), pair.before(), null);
            Set<Region> mirrored = new HashSet<>();
            there.regions().forEach(region -> mirrored.add(mirror(region)));
            assertEquals(mirrored, new HashSet<>(back.regions()), pair.label());
            assertEquals(there.unknowns(), back.unknowns(), pair.label());
        }
    }

    private static Region mirror(Region region) {
        return new Region(
                Direction.of(region.after(), region.before()),
                region.servers(),
                region.ports(),
                region.accounts(),
                region.computers(),
                region.addresses(),
                region.from(),
                region.until(),
                region.after(),
                region.before(),
                region.witness(),
                new Region.Because(region.because().after(), region.because().before()));
    }

    @Test
    void everyWitnessLiesInItsRegionAndIsDecidedAsTold() {
        for (long seed = 0; seed < SEEDS; seed++) {
            Pair pair = pair(seed);
            for (Region region : Impact.between(pair.before(), pair.after(), null).regions()) {
                String label = pair.label() + " " + region;
                Submission witness = region.witness();
                assertTrue(contains(region, witness), label);
                assertEquals(expectedTime(region), witness.at(), label);
                assertFalse("(none)".equals(witness.account()), label);
                check(pair.before(), witness, region.before(), region.because().before(), label);
                check(pair.after(), witness, region.after(), region.because().after(), label);
            }
        }
    }

    private static Instant expectedTime(Region region) {
        if (region.from() != null) {
            return region.from();
        }
        return region.until() == null ? Instant.EPOCH : region.until().minusSeconds(1);
    }

    private static void check(
            Policy policy, Submission witness, Tier tier, String because, String label) {
        if (SmallSpace.isAnswerable(policy, witness)) {
            Decision decision = new PolicyEvaluator(policy).decide(witness);
            assertEquals(tier, decision.tier(), label);
            assertEquals(
                    decision.block() != null ? decision.block() : decision.grant(), because, label);
        } else {
            assertTrue(tier == Tier.NONE || because != null, label);
        }
    }

    @Test
    void theSamePoliciesGiveTheSameRegionsInTheSameOrder() {
        for (long seed = 0; seed < Seeds.of(30); seed++) {
            Pair pair = pair(seed);
            assertEquals(
                    Impact.between(pair.before(), pair.after(), null).regions(),
                    Impact.between(pair.before(), pair.after(), null).regions(),
                    pair.label());
        }
    }
}
