package io.postern.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.policy.Address;
import io.postern.policy.AddressSet;
import io.postern.policy.Impact;
import io.postern.policy.Policy;
import io.postern.policy.PolicyEvaluator;
import io.postern.policy.Region;
import io.postern.policy.Submission;
import io.postern.policy.Tier;
import io.postern.policy.yaml.PolicyDocument;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is asked to prove a change, and what is honestly said not to be covered. */
class ProbePlanTest {
    private static final Instant NOW = Instant.parse("2026-07-01T10:00:00Z");
    private static final String SERVERS =
            """
            version: 1
            acceptedDomains: [contoso.example]
            servers:
              - {name: s1, addresses: [10.0.0.1], kerberosRanges: [10.60.0.0/16]}
              - {name: s2, addresses: [10.0.0.2]}
            principals:
              - {name: svc, sid: S-1-5-21-1-2-3-1105, kind: user}
            grants:
              - {key: old, from: {addresses: [10.50.0.0/24]}, to: {servers: [s1]}, tier: internal}
            """;
    private static final Policy BEFORE = PolicyDocument.parse(SERVERS).policy();

    private static Policy after(String... grants) {
        StringBuilder text = new StringBuilder(SERVERS);
        for (String grant : grants) {
            text.append("  - {").append(grant).append("}\n");
        }
        return PolicyDocument.parse(text.toString()).policy();
    }

    private static ProbePlan plan(Policy before, Policy after, String server) {
        List<Region> impact = Impact.between(before, after, null).regions();
        return ProbePlan.of(impact, after, after.server(server).orElseThrow(), NOW);
    }

    private static String grant(String key, String addresses, String tier) {
        return "key: "
                + key
                + ", from: {addresses: ["
                + addresses
                + "]}, to: {servers: [s1]}, tier: "
                + tier;
    }

    private static Map<String, PlannedProbe> bySource(ProbePlan plan) {
        return plan.probes().stream()
                .collect(Collectors.toMap(p -> p.source().toString(), Function.identity()));
    }

    @Test
    void bothSidesOfEachBoundaryAreAsked() {
        Map<String, PlannedProbe> probes =
                bySource(plan(BEFORE, after(grant("a", "10.1.0.0/24", "relay")), "s1"));

        for (String inside : List.of("10.1.0.0", "10.1.0.255")) {
            assertEquals(Tier.RELAY, probes.get(inside).expected(), inside);
            assertFalse(probes.get(inside).sentinel(), inside);
        }
        for (String outside : List.of("10.0.255.255", "10.1.1.0")) {
            assertEquals(Tier.NONE, probes.get(outside).expected(), outside);
            assertTrue(probes.get(outside).sentinel(), outside);
        }
    }

    @Test
    void everyProbeExpectsWhatTheDecisionEngineSays() {
        Policy after =
                after(grant("a", "10.1.0.0/24", "relay"), grant("b", "10.1.0.64/26", "internal"));
        PolicyEvaluator evaluator = new PolicyEvaluator(after);

        for (PlannedProbe probe : plan(BEFORE, after, "s1").probes()) {
            Submission submission =
                    new Submission(probe.source(), null, null, "s1", probe.port(), NOW);
            assertEquals(evaluator.decide(submission).tier(), probe.expected(), probe.toString());
        }
    }

    @Test
    void whatMustBeRefusedIsAskedFirst() {
        ProbePlan plan =
                plan(
                        BEFORE,
                        after(
                                grant("a", "10.1.0.0/24", "trusted"),
                                grant("b", "10.2.0.0/24", "internal")),
                        "s1");
        List<Tier> tiers = plan.probes().stream().map(PlannedProbe::expected).toList();

        assertEquals(tiers.stream().sorted(Comparator.naturalOrder()).toList(), tiers);
        assertEquals(Tier.NONE, tiers.get(0));
        assertEquals(Tier.TRUSTED, tiers.get(tiers.size() - 1));
    }

