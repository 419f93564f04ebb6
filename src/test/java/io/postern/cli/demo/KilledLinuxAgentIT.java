package io.postern.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.postern.agent.DyingAgent;
import io.postern.cli.network.CommandResult;
import io.postern.cli.network.LabHost;
import io.postern.cli.network.LabJava;
import io.postern.cli.network.LabPostfix;
import io.postern.cli.network.LabProbe;
import io.postern.cli.network.NetworkLab;
import io.postern.smtp.ObservedTier.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * An agent that is killed with kill -9 before and after each of its reads and steps, on a real
 * kernel and a real Postfix: what it leaves is never more open than the old and the new state, and
 * its next start leaves the old or the new one, whole.
 */
class KilledLinuxAgentIT {
    private static final Duration LONGEST = Duration.ofMinutes(2);
    private static final int KILLED = 137;
    private static final int MOST_POINTS = 40;
    private static final String POLICY =
            """
            version: 1
            acceptedDomains: [contoso.example]
            servers:
              - {name: mx1, addresses: [10.77.2.21, 'fd77:2::21'], enforcement: [nftables, postfix]}
            grants:
              - {key: one, from: {addresses: [10.77.1.11]}, tier: relay, owner: o, reason: r}
            """;

    @BeforeAll
    static void canRunHere() {
        Optional<String> missing = NetworkLab.missing();
        assumeTrue(missing.isEmpty(), () -> "skipped: " + missing.orElseThrow());
    }

    /** How a run of the agent ended. */
    private record Run(int exit, String held) {}

    @Test
    void whereverItIsKilledTheOldOrTheNewStateIsLeft() throws Exception {
        try (NetworkLab lab = NetworkLab.start();
                LabPostfix postfix =
                        LabPostfix.start(
                                lab, LabHost.MX1, LabPostfix.Settings.of("contoso.example"));
                LabProbe first = LabProbe.open(lab, LabHost.CLIENT1);
                LabProbe second = LabProbe.open(lab, LabHost.CLIENT2)) {
            Path directory = Files.createDirectory(lab.directory().resolve("agent"));
            Path policy = Files.writeString(lab.directory().resolve("policy.yaml"), POLICY);
            String old = run(lab, postfix, directory, policy, 0, 0).held();
            assertTrue(old.endsWith("open as-found clean"), old);
            assertLevels(first, second, Level.INTERNAL, Level.INTERNAL);

            int killed = 0;
            Run last = null;
            for (int point = 1; point <= MOST_POINTS; point++) {
                last = run(lab, postfix, directory, policy, point, point);
                if (last.exit() == 0) {
                    break;
                }
                killed++;
                assertEquals(KILLED, last.exit(), "point " + point);
                String where = "killed at point " + point;
                assertAmong(Set.of(Level.INTERNAL, Level.AT_LEAST_RELAY), ask(first, true), where);
                assertAmong(Set.of(Level.INTERNAL, Level.NONE), ask(second, false), where);
                String after = run(lab, postfix, directory, policy, 0, 0).held();
                assertEquals(old, after, where + ", and started again");
                assertLevels(first, second, Level.INTERNAL, Level.INTERNAL);
            }
            assertEquals(0, last.exit(), "it has more points than " + MOST_POINTS);
            assertTrue(killed >= 10, "killed only " + killed + " times");
            assertNotEquals(old, last.held());
            assertTrue(last.held().endsWith("closed kept clean"), last.held());
            assertLevels(first, second, Level.AT_LEAST_RELAY, Level.NONE);
            System.out.println(
                    "killed at each of "
                            + killed
                            + " points: old after the next start; at none of them: new");
        }
    }

    private static Run run(
            NetworkLab lab, LabPostfix postfix, Path directory, Path policy, long serial, int dieAt)
            throws Exception {
        CommandResult result =
                lab.run(
                        LabHost.MX1,
                        LabJava.command(
                                DyingAgent.class,
                                List.of(
                                        directory.toString(),
                                        postfix.configDirectory().toString(),
                                        policy.toString(),
                                        String.valueOf(serial),
                                        String.valueOf(dieAt))),
                        LONGEST);
        String held =
                result.output()
                        .lines()
                        .filter(line -> line.startsWith("held "))
                        .findFirst()
                        .orElse("nothing: " + result.output());
        if (result.exit() != 0 && result.exit() != KILLED) {
            throw new AssertionError("exit " + result.exit() + ": " + result.output());
        }
        return new Run(result.exit(), held);
    }

    private static void assertLevels(LabProbe first, LabProbe second, Level ofFirst, Level ofSecond)
            throws Exception {
        assertEquals(ofFirst, ask(first, true));
        assertEquals(ofSecond, ask(second, false));
    }

    private static void assertAmong(Set<Level> allowed, Level seen, String where) {
        assertTrue(allowed.contains(seen), where + ": " + seen + " is not among " + allowed);
    }

    private static Level ask(LabProbe probe, boolean isFirst) throws Exception {
        return probe.ask(
                        new LabProbe.Question(
                                isFirst ? LabHost.CLIENT1.ipv4() : LabHost.CLIENT2.ipv4(),
                                LabHost.MX1.ipv4(),
                                25,
                                "somebody@contoso.example",
                                "somebody@example.net"))
                .level();
    }
}
