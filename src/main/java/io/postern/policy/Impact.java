package io.postern.policy;

import java.time.Instant;
import java.util.List;

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
     * The impact of replacing one policy by another.
     *
     * @param from only submissions at this instant or later count; null = all time
     */
    public static Impact between(Policy before, Policy after, Instant from) {
        ImpactUniverse universe = new ImpactUniverse(before, after);
        ImpactShapes shapes = new ImpactShapes(before, after, universe);
        ImpactCells cells = new ImpactCells(universe, shapes, from);
        ImpactPieces pieces = new ImpactPieces(universe, shapes, cells);
        return new Impact(
                new ImpactRegions(universe, shapes, pieces).regions(),
                new ImpactUnknowns(universe, shapes, from).unknowns());
    }

    /** Disjoint; together exactly the submissions whose tier differs. In a fixed order. */
    public List<Region> regions() {
        return regions;
    }

    /**
     * One sentence for each pair of entries whose principals may overlap in a group whose members
     * the policy does not list, where that overlap could change a tier; such groups count as
     * disjoint in the regions. May be empty.
     */
    public List<String> unknowns() {
        return unknowns;
    }

    /** Whether no submission's tier differs. */
    public boolean isEmpty() {
        return regions.isEmpty();
    }
}
