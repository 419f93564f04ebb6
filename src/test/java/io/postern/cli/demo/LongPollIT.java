package io.postern.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.smtp.ObservedTier.Level;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where no event stream can be had, long poll brings everything as well. */
class LongPollIT {
    @Test
    void agentsOnLongPollAreToldAndProveAChange() throws Exception {
        try (Scenario scenario =
                Scenario.inForce(new Story.Conditions(300, List.of(), List.of("--long-poll")))) {
            for (String server : scenario.story.servers()) {
                assertTrue(
                        scenario.stage
                                .logged(Story.agentName(server), "notices: by long poll")
                                .isPresent());
            }
            long rollout = scenario.beginGrant("by-long-poll", "10.20.65.0/24");
            assertEquals("VERIFIED", scenario.story.end(rollout).path("state").asText());
            scenario.assertObserved(Level.INTERNAL, "10.20.65.9");
        }
    }
}
