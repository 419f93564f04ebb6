package io.postern.cli.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.postern.smtp.ObservedTier.Level;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The network of the network tests: what it connects, what it cuts, and that it goes away. */
class NetworkLabTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    @BeforeAll
    static void canRunHere() {
        Optional<String> missing = NetworkLab.missing();
        assumeTrue(missing.isEmpty(), () -> "skipped: " + missing.orElseThrow());
    }

    @Test
    void everyHostReachesEveryOtherInBothFamiliesOverTheGateway() throws IOException {
        try (NetworkLab lab = NetworkLab.start()) {
            for (LabHost from : LabHost.values()) {
                try (LabProbe probe = LabProbe.open(lab, from)) {
                    for (LabHost to : LabHost.values()) {
                        assertTrue(reaches(probe, from, to.ipv4()), from + " to " + to.ipv4());
                        assertTrue(reaches(probe, from, to.ipv6()), from + " to " + to.ipv6());
                    }
                }
            }
            assertTrue(reaches(lab, LabHost.MX1, LabHost.GATEWAY.managementAddress()));
            assertTrue(
                    route(lab, LabHost.CLIENT1, LabHost.MX1.ipv4()).contains("via 10.77.1.1 "),
                    "over the gateway");
        }
    }

    @Test
    void nothingLeadsOutOfIt() throws IOException {
        try (NetworkLab lab = NetworkLab.start()) {
            for (String address : List.of("192.0.2.1", "2001:db8::1")) {
                assertFalse(
                        lab.run(LabHost.GATEWAY, List.of("ip", "route", "get", address), TIMEOUT)
                                .isGood(),
                        "the gateway has a route to " + address);
            }
            assertEquals(
                    "# the lab has no DNS\n",
                    lab.run(LabHost.MX1, List.of("cat", "/etc/resolv.conf"), TIMEOUT).output());
        }
    }

    @Test
    void onlyTheGatewayForwards() throws IOException {
        try (NetworkLab lab = NetworkLab.start()) {
            for (LabHost host : LabHost.values()) {
                String expected = host == LabHost.GATEWAY ? "1\n1\n" : "0\n0\n";
                assertEquals(
                        expected,
                        lab.run(
                                        host,
                                        List.of(
                                                "cat",
                                                "/proc/sys/net/ipv4/ip_forward",
                                                "/proc/sys/net/ipv6/conf/all/forwarding"),
                                        TIMEOUT)
                                .output(),
                        host.word());
            }
        }
    }

    @Test
    void anIsolatedHostIsReachedAgainOnceItRejoins() throws IOException {
        try (NetworkLab lab = NetworkLab.start()) {
            assertTrue(reaches(lab, LabHost.GATEWAY, LabHost.MX1.ipv6()));
            lab.isolate(LabHost.MX1);
            for (String address : List.of(LabHost.MX1.ipv4(), LabHost.MX1.ipv6())) {
                assertFalse(reaches(lab, LabHost.GATEWAY, address), "cut off, yet " + address);
            }
            assertTrue(reaches(lab, LabHost.GATEWAY, LabHost.MX2.ipv4()), "the others go on");
            lab.rejoin(LabHost.MX1);
            for (String address : List.of(LabHost.MX1.ipv4(), LabHost.MX1.ipv6())) {
                awaitReached(lab, LabHost.CLIENT1, address);
            }
            lab.isolate(LabHost.GATEWAY);
            assertFalse(reaches(lab, LabHost.CLIENT1, LabHost.MX1.ipv4()), "without the gateway");
            lab.rejoin(LabHost.GATEWAY);
            awaitReached(lab, LabHost.CLIENT1, LabHost.MX1.ipv4());
        }
    }

    @Test
    void twoPostfixesAnswerProbesOfBothClients() throws IOException {
        try (NetworkLab lab = NetworkLab.start();
                LabPostfix first =
                        LabPostfix.start(
                                lab, LabHost.MX1, LabPostfix.Settings.of("contoso.example"));
                LabPostfix second =
                        LabPostfix.start(
                                lab,
                                LabHost.MX2,
                                new LabPostfix.Settings(
                                        "contoso.example",
                                        "127.0.0.0/8 10.77.1.12/32 [fd77:1::12]/128",
                                        false,
                                        "permit_mynetworks, reject_unauth_destination"))) {
            ConnectionTable table = new ConnectionTable();
            for (LabHost client : List.of(LabHost.CLIENT1, LabHost.CLIENT2)) {
                try (LabProbe probe = LabProbe.open(lab, client)) {
                    for (LabHost server : List.of(LabHost.MX1, LabHost.MX2)) {
                        Level expected =
                                client == LabHost.CLIENT2 && server == LabHost.MX2
                                        ? Level.AT_LEAST_RELAY
                                        : Level.INTERNAL;
                        ask(table, probe, client, server, expected);
                    }
                }
            }
            System.out.println(table.text());
            assertTrue(table.isAsExpected(), table::text);
            first.kill();
            assertFalse(first.isRunning());
            assertTrue(second.isRunning());
            first.start();
            first.reload();
            assertTrue(first.isRunning());
            first.stop();
            assertFalse(first.isRunning());
        }
    }

    @Test
    void whatDoesNotAnswerIsDropped() throws IOException {
        try (NetworkLab lab = NetworkLab.start();
                LabProbe probe = LabProbe.open(lab, LabHost.CLIENT1)) {
            assertEquals("CONNECT_REFUSED", probe.ask(question(LabHost.MX1)).kind());
            lab.run(
                            LabHost.MX1,
                            List.of("nft", "-f", "-"),
                            "table inet t { chain c { type filter hook input priority 0;"
                                    + " tcp dport 25 drop; }; }\n",
                            TIMEOUT)
                    .okay("dropping");
            LabProbe.Answer answer = probe.ask(question(LabHost.MX1));
            assertEquals("CONNECT_TIMEOUT", answer.kind());
            assertEquals(Level.NONE, answer.level());
        }
    }

    @Test
    void closingLeavesNothingBehind() throws IOException {
        String before = links();
        NetworkLab lab = NetworkLab.start();
        Path directory = lab.directory();
        LabPostfix.start(lab, LabHost.MX1, LabPostfix.Settings.of("contoso.example"));
        Process process =
                lab.start(
                        LabHost.CLIENT1,
                        List.of("sh", "-c", "sleep 1000 & sleep 1000"),
                        directory.resolve("log"),
                        Map.of());
        awaitCondition(() -> process.descendants().count() == 2);
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.addAll(LabNamespaces.pids(lab.namespace(LabHost.MX1)));
        assertEquals(before, links(), "interfaces of the machine itself");
        lab.close();
        lab.close();
        assertFalse(process.isAlive());
        for (ProcessHandle one : all) {
            assertFalse(one.isAlive(), "process " + one.pid());
        }
        String run = LabNamespaces.run(lab.namespace(LabHost.MX1));
        assertEquals(Set.of(), ofRun(run));
        assertFalse(Files.exists(directory));
        assertFalse(Files.exists(Path.of("/etc/netns", lab.namespace(LabHost.MX1))));
        assertEquals(before, links());
    }

    @Test
    void twoLabsStandSideBySideAndTakeOnlyTheirOwnDown() throws IOException {
        try (NetworkLab one = NetworkLab.start()) {
            try (NetworkLab other = NetworkLab.start()) {
                assertTrue(reaches(other, LabHost.CLIENT1, LabHost.MX1.ipv4()));
            }
            assertTrue(reaches(one, LabHost.CLIENT1, LabHost.MX1.ipv4()));
        }
    }

    @Test
    void theNextStartTakesDownWhatACrashLeftAndNothingElse() throws Exception {
        String foreign = "postern-" + suffix() + "-gw";
        LabCommand.run("ip", "netns", "add", foreign).okay("somebody else's namespace");
        Process crashing =
                new ProcessBuilder(LabJava.command(CrashingLab.class, List.of()))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try {
            BufferedReader said =
                    new BufferedReader(
                            new InputStreamReader(
                                    crashing.getInputStream(), StandardCharsets.UTF_8));
            String run = said.readLine();
            long pid = Long.parseLong(said.readLine());
            LabNamespaces.takeDownLeftovers();
            assertTrue(!ofRun(run).isEmpty(), "a lab that is up is left alone");
            crashing.destroyForcibly().waitFor();
            Set<String> left = ofRun(run);
            assertTrue(
                    left.size() == LabHost.values().length + 1, () -> "left by the crash: " + left);
            assertTrue(ProcessHandle.of(pid).isPresent(), "its program still runs");
            NetworkLab.start().close();
            assertEquals(Set.of(), ofRun(run));
            assertFalse(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false));
            assertFalse(Files.exists(LabNamespaces.directory(run)));
            assertTrue(LabNamespaces.lookingLikeOurs().contains(foreign), "not ours, yet gone");
        } finally {
            crashing.destroyForcibly().waitFor();
            LabCommand.run("ip", "netns", "del", foreign);
        }
    }

    private static String suffix() {
        return String.format("%04x", new java.security.SecureRandom().nextInt(1 << 16));
    }

    private static Set<String> ofRun(String run) throws IOException {
        return LabNamespaces.lookingLikeOurs().stream()
                .filter(name -> LabNamespaces.run(name).equals(run))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Nobody listens there, so a host that is reached answers with a reset. */
    private static boolean reaches(LabProbe probe, LabHost from, String address)
            throws IOException {
        String source = address.contains(":") ? from.ipv6() : from.ipv4();
        LabProbe.Answer answer =
                probe.ask(
                        new LabProbe.Question(
                                source, address, 1, "a@contoso.example", "a@example.net"));
        return answer.kind().equals("CONNECT_REFUSED");
    }

    private static boolean reaches(NetworkLab lab, LabHost from, String address)
            throws IOException {
        try (LabProbe probe = LabProbe.open(lab, from)) {
            return reaches(probe, from, address);
        }
    }

    private static void awaitReached(NetworkLab lab, LabHost from, String address)
            throws IOException {
        awaitCondition(() -> reaches(lab, from, address));
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void awaitCondition(Condition condition) throws IOException {
        long end = System.nanoTime() + TIMEOUT.toNanos();
        while (!condition.holds()) {
            assertTrue(System.nanoTime() < end, "not within " + TIMEOUT);
            try {
                TimeUnit.MILLISECONDS.sleep(10);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static String route(NetworkLab lab, LabHost from, String address) throws IOException {
        return lab.run(from, List.of("ip", "route", "get", address), TIMEOUT).okay("route");
    }

    private static String links() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/sys/class/net"))) {
            return files.map(file -> file.getFileName().toString())
                    .sorted()
                    .collect(Collectors.joining(" "));
        }
    }

    private static LabProbe.Question question(LabHost server) {
        return new LabProbe.Question(
                LabHost.CLIENT1.ipv4(),
                server.ipv4(),
                25,
                "somebody@contoso.example",
                "somebody@example.net");
    }

    private static void ask(
            ConnectionTable table, LabProbe probe, LabHost client, LabHost server, Level expected)
            throws IOException {
        for (boolean isIpv4 : List.of(true, false)) {
            LabProbe.Answer answer =
                    probe.ask(
                            new LabProbe.Question(
                                    isIpv4 ? client.ipv4() : client.ipv6(),
                                    isIpv4 ? server.ipv4() : server.ipv6(),
                                    25,
                                    "somebody@contoso.example",
                                    "somebody@example.net"));
            table.add(
                    new ConnectionTable.Row(
                            client.word(),
                            server.word(),
                            isIpv4 ? "IPv4" : "IPv6",
                            expected,
                            answer.level(),
                            answer.reply() == null ? answer.reason() : answer.reply()));
        }
    }
}
