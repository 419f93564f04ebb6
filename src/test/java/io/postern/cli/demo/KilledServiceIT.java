package io.postern.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.postern.smtp.ObservedTier.Level;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** kill -9 of the service, with its database left behind as an orphan. */
class KilledServiceIT {
    private static Scenario scenario;

    @BeforeAll
    static void start() throws Exception {
        scenario = Scenario.inForce(Story.Conditions.USUAL);
    }

    @AfterAll
    static void stop() {
        if (scenario != null) {
            scenario.close();
        }
    }

    @Test
    void aRolloutKilledInTheMiddleIsResumedOrUndoneAndTheOrphanedDatabaseLosesNothing()
            throws Exception {
        long rollout = scenario.beginGrant("killed-midway", "10.20.61.0/24");
        scenario.awaitRing(rollout, 0, "PROBING");
        long recordsBefore = records();

        scenario.kill("service");
        long orphan = scenario.stage.databasePid();
        assertTrue(ProcessHandle.of(orphan).isPresent(), "the database outlives its service");
        scenario.story.serve(scenario.port());

        assertTrue(
                scenario.stage
                        .logged("service", "Found the PostgreSQL of an earlier service")
                        .isPresent(),
                scenario.stage.tail("service"));
        assertTrue(records() >= recordsBefore, "nothing committed is lost");
        JsonNode end = scenario.story.end(rollout);
        String state = end.path("state").asText();
        assertTrue(List.of("VERIFIED", "ROLLED_BACK").contains(state), end.toString());
        scenario.assertObserved(
                state.equals("VERIFIED") ? Level.INTERNAL : Level.NONE, "10.20.61.9");
        scenario.story.inSync();
        scenario.story.audit();
    }

    private static long records() throws Exception {
        String whole = scenario.story.audit();
        return Long.parseLong(whole.substring(0, whole.indexOf(' ')));
    }

    @Test
    void theFirstAgentIsActiveSoonAfterTheChangeIsApplied() throws Exception {
        long began = System.nanoTime();
        long rollout = scenario.beginGrant("how-soon", "10.20.62.0/24");
        scenario.awaitRing(rollout, 0, "PROBING");
        // A figure for people to read, not a limit: machines differ.
        System.out.println(
                "approval to first ring active and asked for probes: "
                        + (System.nanoTime() - began) / 1_000_000
                        + " ms, with draft, submit and approval");
        assertEquals("VERIFIED", scenario.story.end(rollout).path("state").asText());
    }
}
