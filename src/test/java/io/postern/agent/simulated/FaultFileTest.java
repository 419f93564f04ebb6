package io.postern.agent.simulated;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a fault file may say. */
class FaultFileTest {
    @TempDir Path directory;

    private FaultFile file(String text) throws IOException {
        Path file = directory.resolve("faults");
        Files.writeString(file, text);
        return new FaultFile(file);
    }

    @Test
    void eachServerSeesItsOwnFaultsAndThoseOfAll() throws IOException {
        FaultFile file =
                file("# a remark\n@ex01 drop-range 10.0.0.0/24\n\nalways hang\n@ex02 open-ipv6\n");

        List<SimulatedFault> faults = file.of("EX01");

        assertEquals(
                List.of(SimulatedFault.Kind.DROP_RANGE, SimulatedFault.Kind.HANG),
                faults.stream().map(SimulatedFault::kind).toList());
        assertTrue(faults.get(1).isLasting());
    }

    @Test
    void theClockSkewIsReadInSecondsOfEitherSign() throws IOException {
        assertEquals(Duration.ofSeconds(-40), file("@ex01 clock-skew -40\n").clockSkew());
        assertEquals(Duration.ZERO, file("").clockSkew());
    }

    @Test
    void whatIsNoFaultIsRefusedWithItsLine() throws IOException {
        List<String> bad =
                List.of(
                        "no-such-fault",
                        "@ex01",
                        "drop-range",
                        "drop-range 10.0.0.0/24 x",
                        "drop-range 10.0.0.1/24",
                        "rebind-port 10.0.0.1 0",
                        "drop-identity clerk",
                        "tarpit -",
                        "clock-skew 86401");
        for (String line : bad) {
            FaultFile file = file("open-ipv6\n" + line + "\n");
            IOException refused =
                    assertThrows(IOException.class, () -> file.of("ex01"), () -> "taken: " + line);
            assertTrue(refused.getMessage().contains("faults:2: "), refused.getMessage());
        }
    }
}