    @Test
    void regionsThatNeedAnIdentityAreCountedAsUncoveredWithTheReason() {
        Policy after =
                after(
                        grant("a", "10.1.0.0/24", "relay"),
                        "key: id, from: {addresses: [10.60.1.0/24], accounts: [svc]},"
                                + " to: {servers: [s1]}, tier: relay");
        ProbePlan plan = plan(BEFORE, after, "s1");

        assertEquals(2, plan.coverage().regions());
        assertEquals(1, plan.coverage().coveredRegions());
        assertEquals(BigInteger.valueOf(512), plan.coverage().addresses());
        assertEquals(BigInteger.valueOf(256), plan.coverage().coveredAddresses());
        assertEquals(1, plan.coverage().uncovered().size());
        assertTrue(plan.coverage().uncovered().get(0).contains("needs a proven identity"));
    }

    private static ProbePlan showingIdentities(Policy after, String server) {
        List<Region> impact = Impact.between(BEFORE, after, null).regions();
        return ProbePlan.of(
                impact,
                after,
                after.server(server).orElseThrow(),
                NOW,
                VantageReach.simulated("agent:own"));
    }

    private static PlannedProbe asked(
            ProbePlan plan, String source, String account, String computer) {
        return plan.probes().stream()
                .filter(probe -> probe.source().equals(Address.parse(source)))
                .filter(probe -> java.util.Objects.equals(probe.account(), account))
                .filter(probe -> java.util.Objects.equals(probe.computer(), computer))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whereAVantageShowsIdentitiesTheirRegionsAreAskedAsThemAndAsNobody() {
        ProbePlan plan =
                showingIdentities(
                        after(
                                grant("a", "10.1.0.0/24", "relay"),
                                "key: id, from: {addresses: [10.60.1.0/24], accounts: [svc]},"
                                        + " to: {servers: [s1]}, tier: relay",
                                "key: both, from: {addresses: [10.60.2.7], accounts: [svc],"
                                        + " computers: [ts]}, to: {servers: [s1]}, tier: internal"),
                        "s1");

        assertEquals(3, plan.coverage().regions());
        assertEquals(3, plan.coverage().coveredRegions());
        assertEquals(BigInteger.valueOf(513), plan.coverage().coveredAddresses());
        assertEquals(List.of(), plan.coverage().uncovered());
        assertEquals(Tier.RELAY, asked(plan, "10.60.1.0", "svc", null).expected());
        assertEquals(Tier.NONE, asked(plan, "10.60.1.0", null, null).expected());
        assertTrue(asked(plan, "10.60.1.0", null, null).sentinel());
        assertEquals(Tier.INTERNAL, asked(plan, "10.60.2.7", "svc", "ts").expected());
        assertEquals(Tier.NONE, asked(plan, "10.60.2.7", null, null).expected());
    }

    @Test
    void whatEverybodyHasIsNotAskedAsSomebody() {
        ProbePlan plan = showingIdentities(after(grant("a", "10.1.0.0/24", "relay")), "s1");
        assertTrue(plan.probes().stream().allMatch(probe -> probe.account() == null));
    }

    private static Policy ofTwoPorts(String... grants) {
        StringBuilder text =
                new StringBuilder(SERVERS.replace("name: s1,", "name: s1, ports: [25, 26],"));
        for (String grant : grants) {
            text.append("  - {").append(grant).append("}\n");
        }
        return PolicyDocument.parse(text.toString()).policy();
    }

    @Test
    void eachPortOfARegionIsAskedAndTheOthersMustNotHaveMoved() {
        Policy after =
                ofTwoPorts(
                        "key: a, from: {addresses: [10.1.0.0/24]},"
                                + " to: {servers: [s1], ports: [26]}, tier: relay",
                        "key: b, from: {addresses: [10.2.0.0/24]},"
                                + " to: {servers: [s1]}, tier: relay");
        ProbePlan plan = plan(ofTwoPorts(), after, "s1");

        assertEquals(plan.coverage().regions(), plan.coverage().coveredRegions());
        assertEquals(Map.of(26, Tier.RELAY), tiersByPort(plan, "10.1.0.0"));
        assertEquals(Map.of(25, Tier.RELAY, 26, Tier.RELAY), tiersByPort(plan, "10.2.0.0"));
        Set<Integer> refusing =
                plan.probes().stream()
                        .filter(PlannedProbe::sentinel)
                        .filter(probe -> probe.expected() == Tier.NONE)
                        .map(PlannedProbe::port)
                        .collect(Collectors.toSet());
        assertEquals(Set.of(25, 26), refusing);
    }

    private static Map<Integer, Tier> tiersByPort(ProbePlan plan, String source) {
        return plan.probes().stream()
                .filter(probe -> probe.source().equals(Address.parse(source)))
                .collect(Collectors.toMap(PlannedProbe::port, PlannedProbe::expected));
    }

    @Test
    void aRegionOfAPortTheServerNoLongerHasIsNotCovered() {
        Policy before =
                ofTwoPorts(
                        "key: a, from: {addresses: [10.1.0.0/24]},"
                                + " to: {servers: [s1], ports: [26]}, tier: relay");
        ProbePlan plan = plan(before, BEFORE, "s1");

        assertTrue(
                plan.coverage()
                        .uncovered()
                        .contains(
                                "CLOSES at 10.1.0.0: holds on port 26 alone, which the server no"
                                        + " longer has"),
                plan.coverage().toString());
    }

    @Test
    void regionsThatDoNotHoldNowAreCountedApart() {
        Policy after = after(grant("a", "10.1.0.0/24", "relay") + ", notBefore: 2027-01-01");
        ProbePlan plan = plan(BEFORE, after, "s1");

        assertEquals(Coverage.NONE, plan.coverage());
        assertEquals(List.of("OPENS at 10.1.0.0: does not hold yet"), plan.later());
        assertFalse(plan.coverage().isBlind());
        assertTrue(plan.probes().stream().allMatch(PlannedProbe::sentinel));
    }

    @Test
    void sentinelsShowThatOtherGrantsAndProtectedSourcesStand() {
        Map<String, PlannedProbe> probes =
                bySource(plan(BEFORE, after(grant("a", "10.1.0.0/24", "relay")), "s1"));

        for (String source : List.of("10.50.0.0", "10.0.0.1", "10.0.0.2")) {
            assertTrue(probes.get(source).sentinel(), source);
            assertEquals(Tier.INTERNAL, probes.get(source).expected(), source);
        }
        assertFalse(probes.containsKey("127.0.0.1"), "loopback cannot be asked from elsewhere");
    }

    @Test
    void noSentinelLiesInsideTheImpact() {
        Policy after =
                after(grant("a", "10.1.0.0/25", "relay"), grant("b", "10.1.0.128/25", "internal"));
        List<Region> impact = Impact.between(BEFORE, after, null).regions();

        for (PlannedProbe probe : plan(BEFORE, after, "s1").probes()) {
            boolean inside = impact.stream().anyMatch(r -> r.addresses().contains(probe.source()));
            assertEquals(!inside, probe.sentinel(), probe.toString());
        }
    }

    @Test
    void anotherServersImpactIsNotAskedHere() {
        ProbePlan plan = plan(BEFORE, after(grant("a", "10.1.0.0/24", "relay")), "s2");

        assertEquals(0, plan.coverage().regions());
        assertTrue(plan.probes().stream().allMatch(PlannedProbe::sentinel));
        assertTrue(plan.probes().stream().allMatch(probe -> probe.server().equals("s2")));
    }

    private static Policy scattered(int ranges) {
        StringBuilder addresses = new StringBuilder();
        String[] grants = new String[3];
        String[] tiers = {"internal", "relay", "trusted"};
        for (int grant = 0; grant < 3; grant++) {
            addresses.setLength(0);
            for (int i = 0; i < ranges; i++) {
                addresses.append(i == 0 ? "" : ", ");
                addresses.append("10.").append(100 + grant).append('.').append(i).append(".0/25");
            }
            grants[grant] = grant("g" + grant, addresses.toString(), tiers[grant]);
        }
        return after(grants);
    }

    @Test
    void thePlanIsBoundedAndKeepsAWitnessOfEveryRegionAndItsSentinels() {
        Policy after = scattered(50);
        List<Region> impact = Impact.between(BEFORE, after, null).regions();
        ProbePlan plan = plan(BEFORE, after, "s1");
        List<Address> sources = plan.probes().stream().map(PlannedProbe::source).toList();

        assertEquals(120, plan.probes().size());
        assertTrue(sources.contains(Address.parse("10.50.0.0")));
        for (Region region : impact) {
            assertTrue(sources.stream().anyMatch(region.addresses()::contains), region.toString());
        }
        assertEquals(plan.coverage().regions(), plan.coverage().coveredRegions());
    }

    @Test
    void aRegionThatFindsNoPlaceInThePlanIsNotCalledCovered() {
        Region one =
                Impact.between(BEFORE, after(grant("a", "10.1.0.0/24", "relay")), null)
                        .regions()
                        .get(0);
        Policy after = after(grant("a", "10.0.0.0/8", "relay"));
        List<Region> many =
                java.util.stream.IntStream.range(0, 100)
                        .mapToObj(i -> moved(one, "10.1." + i + ".7"))
                        .toList();
        ProbePlan plan = ProbePlan.of(many, after, after.server("s1").orElseThrow(), NOW);

        long covered =
                many.stream()
                        .filter(
                                region ->
                                        plan.probes().stream()
                                                .anyMatch(
                                                        probe ->
                                                                region.addresses()
                                                                        .contains(probe.source())))
                        .count();
        assertEquals(100, plan.coverage().regions());
        assertEquals(covered, plan.coverage().coveredRegions());
        assertEquals(21, plan.coverage().uncovered().size());
        assertEquals(
                100 - covered - 20 + " more regions: finds no place in the plan",
                plan.coverage().uncovered().get(20));
        assertEquals(BigInteger.valueOf(covered), plan.coverage().coveredAddresses());
    }

    private static Region moved(Region region, String address) {
        Address source = Address.parse(address);
        return new Region(
                region.direction(),
                region.servers(),
                region.ports(),
                region.accounts(),
                region.computers(),
                AddressSet.parse(address),
                region.from(),
                region.until(),
                region.before(),
                region.after(),
                new Submission(source, null, null, "s1", 25, NOW),
                region.because());
    }

    @Test
    void theSameChangeGivesTheSamePlan() {
        assertEquals(plan(BEFORE, scattered(20), "s1"), plan(BEFORE, scattered(20), "s1"));
    }

    @Test
    void whereNoVantageStandsNothingIsAskedAndEachRegionSaysSo() {
        Policy after =
                after(grant("a", "10.1.0.0/24", "relay"), grant("b", "10.2.0.0/24", "internal"));
        List<Region> impact = Impact.between(BEFORE, after, null).regions();
        ProbePlan plan =
                ProbePlan.of(
                        impact, after, after.server("s1").orElseThrow(), NOW, VantageReach.NONE);

        assertEquals(List.of(), plan.probes());
        assertEquals(2, plan.coverage().regions());
        assertEquals(0, plan.coverage().coveredRegions());
        assertEquals(BigInteger.ZERO, plan.coverage().coveredAddresses());
        assertEquals(2, plan.coverage().uncovered().size());
        assertTrue(
                plan.coverage().uncovered().stream()
                        .allMatch(one -> one.contains("no vantage stands")),
                plan.coverage().uncovered().toString());
    }

    @Test
    void onlyFromWhereAVantageStandsAnythingIsAsked() {
        Policy after =
                after(grant("a", "10.1.0.0/24", "relay"), grant("b", "10.2.0.0/24", "internal"));
        List<Region> impact = Impact.between(BEFORE, after, null).regions();
        ProbePlan plan =
                ProbePlan.of(
                        impact,
                        after,
                        after.server("s1").orElseThrow(),
                        NOW,
                        new VantageReach(
                                List.of(
                                        new Vantage(
                                                "agent:v",
                                                AddressSet.parse("10.1.0.7", "10.3.0.9"),
                                                List.of())),
                                false));

        assertEquals(Set.of("10.1.0.7", "10.3.0.9"), bySource(plan).keySet());
        assertTrue(bySource(plan).get("10.3.0.9").sentinel());
        assertEquals(Tier.RELAY, bySource(plan).get("10.1.0.7").expected());
        assertEquals(1, plan.coverage().coveredRegions());
        assertEquals(BigInteger.valueOf(256), plan.coverage().coveredAddresses());
    }
}
