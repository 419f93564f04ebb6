package io.postern.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.postern.cli.network.LabHost;
import io.postern.cli.network.NetworkLab;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The packaged service and an agent on hosts of the lab that meet only over the gateway. */
class LabStageIT {
    private static final String AGENT = "agent-mx1";
    private static final long SECONDS = 60;

    @BeforeAll
    static void canRunHere() {
        Optional<String> missing = NetworkLab.missing();
        assumeTrue(missing.isEmpty(), () -> "skipped: " + missing.orElseThrow());
    }

    @Test
    void anAgentOnAHostReportsAndGoesOnAfterAKill() throws Exception {
        try (NetworkLab lab = NetworkLab.start();
                LabStage stage = LabStage.start(lab, List.of())) {
            stage.enrol(AGENT, LabHost.MX1, List.of("mx1"));
            Process first = stage.startAgent(AGENT, List.of());
            stage.stage().await(AGENT, first, SECONDS, () -> reports(stage) == 1);
            assertEquals(
                    List.of(first.pid()),
                    lab.processes(LabHost.MX1).stream().map(ProcessHandle::pid).toList(),
                    "the agent runs on its host");
            stage.kill(AGENT);
            assertFalse(first.isAlive());
            Files.delete(stage.stage().log(AGENT));
            Process second = stage.startAgent(AGENT, List.of());
            stage.stage()
                    .await(
                            AGENT,
                            second,
                            SECONDS,
                            () -> stage.stage().logged(AGENT, "mx1").isPresent());
            assertTrue(second.isAlive(), () -> stage.stage().tail(AGENT));
            lab.isolate(LabHost.SERVICE);
            assertTrue(second.isAlive(), "the agent outlives the service's network");
            lab.rejoin(LabHost.SERVICE);
            assertEquals(1, reports(stage));
        }
    }

    private static int reports(LabStage stage) throws Exception {
        int reported = 0;
        for (JsonNode server : stage.alice().get("/api/v1/servers").ok("listing servers")) {
            reported += server.path("state").isNull() ? 0 : 1;
        }
        return reported;
    }
}
