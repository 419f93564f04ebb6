package io.postern.enforcement;

import io.postern.policy.Region;
import java.util.List;
import java.util.Objects;

/**
 * What the enforcement points of a server let through otherwise than the policy says.
 *
 * @param regions disjoint and exact; before = policy, after = let through; OPENS and RAISES are
 *     over-permitted, CLOSES and LOWERS under-permitted; empty = what the policy says, as far as is
 *     known
 * @param unknowns sentences for people about what cannot be told from what was observed; empty =
 *     everything is known
 */
public record Fidelity(List<Found> regions, List<String> unknowns) {
    /**
     * A region of the difference.
     *
     * @param layer which layer causes it: {@code exchange}, {@code accepted-domain}, {@code
     *     forwarding}, or the kind of another enforcement point such as {@code windows-firewall}
     * @param remedy for people: what would remove it
     */
    public record Found(Region region, String layer, String remedy) {
        public Found {
            Objects.requireNonNull(region);
            Objects.requireNonNull(layer);
            Objects.requireNonNull(remedy);
        }
    }

    public Fidelity {
        regions = List.copyOf(regions);
        unknowns = List.copyOf(unknowns);
    }

    /** Whether everything is known and is what the policy says. */
    public boolean isExact() {
        return regions.isEmpty() && unknowns.isEmpty();
    }
}
