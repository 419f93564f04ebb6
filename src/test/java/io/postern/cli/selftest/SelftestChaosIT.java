package io.postern.cli.selftest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Rollouts under kill -9, and the proof that a run with something wrong would be seen. */
class SelftestChaosIT {
    private static int run(StringWriter out, String... arguments) {
        return new CommandLine(new SelftestCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(System.out, true))
                .execute(arguments);
    }

    @Test
    void fiveRolloutsUnderKillNineEndVerifiedOrRolledBackWithNothingLeftHalfDone()
            throws Exception {
        StringWriter out = new StringWriter();
        int status = run(out, "chaos", "--seed", "20261128", "--runs", "5", "--json");
        assertEquals(0, status, out.toString());
        JsonNode report = new ObjectMapper().readTree(out.toString());
        assertEquals(5, report.path("runs").size());
        for (JsonNode run : report.path("runs")) {
            assertTrue(run.path("kills").size() > 0, run.toString());
        }
    }

    @Test
    void aServerThatHoldsSomethingElseInTheEndIsReported() throws Exception {
        StringWriter out = new StringWriter();
        int status = run(out, "chaos", "--seed", "1", "--runs", "1", "--json", "--sabotage");
        assertEquals(1, status, out.toString());
        JsonNode checks =
                new ObjectMapper().readTree(out.toString()).path("runs").path(0).path("checks");
        assertTrue(checks.path("files").toString().contains("ch01"), checks.toString());
        assertTrue(checks.path("audit").isEmpty(), checks.toString());
    }
}
