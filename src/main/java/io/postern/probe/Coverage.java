package io.postern.probe;

import java.math.BigInteger;
import java.util.List;
import java.util.stream.Stream;

/**
 * How much of a change its probes show, in regions of its impact that hold now and in their
 * addresses (of both families, summed over the regions).
 *
 * @param regions how many regions of the impact touch the servers
 * @param coveredRegions how many have a probe inside
 * @param equivalentRegions how many have none, yet one with the same decision over the same path
 *     has: same server, connector, rule and identity
 * @param addresses how many addresses the regions hold
 * @param coveredAddresses how many the covered ones hold: one probe stands for its range
 * @param equivalentAddresses how many those hold that are covered by equivalence
 * @param uncovered why the others have none, a sentence each
 */
public record Coverage(
        int regions,
        int coveredRegions,
        int equivalentRegions,
        BigInteger addresses,
        BigInteger coveredAddresses,
        BigInteger equivalentAddresses,
        List<String> uncovered) {
    /** Of no region at all. */
    public static final Coverage NONE =
            new Coverage(0, 0, 0, BigInteger.ZERO, BigInteger.ZERO, BigInteger.ZERO, List.of());

    public Coverage {
        uncovered = List.copyOf(uncovered);
    }

    /** Both together. */
    public Coverage plus(Coverage other) {
        return new Coverage(
                regions + other.regions,
                coveredRegions + other.coveredRegions,
                equivalentRegions + other.equivalentRegions,
                addresses.add(other.addresses),
                coveredAddresses.add(other.coveredAddresses),
                equivalentAddresses.add(other.equivalentAddresses),
                Stream.concat(uncovered.stream(), other.uncovered.stream()).toList());
    }

    /**
     * Whether there are regions and no probe is inside any of them: what did not change is no proof
     * of what did.
     */
    public boolean isBlind() {
        return regions > 0 && coveredRegions == 0;
    }

    /** The share of regions that are covered or equivalent, 0 to 100; of no region it is 100. */
    public int percent() {
        return regions == 0 ? 100 : (coveredRegions + equivalentRegions) * 100 / regions;
    }
}
