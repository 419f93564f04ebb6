package io.postern.cli.selftest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/**
 * The suite of faults as CI runs it: every kind once, clean rollouts between, and its own proof.
 */
class SelftestFaultsIT {
    private static int run(StringWriter out, StringWriter err, String... arguments) {
        CommandLine line = new CommandLine(new SelftestCommand());
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }

    @Test
    void everyKindGetsItsVerdictAndNoCleanRolloutAlarms() {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();

        int exit =
                run(
                        out,
                        err,
                        "faults",
                        "--seed",
                        "7",
                        "--clean",
                        "20",
                        "--long-tarpit-millis",
                        "1500");

        assertEquals(0, exit, out + "\n" + err);
        assertTrue(out.toString().contains("false alarms: 0 of 20"), out.toString());
    }

    @Test
    void aFaultThatIsNeverArmedIsNotDetectedAndTheSuiteSaysSo() {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();

        int exit =
                run(
                        out,
                        err,
                        "faults",
                        "--seed",
                        "7",
                        "--clean",
                        "0",
                        "--kinds",
                        "range-dropped",
                        "--disarmed");

        assertEquals(1, exit, out + "\n" + err);
        assertTrue(out.toString().contains("NOT AS EXPECTED: range-dropped"), out.toString());
    }

    @Test
    void badInputIsRefusedWithWhatIsAllowed() {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();

        assertEquals(2, run(out, err, "faults", "--kinds", "no-such-kind"));
        assertTrue(err.toString().contains("off-by-one-low"), err.toString());
        assertEquals(2, run(out, err, "faults", "--clean", "-1"));
        assertEquals(2, run(out, err, "faults", "--clean", "0", "--faults", "0"));
    }
}
