package io.postern.enforcement.pickup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class PickupPlanPropertyTest {
    private static final int CASES = 3000;

    @Test
    void aPlanReachesItsStateAndGoesBackAndTouchesNothingOfOthers() {
        int planned = 0;
        int undone = 0;
        for (long seed = 0; seed < CASES; seed++) {
            Random random = new Random(seed);
            ObservedPickup before = RandomPickups.folder(random);
            PickupState wanted = RandomPickups.state(random);
            String message = "seed " + seed;
            if (!PickupRefusal.reasons(before, wanted).isEmpty()) {
                assertThrows(
                        IllegalArgumentException.class,
                        () -> PickupPlan.between(before, wanted),
                        message);
                continue;
            }
            List<PickupStep> steps = PickupPlan.between(before, wanted);
            ObservedPickup after = before;
            for (PickupStep step : steps) {
                ObservedPickup was = after;
                after = PickupPlan.apply(after, step);
                assertTrue(
                        PickupPlan.isSame(was, PickupPlan.apply(after, step.inverse())), message);
            }
            assertEquals(wanted.writers(), PickupPlan.held(after).writers(), message);
            assertEquals(List.of(), PickupPlan.between(after, wanted), message);
            assertEquals(foreign(before), foreign(after), message);
            planned += steps.isEmpty() ? 0 : 1;
            PickupState held = PickupPlan.held(before);
            if (PickupRefusal.reasons(after, held).isEmpty()) {
                ObservedPickup back = after;
                for (PickupStep step : PickupPlan.between(after, held)) {
                    back = PickupPlan.apply(back, step);
                }
                assertTrue(PickupPlan.isSame(before, back), message);
                undone++;
            }
        }
        assertTrue(planned > CASES / 4, "too few plans: " + planned);
        assertTrue(undone > CASES / 4, "too few undone: " + undone);
    }

    private static List<FolderEntry> foreign(ObservedPickup observed) {
        return observed.entries().stream().filter(Predicate.not(FolderEntry::isOwn)).toList();
    }

    /** An agent that dies after any step goes on from there, and so does an undo. */
    @Test
    void aPlanCutShortIsFinishedOrTakenBack() {
        ObservedPickup fresh = ObservedPickup.ofFreshServer();
        ObservedPickup shared =
                fresh.withShares(List.of(new FolderShare("Pickup", true, List.of())));
        PickupState wanted = PickupState.of(RandomPickups.ACCOUNTS.subList(0, 3));
        List<PickupStep> steps = PickupPlan.between(shared, wanted);
        for (int cut = 0; cut <= steps.size(); cut++) {
            ObservedPickup reached = shared;
            for (PickupStep step : steps.subList(0, cut)) {
                reached = PickupPlan.apply(reached, step);
            }
            ObservedPickup forth = reached;
            for (PickupStep step : PickupPlan.between(reached, wanted)) {
                forth = PickupPlan.apply(forth, step);
            }
            assertEquals(wanted, PickupPlan.held(forth), "cut " + cut);
            ObservedPickup back = reached;
            for (PickupStep step : PickupPlan.between(reached, PickupState.NOBODY)) {
                back = PickupPlan.apply(back, step);
            }
            assertTrue(PickupPlan.isSame(shared, back), "cut " + cut);
        }
    }

    @Test
    void aStepThatCannotBeTakenIsRefused() {
        ObservedPickup fresh = ObservedPickup.ofFreshServer();
        for (PickupStep step :
                List.of(
                        new PickupStep.RemoveFolderEntry("S-1-5-21-1-2-3-1"),
                        new PickupStep.AddShareEntry("Pickup", "S-1-5-21-1-2-3-1"),
                        new PickupStep.RemoveShareEntry("Pickup", "S-1-5-21-1-2-3-1"))) {
            assertThrows(IllegalStateException.class, () -> PickupPlan.apply(fresh, step));
        }
    }
}
