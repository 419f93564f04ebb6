package io.postern.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.policy.Address;
import io.postern.policy.AddressFamily;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import io.postern.policy.Impact;
import io.postern.policy.Policy;
import io.postern.policy.Region;
import io.postern.policy.Seeds;
import io.postern.policy.Server;
import io.postern.policy.Tier;
import io.postern.probe.PlanPoint.Question;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** No single fault in what is enforced gets past a plan that can ask from everywhere. */
class ProbePlanPropertyTest {
    private static final Instant NOW = Instant.parse("2026-07-01T10:00:00Z");
    private static final int SEEDS = 150;
    private static final VantageReach EVERYWHERE = VantageReach.simulated("agent:own");
    private static final ProbeBudget AMPLE = new ProbeBudget(10_000, 1000);

    /** One policy, the one after it, and how the plan is made. */
    private static final class Case {
        final Policy before;
        final Policy after;
        final Server server;
        final List<Region> impact;
        final PlanExpectations truth;
        final PlanExpectations past;

        Case(long seed) {
            PlanSpace space = new PlanSpace(seed);
            before = space.policy();
            after = space.changed(before);
            server = after.server("s1").orElseThrow();
            impact = Impact.between(before, after, null).regions();
            truth = new PlanExpectations(after, server, NOW);
            past = new PlanExpectations(before, server, NOW);
        }

        /** Tried for each fault anew. */
        private final Map<PlanPoint, Tier> known = new HashMap<>();

        Tier truth(PlanPoint point) {
            return known.computeIfAbsent(point, truth::tier);
        }

        Tier past(PlanPoint point) {
            return past.tier(point);
        }

        List<Region> regions() {
            return impact.stream().filter(one -> one.servers().contains("s1")).toList();
        }

        ProbePlan plan(ProbeBudget budget) {
            return plan(impact, budget);
        }

        ProbePlan plan(List<Region> regions, ProbeBudget budget) {
            return ProbePlan.of(
                    regions, after, server, NOW, EVERYWHERE, EnforcementPaths.UNKNOWN, budget);
        }

        /** Every submission to the server, wherever it answers. */
        List<PlanPoint> points() {
            List<PlanPoint> points = new ArrayList<>();
            for (Address source : PlanSpace.sources()) {
                for (String target : targets(source.family())) {
                    for (int port : server.ports()) {
                        for (ProvenIdentity as : PlanSpace.identities()) {
                            points.add(new PlanPoint(target, port, source, as));
                        }
                    }
                }
            }
            return points;
        }

        List<String> targets(AddressFamily family) {
            PlanTargets targets = new PlanTargets(server, AddressSet.ALL);
            List<String> all = new ArrayList<>();
            all.add(targets.first(family));
            all.addAll(targets.others(family));
            return all;
        }
    }

    private static boolean holds(Region region, PlanPoint point) {
        return region.ports().contains(point.port())
                && region.addresses().contains(point.source())
                && PlanReach.holds(region, point.as());
    }

    /** What would be enforced instead, by the name of the fault. */
    private static Map<String, Function<PlanPoint, Tier>> faults(Case one) {
        Map<String, Function<PlanPoint, Tier>> faults = new LinkedHashMap<>();
        for (Region region : one.regions()) {
            String name = region.direction() + " " + region.addresses() + " " + region.accounts();
            faults.put("not applied: " + name, instead(one, p -> holds(region, p), one::past));
            for (Tier tier : Tier.values()) {
                faults.put(
                        "given " + tier + ": " + name,
                        instead(one, p -> holds(region, p), p -> tier));
            }
            for (int port : region.ports()) {
                faults.put(
                        "not applied on port " + port + ": " + name,
                        instead(one, p -> holds(region, p) && p.port() == port, one::past));
            }
            faults.put(
                    "identity not asked for: " + name,
                    instead(
                            one,
                            p ->
                                    region.addresses().contains(p.source())
                                            && region.ports().contains(p.port()),
                            p -> region.after()));
            for (AddressRange range : region.addresses().ranges()) {
                ofRange(one, region, range, name, faults);
            }
        }
        ofTargets(one, faults);
        for (AddressFamily family : AddressFamily.values()) {
            faults.put(
                    family + " left open",
                    instead(
                            one,
                            p -> p.source().family() == family && one.truth(p) == Tier.NONE,
                            p -> Tier.INTERNAL));
        }
        faults.put(
                "blocks ignored",
                instead(
                        one,
                        p ->
                                one.truth.decide(p).grant() != null
                                        && one.truth.decide(p).block() != null,
                        p -> Tier.INTERNAL));
        return faults;
    }

