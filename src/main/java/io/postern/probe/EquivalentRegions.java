package io.postern.probe;

import io.postern.policy.Region;
import io.postern.probe.PlanRegions.Present;
import java.util.HashSet;
import java.util.Set;

/**
 * Which regions without a probe have one like them with a probe: on the same ports, with the same
 * move by the same entries for the same identities, and each of their addresses runs over a path
 * that a probe with that decision ran over.
 */
final class EquivalentRegions {
    private final EnforcementPaths paths;
    private final Set<String> shown = new HashSet<>();

    EquivalentRegions(EnforcementPaths paths) {
        this.paths = paths;
    }

    /** What of a region does not depend on its addresses, as a text that ends a line. */
    static String decision(Present one) {
        Region region = one.region();
        return String.join(
                "\n",
                region.direction().name(),
                region.before().name(),
                region.after().name(),
                String.valueOf(region.because().before()),
                String.valueOf(region.because().after()),
                region.accounts().toString(),
                region.computers().toString(),
                one.ports().toString(),
                "");
    }

    /** A probe runs inside a region. */
    void shown(Present one, PlanPoint point) {
        String path = paths.at(point.source(), point.port());
        if (path != null) {
            shown.add(key(one, point.port(), path));
        }
    }

    private static String key(Present one, int port, String path) {
        return decision(one) + port + '\n' + path;
    }

    /** Whether what was shown elsewhere holds for all of a region. */
    boolean covers(Present one) {
        if (shown.isEmpty()) {
            return false;
        }
        for (int port : one.ports()) {
            Set<String> pieces = paths.pieces(one.region().addresses(), port).keySet();
            if (pieces.isEmpty()
                    || !pieces.stream().allMatch(path -> shown.contains(key(one, port, path)))) {
                return false;
            }
        }
        return true;
    }
}
