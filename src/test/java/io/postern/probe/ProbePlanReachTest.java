package io.postern.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.enforcement.CompiledConnectors;
import io.postern.enforcement.DefaultConnectors;
import io.postern.enforcement.ExchangeCompiler;
import io.postern.enforcement.server.DesiredState;
import io.postern.enforcement.server.ObservedServer;
import io.postern.policy.Address;
import io.postern.policy.AddressSet;
import io.postern.policy.Impact;
import io.postern.policy.Policy;
import io.postern.policy.Region;
import io.postern.policy.Server;
import io.postern.policy.Tier;
import io.postern.policy.yaml.PolicyDocument;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Where the server is asked, by whom, and what stands for what. */
class ProbePlanReachTest {
    private static final Instant NOW = Instant.parse("2026-07-01T10:00:00Z");
    private static final String SERVER =
            """
            version: 1
            acceptedDomains: [contoso.example]
            servers:
              - {name: s1, addresses: [10.0.0.1, 10.0.0.9], enforcement: [exchange],
                 loadBalancedNames: [mail.contoso.example], kerberosRanges: [10.0.0.0/8]}
            principals:
              - {name: anna, sid: S-1-5-21-1-2-3-1101, kind: user}
              - {name: bert, sid: S-1-5-21-1-2-3-1102, kind: user}
            grants:
              - {key: old, from: {addresses: [10.50.0.0/24]}, tier: internal}
            """;

    private static Policy policy(String... grants) {
        return PolicyDocument.parse(
                        SERVER
                                + String.join(
                                        "",
                                        List.of(grants).stream()
                                                .map(g -> "  - {" + g + "}\n")
                                                .toList()))
                .policy();
    }

    private static String grant(String key, String addresses) {
        return "key: " + key + ", from: {addresses: [" + addresses + "]}, tier: relay";
    }

    private static ProbePlan plan(
            Policy after, VantageReach reach, EnforcementPaths paths, ProbeBudget budget) {
        List<Region> impact = Impact.between(policy(), after, null).regions();
        return ProbePlan.of(impact, after, after.servers().get(0), NOW, reach, paths, budget);
    }

    private static ProbePlan plan(Policy after, Vantage... vantages) {
        return plan(
                after,
                new VantageReach(List.of(vantages), false),
                EnforcementPaths.UNKNOWN,
                ProbeBudget.USUAL);
    }

    private static Vantage vantage(String name, String... sources) {
        return new Vantage("agent:" + name, AddressSet.parse(sources), List.of());
    }

    @Test
    void eachAddressAndNameIsAskedForEachKind() {
        ProbePlan plan =
                plan(
                        policy(grant("a", "10.1.0.0/24")),
                        VantageReach.simulated("agent:own"),
                        EnforcementPaths.UNKNOWN,
                        ProbeBudget.USUAL);
        Map<String, Set<Tier>> seen =
                plan.probes().stream()
                        .filter(one -> one.target() != null)
                        .collect(
                                Collectors.groupingBy(
                                        PlannedProbe::target,
                                        Collectors.mapping(
                                                PlannedProbe::expected, Collectors.toSet())));

        assertEquals(Set.of("10.0.0.1", "10.0.0.9", "mail.contoso.example"), seen.keySet());
        seen.forEach(
                (target, tiers) ->
                        assertTrue(
                                tiers.containsAll(Set.of(Tier.NONE, Tier.RELAY)),
                                target + ": " + tiers));
    }

    @Test
    void whereTwoVantagesStandAtOneAddressBothAreAsked() {
        ProbePlan plan =
                plan(
                        policy(grant("a", "10.1.0.0/24")),
                        vantage("c", "10.1.0.7"),
                        vantage("b", "10.1.0.7"),
                        vantage("a", "10.1.0.7"));
        Map<String, List<PlannedProbe>> byTarget =
                plan.probes().stream().collect(Collectors.groupingBy(PlannedProbe::target));

        byTarget.forEach(
                (target, probes) -> {
                    assertEquals(
                            Set.of("agent:a", "agent:b"),
                            probes.stream().map(PlannedProbe::vantage).collect(Collectors.toSet()),
                            target);
                    assertEquals(
                            1,
                            probes.stream().map(PlannedProbe::region).distinct().count(),
                            target);
                });
    }