    private static void ofRange(
            Case one,
            Region region,
            AddressRange range,
            String name,
            Map<String, Function<PlanPoint, Tier>> faults) {
        faults.put(
                "range " + range + " dropped: " + name,
                instead(one, p -> holds(region, p) && range.contains(p.source()), one::past));
        for (Address end : List.of(range.low(), range.high())) {
            faults.put(
                    "one too few at " + end + ": " + name,
                    instead(one, p -> holds(region, p) && p.source().equals(end), one::past));
        }
        beyond(one, region, range.low().previous(), name, faults);
        beyond(one, region, range.high().next(), name, faults);
    }

    /** The neighbour gets what the region has, whoever the region is about. */
    private static void beyond(
            Case one,
            Region region,
            Optional<Address> neighbour,
            String name,
            Map<String, Function<PlanPoint, Tier>> faults) {
        if (neighbour.isEmpty()) {
            return;
        }
        Predicate<PlanPoint> shifted =
                p ->
                        region.ports().contains(p.port())
                                && PlanReach.holds(region, p.as())
                                && p.source().equals(neighbour.get());
        boolean isForAll =
                one.points().stream().filter(shifted).allMatch(p -> one.truth(p) != region.after());
        if (isForAll) {
            faults.put(
                    "one too many at " + neighbour.get() + ": " + name,
                    instead(one, shifted, p -> region.after()));
        }
    }

    /** The whole change is missing at one address or name. */
    private static void ofTargets(Case one, Map<String, Function<PlanPoint, Tier>> faults) {
        for (AddressFamily family : AddressFamily.values()) {
            for (String target : one.targets(family)) {
                faults.put(
                        "not applied in " + family + " at " + target,
                        instead(
                                one,
                                p ->
                                        p.source().family() == family
                                                && String.valueOf(p.target())
                                                        .equals(String.valueOf(target)),
                                one::past));
            }
        }
    }

    private static Function<PlanPoint, Tier> instead(
            Case one, Predicate<PlanPoint> where, Function<PlanPoint, Tier> what) {
        return point -> where.test(point) ? what.apply(point) : one.truth(point);
    }

    private static PlanPoint point(PlannedProbe probe) {
        return new PlanPoint(
                probe.target(),
                probe.port(),
                probe.source(),
                new ProvenIdentity(probe.account(), probe.computer()));
    }

    @Test
    void everySingleFaultIsAskedFor() {
        Map<String, Integer> tried = new TreeMap<>();
        for (int seed = 0; seed < Seeds.of(SEEDS); seed++) {
            Case one = new Case(seed);
            List<PlannedProbe> probes = one.plan(AMPLE).probes();
            List<PlanPoint> points = one.points();
            for (Map.Entry<String, Function<PlanPoint, Tier>> fault : faults(one).entrySet()) {
                Function<PlanPoint, Tier> enforced = fault.getValue();
                if (points.stream().anyMatch(p -> enforced.apply(p) != one.truth(p))) {
                    tried.merge(fault.getKey().split(" ")[0], 1, Integer::sum);
                    assertTrue(
                            probes.stream().anyMatch(p -> enforced.apply(point(p)) != p.expected()),
                            "seed " + seed + ": " + fault.getKey() + "\n" + probes);
                }
            }
        }
        assertEquals(
                Set.of("not", "given", "identity", "range", "one", "IPV4", "IPV6", "blocks"),
                tried.keySet());
    }

