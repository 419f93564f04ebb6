package io.postern.cli.selftest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.policy.AddressSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Seeds give plans that hit everything, everywhere, and can be repeated. */
class ChaosPlanTest {
    private static final List<String> AGENTS = List.of("agent-1", "agent-2");
    private static final long WINDOW = 15_000;
    private static final int SEEDS = 300;

    private static SortedMap<String, Map.Entry<String, String>> grants() {
        return new TreeMap<>(
                Map.of(
                        "shop", Map.entry("10.30.40.7", "relay"),
                        "run-1-0", Map.entry("10.40.1.0/28", "internal")));
    }

    @Test
    void theSameSeedGivesTheSamePlan() {
        for (long seed = 0; seed < SEEDS; seed++) {
            assertEquals(
                    ChaosPlan.of(seed, grants(), AGENTS, WINDOW),
                    ChaosPlan.of(seed, grants(), AGENTS, WINDOW),
                    "seed " + seed);
        }
    }

    @Test
    void everyTargetAndPointIsHitAndSomeStayDownLongerThanTheWindow() {
        Set<String> targets = new TreeSet<>();
        Set<ChaosKill.Point> points = EnumSet.noneOf(ChaosKill.Point.class);
        int longer = 0;
        int faulty = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            ChaosPlan plan = ChaosPlan.of(seed, grants(), AGENTS, WINDOW);
            assertTrue(!plan.kills().isEmpty() && plan.kills().size() <= 3, "seed " + seed);
            for (ChaosKill kill : plan.kills()) {
                targets.add(kill.target());
                points.add(kill.point());
                longer += kill.downMillis() > WINDOW ? 1 : 0;
            }
            faulty += plan.fault() == null ? 0 : 1;
        }
        assertEquals(Set.of("service", "database", "agent-1", "agent-2"), targets);
        assertEquals(EnumSet.allOf(ChaosKill.Point.class), points);
        assertTrue(longer > 0, "some must outlast the window");
        assertTrue(faulty > SEEDS / 3 && faulty < SEEDS * 2 / 3, faulty + " of " + SEEDS);
    }

    @Test
    void aDroppedRangeIsOneThatNobodyHadBefore() {
        AddressSet before = AddressSet.parse("10.30.40.7", "10.40.1.0/28");
        for (long seed = 0; seed < SEEDS; seed++) {
            ChaosPlan plan = ChaosPlan.of(seed, grants(), AGENTS, WINDOW);
            if (plan.fault() != null && plan.fault().startsWith("drop-range ")) {
                AddressSet dropped = AddressSet.parse(plan.fault().substring(11));
                assertTrue(before.intersect(dropped).isEmpty(), "seed " + seed);
            }
        }
    }
}
