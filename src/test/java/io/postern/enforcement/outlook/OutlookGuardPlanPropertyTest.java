package io.postern.enforcement.outlook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class OutlookGuardPlanPropertyTest {
    private static final int CASES = 2000;

    @Test
    void aPlanReachesItsStateAndGoesBackExactly() {
        int refused = 0;
        for (long seed = 0; seed < CASES; seed++) {
            Random random = new Random(seed);
            ObservedOutlookGuard before = guard(random);
            OutlookGuardState wanted =
                    OutlookGuardState.of(GuardProfile.values()[random.nextInt(2)]);
            String message = "seed " + seed;
            OutlookGuardState held = OutlookGuardPlan.held(before, wanted);
            if (!OutlookGuardPlan.refusal(before, wanted).isEmpty()) {
                refused++;
                assertNotEquals(wanted.digest(), held.digest(), message);
                assertThrows(
                        IllegalArgumentException.class,
                        () -> OutlookGuardPlan.between(before, wanted),
                        message);
                continue;
            }
            ObservedOutlookGuard after = before;
            for (OutlookGuardStep step : OutlookGuardPlan.between(before, wanted)) {
                ObservedOutlookGuard was = after;
                after = OutlookGuardPlan.apply(after, step);
                assertEquals(was, OutlookGuardPlan.apply(after, step.inverse()), message);
            }
            assertEquals(wanted.digest(), OutlookGuardPlan.held(after, wanted).digest(), message);
            assertEquals(List.of(), OutlookGuardDrift.compare(wanted, after), message);
            ObservedOutlookGuard back = after;
            for (OutlookGuardStep step : OutlookGuardPlan.between(after, held)) {
                back = OutlookGuardPlan.apply(back, step);
            }
            assertEquals(before, back, message);
        }
        assertTrue(refused > 20 && refused < CASES / 2, "refused " + refused);
    }

    private static ObservedOutlookGuard guard(Random random) {
        List<ObservedGuardKey> keys = new ArrayList<>();
        for (String version : List.of("15.0", "16.0")) {
            if (random.nextBoolean()) {
                keys.add(key(GuardKey.ofMachine(GuardKey.View.NATIVE, version), random));
                keys.add(key(GuardKey.ofUser("S-1-5-21-1-2-3-1104", version), random));
                keys.add(key(GuardKey.ofUser("S-1-5-21-1-2-3-1105", version), random));
            }
        }
        return new ObservedOutlookGuard(keys, List.of());
    }

    private static ObservedGuardKey key(GuardKey key, Random random) {
        Map<String, Integer> present = new TreeMap<>();
        List<String> unreadable = new ArrayList<>();
        for (String name : key.names()) {
            int kind = random.nextInt(200);
            if (kind == 0) {
                unreadable.add(name);
            } else if (kind < 100) {
                present.put(name, random.nextInt(5) - 1);
            }
        }
        return new ObservedGuardKey(key, present, unreadable);
    }

    @Test
    void promptsAreThereBeforeTheModeThatReadsThem() {
        GuardKey key = GuardKey.ofUser("S-1-5-21-1-2-3-1104", "16.0");
        ObservedOutlookGuard observed =
                new ObservedOutlookGuard(
                        List.of(new ObservedGuardKey(key, Map.of(), List.of())), List.of());
        OutlookGuardState wanted = OutlookGuardState.of(GuardProfile.DENY);
        List<OutlookGuardStep> steps = OutlookGuardPlan.between(observed, wanted);
        assertEquals(GuardValues.ADMIN_SECURITY_MODE, steps.get(steps.size() - 1).name());
        ObservedOutlookGuard after = observed;
        for (OutlookGuardStep step : steps) {
            after = OutlookGuardPlan.apply(after, step);
        }
        assertEquals(
                GuardValues.ADMIN_SECURITY_MODE,
                OutlookGuardPlan.between(after, OutlookGuardPlan.held(observed, wanted))
                        .get(0)
                        .name());
    }
}
