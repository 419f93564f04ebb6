package io.postern.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.postern.smtp.ObservedTier.Level;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What nobody confirms is undone by the agent alone, whatever happens to agent or service. */
class ConfirmWindowIT {
    private static final Story.Conditions SHORT_WINDOW =
            new Story.Conditions(3000, List.of("postern.rollout.confirm-window=PT20S"), List.of());

    private static Scenario scenario;

    @BeforeAll
    static void start() throws Exception {
        scenario = Scenario.inForce(SHORT_WINDOW);
    }

    @AfterAll
    static void stop() {
        if (scenario != null) {
            scenario.close();
        }
    }

    private static void pause(long rollout) throws StoryException {
        scenario.story
                .alice()
                .post("/api/v1/rollouts/" + rollout + ":pause", Map.of())
                .ok("pausing");
    }

    @Test
    void anAgentRestartedInsideItsConfirmWindowStillUndoes() throws Exception {
        long rollout = scenario.beginGrant("restarted", "10.20.63.0/24");
        scenario.awaitRing(rollout, 0, "PROBING");
        pause(rollout);
        assertEquals(Level.INTERNAL, scenario.story.ask("ex01", "10.20.63.9"));

        scenario.kill("ex01");
        scenario.story.start("ex01");

        scenario.story.await(
                "undoing",
                null,
                90,
                () ->
                        scenario.stage
                                .logged(Story.agentName("ex01"), "was not confirmed in time")
                                .isPresent());
        JsonNode end = scenario.story.end(rollout);
        assertEquals("ROLLED_BACK", end.path("state").asText(), end.toString());
        assertTrue(end.path("reason").asText().contains("undid"), end.toString());
        scenario.assertObserved(Level.NONE, "10.20.63.9");
        scenario.assertObserved(Level.INTERNAL, "10.20.30.10");
    }

    @Test
    void anAgentCutOffFromTheServiceUndoesAlone() throws Exception {
        long rollout = scenario.beginGrant("cut-off", "10.20.64.0/24");
        scenario.awaitRing(rollout, 0, "PROBING");
        pause(rollout);

        scenario.kill("service");
        scenario.story.await(
                "undoing", null, 90, () -> scenario.story.ask("ex01", "10.20.64.9") == Level.NONE);
        scenario.story.serve(scenario.port());

        assertEquals("ROLLED_BACK", scenario.story.end(rollout).path("state").asText());
        scenario.assertObserved(Level.NONE, "10.20.64.9");
        scenario.assertObserved(Level.INTERNAL, "10.20.30.10");
    }
}