    @Test
    void whereTwoVantagesStandInOneRegionBothAreAskedAndHeldAgainstEachOther() {
        ProbePlan plan =
                plan(
                        policy(grant("a", "10.1.0.0/24")),
                        vantage("a", "10.1.0.7"),
                        vantage("b", "10.1.0.9"));
        List<PlannedProbe> inside =
                plan.probes().stream()
                        .filter(one -> !one.sentinel() && one.target().equals("10.0.0.1"))
                        .toList();

        assertEquals(
                Set.of("agent:a", "agent:b"),
                inside.stream().map(PlannedProbe::vantage).collect(Collectors.toSet()));
        assertEquals(1, inside.stream().map(PlannedProbe::region).distinct().count());
    }

    @Test
    void whatClosesIsNotHeldAgainstWhatWasClosedBefore() {
        Policy before = policy(grant("gone", "10.60.0.7"));
        Policy after = policy();
        ProbePlan plan =
                ProbePlan.of(
                        Impact.between(before, after, null).regions(),
                        after,
                        after.servers().get(0),
                        NOW,
                        new VantageReach(
                                List.of(vantage("a", "10.60.0.7"), vantage("b", "10.70.0.1")),
                                false),
                        paths(after),
                        ProbeBudget.USUAL);
        Map<String, Set<String>> regions =
                plan.probes().stream()
                        .filter(one -> one.target().equals("10.0.0.1"))
                        .collect(
                                Collectors.groupingBy(
                                        one -> one.source().toString(),
                                        Collectors.mapping(
                                                PlannedProbe::region, Collectors.toSet())));

        assertEquals(Set.of("10.60.0.7", "10.70.0.1"), regions.keySet());
        assertNotEquals(regions.get("10.60.0.7"), regions.get("10.70.0.1"));
    }

    @Test
    void aVantageThatRunsAsSomebodyIsAskedWhatNeedsThem() {
        Policy after =
                policy("key: id, from: {addresses: [10.1.0.0/24], accounts: [anna]}, tier: relay");
        Vantage anna =
                new Vantage(
                        "agent:a",
                        AddressSet.parse("10.1.0.7"),
                        List.of(new Vantage.Context("anna", null)));
        Vantage bert =
                new Vantage(
                        "agent:b",
                        AddressSet.parse("10.1.0.7"),
                        List.of(new Vantage.Context("bert", null)));
        ProbePlan as = plan(after, anna, bert);

        assertEquals(1, as.coverage().coveredRegions());
        assertTrue(
                as.probes().stream()
                        .filter(one -> "anna".equals(one.account()))
                        .allMatch(one -> one.vantage().equals("agent:a")));
        assertTrue(as.probes().stream().anyMatch(one -> one.account() == null));
        assertEquals(
                List.of("OPENS at 10.1.0.0: needs a proven identity, which no vantage can show"),
                plan(after, bert).coverage().uncovered());
    }

    private static EnforcementPaths paths(Policy policy) {
        Server server = policy.servers().get(0);
        ObservedServer observed =
                new ObservedServer(DefaultConnectors.ofFreshServer("s1", "contoso.example"), null);
        CompiledConnectors compiled =
                ExchangeCompiler.compile(policy, server, observed.connectors(), NOW);
        return EnforcementPaths.of(server, DesiredState.of("s1", 1, compiled), observed);
    }