    @Test
    void noProbeCanBeSpared() {
        for (int seed = 0; seed < Seeds.of(SEEDS); seed++) {
            Case one = new Case(seed);
            PlanDesk desk =
                    ProbePlan.desk(
                            one.impact,
                            one.after,
                            one.server,
                            NOW,
                            EVERYWHERE,
                            EnforcementPaths.UNKNOWN,
                            seed % 2 == 0 ? AMPLE : ProbeBudget.USUAL);
            ProbePlan.choose(desk);
            Set<Question> chosen = new HashSet<>();
            desk.choice().chosen().forEach(each -> chosen.add(each.question()));
            Set<Question> needed = new HashSet<>();
            for (List<Question> goal : desk.choice().goals()) {
                Set<Question> met = new HashSet<>(goal);
                met.retainAll(chosen);
                assertTrue(!met.isEmpty(), "seed " + seed + ": a goal was lost");
                if (met.size() == 1) {
                    needed.addAll(met);
                }
            }
            assertEquals(chosen, needed, "seed " + seed);
            assertEquals(desk.choice().chosen().size(), chosen.size(), "seed " + seed);
        }
    }

    @Test
    void theOrderOfTheRegionsDoesNotMatter() {
        for (int seed = 0; seed < Seeds.of(SEEDS); seed++) {
            Case one = new Case(seed);
            List<Region> shuffled = new ArrayList<>(one.impact);
            Collections.shuffle(shuffled, new Random(seed));
            assertEquals(
                    one.plan(ProbeBudget.USUAL),
                    one.plan(shuffled, ProbeBudget.USUAL),
                    "seed " + seed);
        }
    }

    @Test
    void theBudgetIsKeptAndWhatIsLeftOutIsTold() {
        for (int seed = 0; seed < Seeds.of(SEEDS); seed++) {
            Case one = new Case(seed);
            ProbeBudget budget = new ProbeBudget(1 + seed % 30, 1 + seed % 3);
            ProbePlan whole = one.plan(AMPLE);
            ProbePlan plan = one.plan(budget);
            Map<Address, Integer> perSource = new TreeMap<>();
            plan.probes().forEach(probe -> perSource.merge(probe.source(), 1, Integer::sum));

            assertTrue(plan.probes().size() <= budget.maxProbes(), "seed " + seed);
            perSource.values().forEach(n -> assertTrue(n <= budget.maxPerSource(), "seed"));
            assertTrue(
                    plan.probes().size() >= whole.probes().size()
                            || plan.leftOut().size() > whole.leftOut().size()
                            || !plan.coverage().uncovered().isEmpty(),
                    "seed " + seed + ": " + plan);
        }
    }

    @Test
    void harmShowsFirst() {
        for (int seed = 0; seed < Seeds.of(SEEDS); seed++) {
            Case one = new Case(seed);
            int last = 0;
            for (PlannedProbe probe : one.plan(AMPLE).probes()) {
                boolean isTightened =
                        one.regions().stream()
                                .filter(region -> holds(region, point(probe)))
                                .anyMatch(r -> r.after().compareTo(r.before()) < 0);
                int rank = (probe.expected() == Tier.NONE ? 0 : 2) + (isTightened ? 1 : 0);
                // Of what must pass, the lowered comes first.
                rank = rank == 3 ? 2 : rank == 2 ? 3 : rank;
                assertTrue(rank >= last, "seed " + seed + ": " + probe);
                last = rank;
            }
        }
    }

    @Test
    void coverageCountsExactlyTheRegionsWithAProbeInside() {
        for (int seed = 0; seed < Seeds.of(SEEDS); seed++) {
            Case one = new Case(seed);
            ProbePlan plan = one.plan(new ProbeBudget(1 + seed % 40, 20));
            long inside =
                    one.regions().stream()
                            .filter(
                                    region ->
                                            plan.probes().stream()
                                                    .anyMatch(p -> holds(region, point(p))))
                            .count();
            assertEquals(one.regions().size(), plan.coverage().regions(), "seed " + seed);
            assertEquals(inside, plan.coverage().coveredRegions(), "seed " + seed);
            assertEquals(0, plan.coverage().equivalentRegions(), "seed " + seed);
        }
    }
}
