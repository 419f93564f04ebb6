package io.postern.probe;

import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import io.postern.policy.Region;
import io.postern.policy.Server;
import io.postern.probe.PlanReach.Stand;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The regions of an impact on one server, in the fixed order: which hold now, which are reached.
 */
final class PlanRegions {
    /**
     * A region that holds now.
     *
     * @param ports those of it that the server has
     * @param stands who can ask inside; empty = {@code why} says why
     * @param why null = somebody can
     */
    record Present(Region region, List<Integer> ports, List<Stand> stands, String why) {
        boolean isReached() {
            return why == null;
        }

        /** Whether a question lies inside. */
        boolean holds(PlanPoint point) {
            return region.addresses().contains(point.source())
                    && region.ports().contains(point.port())
                    && PlanReach.holds(region, point.as());
        }

        /** For people. */
        String place() {
            return region.direction() + " at " + region.witness().address();
        }

        String word() {
            return region.direction().name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    private final List<Present> present = new ArrayList<>();
    private final List<Present> reached;
    private final List<Region> later = new ArrayList<>();
    private final AddressSet changed;

    PlanRegions(List<Region> impact, Server server, Instant at, PlanReach reach) {
        List<AddressRange> ranges = new ArrayList<>();
        impact.stream()
                .filter(
                        region ->
                                region.servers().stream().anyMatch(server.name()::equalsIgnoreCase))
                .sorted(Region.ORDER)
                .forEach(
                        region -> {
                            ranges.addAll(region.addresses().ranges());
                            if (holdsAt(region, at)) {
                                present.add(present(region, server, reach));
                            } else {
                                later.add(region);
                            }
                        });
        changed = AddressSet.of(ranges);
        reached = present.stream().filter(Present::isReached).toList();
    }

    private static boolean holdsAt(Region region, Instant at) {
        return (region.from() == null || !at.isBefore(region.from()))
                && (region.until() == null || at.isBefore(region.until()));
    }

    private static Present present(Region region, Server server, PlanReach reach) {
        List<Integer> ports =
                region.ports().stream().filter(server.ports()::contains).sorted().toList();
        if (ports.isEmpty()) {
            return new Present(
                    region,
                    ports,
                    List.of(),
                    "holds on port "
                            + String.join(
                                    ", ", region.ports().stream().map(String::valueOf).toList())
                            + " alone, which the server no longer has");
        }
        List<Stand> stands = reach.stands(region);
        return new Present(region, ports, stands, stands.isEmpty() ? reach.why(region) : null);
    }

    List<Present> present() {
        return present;
    }

    /** Those in which somebody can ask. */
    List<Present> reached() {
        return reached;
    }

    /** Those that hold later, or did before. */
    List<Region> later() {
        return later;
    }

    /** Every address that the change is about at any time. */
    AddressSet changed() {
        return changed;
    }
}