    @Test
    void regionsOfOneConnectorAndRuleStandForEachOther() {
        Policy after = policy(grant("a", "10.1.0.0/24, 10.3.0.0/24"), grant("b", "fd01::/64"));
        Region whole = Impact.between(policy(), after, null).regions().get(0);
        List<Region> cut =
                List.of("10.1.0.0/24", "10.3.0.0/24").stream()
                        .map(AddressSet::parse)
                        .map(
                                part ->
                                        whole.within(
                                                part,
                                                new io.postern.policy.Submission(
                                                        part.ranges().get(0).low(),
                                                        null,
                                                        null,
                                                        "s1",
                                                        25,
                                                        NOW),
                                                whole.because()))
                        .toList();
        ProbeBudget one = new ProbeBudget(1, 20);
        VantageReach reach = VantageReach.simulated("agent:own");
        Server server = after.servers().get(0);

        Coverage with = ProbePlan.of(cut, after, server, NOW, reach, paths(after), one).coverage();
        Coverage without =
                ProbePlan.of(cut, after, server, NOW, reach, EnforcementPaths.UNKNOWN, one)
                        .coverage();

        assertEquals(1, with.coveredRegions());
        assertEquals(1, with.equivalentRegions());
        assertEquals(100, with.percent());
        assertEquals(List.of(), with.uncovered());
        assertEquals(0, without.equivalentRegions());
        assertEquals(1, without.uncovered().size());
    }

    @Test
    void pathsAreToldApartByTheConnectorThatTakesThem() {
        EnforcementPaths paths = paths(policy(grant("a", "10.1.0.0/24")));

        assertEquals(
                paths.at(Address.parse("10.1.0.0"), 25), paths.at(Address.parse("10.1.0.9"), 25));
        assertNotEquals(
                paths.at(Address.parse("10.1.0.0"), 25), paths.at(Address.parse("10.2.0.0"), 25));
        assertNotEquals(
                paths.at(Address.parse("10.2.0.0"), 25), paths.at(Address.parse("fd01::1"), 25));
        assertEquals(
                3, paths.pieces(AddressSet.parse("10.0.255.0-10.1.1.9", "fd01::1"), 25).size());
    }

    @Test
    void theOwnAddressesOfManyServersDoNotCrowdOutWhatIsStated() {
        StringBuilder text = new StringBuilder("version: 1\nservers:\n");
        for (int i = 0; i < 200; i++) {
            text.append(
                    "  - {name: a%03d, addresses: [10.9.0.%d], enforcement: [exchange]}%n"
                            .formatted(i, i));
        }
        text.append(
                "protectedSources: [{name: zz-gateway, kind: gateway, addresses: [10.8.0.1]}]\n");
        Policy before = PolicyDocument.parse(text.toString()).policy();
        Policy after =
                PolicyDocument.parse(
                                text
                                        + "grants: [{key: one, from: {addresses: [10.7.0.1]}, tier: internal}]\n")
                        .policy();
        List<String> sentinels =
                ProbePlan.of(
                                Impact.between(before, after, null).regions(),
                                after,
                                after.servers().get(0),
                                NOW,
                                VantageReach.simulated("agent:a"))
                        .probes()
                        .stream()
                        .map(PlannedProbe::reason)
                        .toList();

        assertTrue(sentinels.contains("sentinel: protected:zz-gateway"), sentinels.toString());
        assertTrue(
                sentinels.stream().filter(one -> one.contains("protected:a")).count() <= 8,
                sentinels.toString());
    }

    @Test
    void noSourceIsAskedMoreOftenThanItsSessions() {
        Policy after =
                policy(
                        IntStream.range(0, 30)
                                .mapToObj(i -> grant("g" + i, "10.1." + i + ".0/24"))
                                .toArray(String[]::new));
        ProbePlan plan =
                plan(
                        after,
                        new VantageReach(List.of(vantage("a", "10.1.0.7", "10.1.9.7")), false),
                        EnforcementPaths.UNKNOWN,
                        new ProbeBudget(120, 2));

        plan.probes().stream()
                .collect(Collectors.groupingBy(PlannedProbe::source, Collectors.counting()))
                .forEach((source, count) -> assertTrue(count <= 2, source + ": " + count));
        assertTrue(
                plan.leftOut().stream().anyMatch(one -> one.contains("find no place")),
                plan.leftOut().toString());
    }
}
