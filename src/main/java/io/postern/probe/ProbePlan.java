package io.postern.probe;

import io.postern.policy.Decision;
import io.postern.policy.Policy;
import io.postern.policy.Region;
import io.postern.policy.Server;
import io.postern.policy.Tier;
import io.postern.probe.PlanPoint.Question;
import io.postern.probe.PlanRegions.Present;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which probes prove a change on one server: in each region of its impact that a vantage reaches a
 * witness and both sides of each boundary, at each target, port and identity that could differ; and
 * sentinels outside it. Deterministic: the order of the regions does not matter. No probe can be
 * spared: each is the only one for something.
 *
 * @param server its name in the policy
 * @param probes what to ask, harm first: what must be refused, then what closed or was lowered,
 *     then what must pass; a witness before boundaries
 * @param coverage of the regions that hold now
 * @param later regions that do not hold now, a sentence each; they count nowhere else
 * @param leftOut what was not asked for want of room or of a vantage, a sentence each
 */
public record ProbePlan(
        String server,
        List<PlannedProbe> probes,
        Coverage coverage,
        List<String> later,
        List<String> leftOut) {
    public ProbePlan {
        probes = List.copyOf(probes);
        later = List.copyOf(later);
        leftOut = List.copyOf(leftOut);
    }

    /** The coverage, each of its sentences with the server's name before it. */
    public Coverage namedCoverage() {
        return new Coverage(
                coverage.regions(),
                coverage.coveredRegions(),
                coverage.equivalentRegions(),
                coverage.addresses(),
                coverage.coveredAddresses(),
                coverage.equivalentAddresses(),
                coverage.uncovered().stream().map(why -> server + ": " + why).toList());
    }

    /** Plans as if something could ask from every address, as nobody in particular. */
    static ProbePlan of(List<Region> impact, Policy policy, Server server, Instant at) {
        return of(impact, policy, server, at, VantageReach.EVERY_ADDRESS);
    }

    /** Plans with the usual budget and without paths. */
    static ProbePlan of(
            List<Region> impact, Policy policy, Server server, Instant at, VantageReach reach) {
        return of(impact, policy, server, at, reach, EnforcementPaths.UNKNOWN, ProbeBudget.USUAL);
    }

    /**
     * Plans the proof of a policy on one server.
     *
     * @param impact regions of the change, in any order; empty = only sentinels
     * @param policy the policy that must hold afterwards; it has the server
     * @param at the instant the probes will run
     * @param reach what its vantages can show
     * @param paths which objects will decide; {@link EnforcementPaths#UNKNOWN} = no equivalence
     */
    public static ProbePlan of(
            List<Region> impact,
            Policy policy,
            Server server,
            Instant at,
            VantageReach reach,
            EnforcementPaths paths,
            ProbeBudget budget) {
        PlanDesk desk = desk(impact, policy, server, at, reach, paths, budget);
        choose(desk);
        PlanCoverage covered = PlanCoverage.of(desk);
        return new ProbePlan(
                server.name(),
                ordered(desk),
                covered.coverage(),
                covered.later(),
                covered.leftOut());
    }

    static PlanDesk desk(
            List<Region> impact,
            Policy policy,
            Server server,
            Instant at,
            VantageReach reach,
            EnforcementPaths paths,
            ProbeBudget budget) {
        PlanExpectations expectations = new PlanExpectations(policy, server, at);
        PlanReach asked = new PlanReach(reach, expectations);
        return new PlanDesk(
                policy,
                server,
                at,
                asked,
                expectations,
                new PlanTargets(server, asked.sources()),
                paths,
                new PlanRegions(impact, server, at, asked),
                new PlanChoice(budget));
    }

    /** Questions by what they are worth, as long as there is room. */
    static void choose(PlanDesk desk) {
        ImpactQuestions impact = new ImpactQuestions(desk);
        SentinelQuestions sentinels = new SentinelQuestions(desk);
        impact.witnesses();
        sentinels.refusals();
        sentinels.grants();
        sentinels.blocks();
        impact.targets();
        sentinels.elsewhere();
        impact.identities();
        impact.paths();
        impact.boundaries();
        sentinels.neighbours();
        desk.choice().reduce();
    }

    private record Ranked(PlannedProbe probe, int harm, PlanStage stage) {
        static final Comparator<Ranked> ORDER =
                Comparator.comparingInt(Ranked::harm)
                        .thenComparing(one -> one.probe.expected())
                        .thenComparing(Ranked::stage);
    }

    private static List<PlannedProbe> ordered(PlanDesk desk) {
        List<Ranked> ranked = new ArrayList<>();
        for (PlanChoice.Chosen chosen : desk.choice().chosen()) {
            PlanPoint point = chosen.question().point();
            List<Present> around =
                    desk.regions().present().stream().filter(one -> one.holds(point)).toList();
            Decision decision = desk.expectations().decide(point);
            PlannedProbe probe = probe(desk, chosen, decision, around);
            ranked.add(new Ranked(probe, harm(decision.tier(), around), chosen.stage()));
        }
        ranked.sort(Ranked.ORDER);
        return ranked.stream().map(Ranked::probe).toList();
    }

    /** The order in which harm would show: what nobody meant to open first. */
    private static int harm(Tier expected, List<Present> around) {
        boolean isTightened =
                around.stream()
                        .anyMatch(one -> one.region().after().compareTo(one.region().before()) < 0);
        if (expected == Tier.NONE) {
            return isTightened ? 1 : 0;
        }
        return isTightened ? 2 : 3;
    }

    private static PlannedProbe probe(
            PlanDesk desk, PlanChoice.Chosen chosen, Decision decision, List<Present> around) {
        Question question = chosen.question();
        PlanPoint point = question.point();
        return new PlannedProbe(
                desk.server().name(),
                point.target(),
                point.port(),
                point.source(),
                point.as().account(),
                point.as().computer(),
                decision.tier(),
                chosen.reason(),
                around.isEmpty(),
                likeness(desk, point, decision, around),
                question.vantage());
    }

    /**
     * The same for questions that must all end alike. What changes is never like what does not: a
     * write that was lost shows in the one alone, and that is no contradiction. Where the path is
     * not known, no two places are taken to be alike but those of one region.
     */
    private static String likeness(
            PlanDesk desk, PlanPoint point, Decision decision, List<Present> around) {
        String path = desk.paths().at(point.source(), point.port());
        if (path == null) {
            path = around.isEmpty() ? point.source().toString() : "unknown";
        }
        String text =
                String.join(
                        "\n",
                        desk.server().name(),
                        String.valueOf(point.target()),
                        String.valueOf(point.port()),
                        point.source().family().name(),
                        decision.tier().name(),
                        String.valueOf(decision.grant()),
                        String.valueOf(decision.block()),
                        String.valueOf(point.as()),
                        around.stream()
                                .map(ProbePlan::sign)
                                .sorted()
                                .collect(Collectors.joining(",")),
                        path);
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static String sign(Present one) {
        return one.region().direction() + " " + one.region().addresses().ranges().get(0);
    }
}
