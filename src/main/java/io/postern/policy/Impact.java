package io.postern.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import java.util.function.Predicate;

/**
 * The exact set of submissions whose tier differs between two policies, by set algebra over
 * servers, ports, accounts, computers, addresses and time: every region, no sampling. The universe
 * is the union of both policies; a server or port that one side lacks is NONE there. Immutable.
 *
 * <p>An identity that one side does not know, or knows only as a group with members, counts there
 * as any principal the policy does not know.
 */
public final class Impact {
    private final List<Region> regions;
    private final List<String> unknowns;

    private Impact(List<Region> regions, List<String> unknowns) {
        this.regions = List.copyOf(regions);
        this.unknowns = List.copyOf(unknowns);
    }

    /**
     * The impact of replacing one policy by another, whole in memory.
     *
     * @param from only submissions at this instant or later count; null = all time
     */
    public static Impact between(Policy before, Policy after, Instant from) {
        List<Region> regions = new ArrayList<>();
        List<String> unknowns = stream(before, after, from, regions::add);
        regions.sort(Region.ORDER);
        return new Impact(regions, unknowns);
    }

    /**
     * Hands on every region of {@link #between} as soon as it is known, so that an impact may be
     * larger than memory. The order is fixed but another one; of a very large impact, regions that
     * could be one may come as several.
     *
     * @param from as there
     * @param consumer called once for each region, on this thread
     * @return the unknowns, as {@link #unknowns()}
     */
    public static List<String> stream(
            Policy before, Policy after, Instant from, Consumer<Region> consumer) {
        return stream(before, after, from, consumer, share -> {});
    }

    /**
     * The same, saying how far it is. Either consumer may throw to end the work.
     *
     * @param progress from time to time called with the share of the work that is done, 0 to 1,
     *     never falling
     */
    public static List<String> stream(
            Policy before,
            Policy after,
            Instant from,
            Consumer<Region> consumer,
            DoubleConsumer progress) {
        ImpactUniverse universe = new ImpactUniverse(before, after);
        ImpactRules rules = new ImpactRules(before, after, universe);
        stream(universe, rules, from, consumer, progress);
        return new ImpactUnknowns(universe, rules, from).unknowns();
    }

    /** Hands on every region in which the two sides of some rules differ. */
    private static void stream(
            ImpactUniverse universe,
            ImpactRules rules,
            Instant from,
            Consumer<Region> consumer,
            DoubleConsumer progress) {
        ImpactSweep sweep = new ImpactSweep(rules, universe.places().size(), from);
        ImpactCells cells = new ImpactCells(universe, rules, sweep, from);
        new ImpactRegions(universe, rules, sweep, consumer).run(cells, progress);
    }

    /** Whether there is a region of some rules whose move and time count. */
    static boolean any(
            ImpactUniverse universe,
            ImpactRules rules,
            Instant from,
            Predicate<ImpactCells.Span> counts) {
        ImpactSweep sweep = new ImpactSweep(rules, universe.places().size(), from);
        ImpactCells cells = new ImpactCells(universe, rules, sweep, from);
        return ImpactRegions.any(sweep, cells, counts);
    }

    /** The regions of some rules in the fixed order. */
    static List<Region> regions(ImpactUniverse universe, ImpactRules rules, Instant from) {
        List<Region> regions = new ArrayList<>();
        stream(universe, rules, from, regions::add, share -> {});
        regions.sort(Region.ORDER);
        return List.copyOf(regions);
    }

    /** Disjoint; together exactly the submissions whose tier differs. In a fixed order. */
    public List<Region> regions() {
        return regions;
    }

    /**
     * One sentence for each pair of entries whose principals may overlap in a group whose members
     * the policy does not list, where that overlap could change a tier; such groups count as
     * disjoint in the regions. Beyond a thousand the last one says that there are more. May be
     * empty.
     */
    public List<String> unknowns() {
        return unknowns;
    }

    /** Whether no submission's tier differs. */
    public boolean isEmpty() {
        return regions.isEmpty();
    }
}
