package io.postern.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.enforcement.nftables.NftablesHook;
import io.postern.enforcement.nftables.NftablesPlan;
import io.postern.enforcement.nftables.NftablesStep;
import io.postern.enforcement.nftables.ObservedNftables;
import io.postern.enforcement.postfix.ObservedPostfix;
import io.postern.enforcement.postfix.PostfixPlan;
import io.postern.enforcement.postfix.PostfixStep;
import io.postern.enforcement.server.CompiledServer;
import io.postern.enforcement.server.DesiredState;
import io.postern.enforcement.server.ObservedServer;
import io.postern.enforcement.server.ServerCompiler;
import io.postern.policy.Policy;
import io.postern.policy.yaml.PolicyDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A keeper of a Linux host: nftables and Postfix in memory, with a fault at every call in turn. */
class LinuxKeeperTest {
    private static final Instant NOW = Instant.parse("2026-07-01T00:00:00Z");

    /** A host's layers in memory. */
    private static final class Host {
        private ObservedNftables nftables = ObservedNftables.ofFreshHost("mx1", NftablesHook.INPUT);
        private ObservedPostfix postfix = ObservedPostfix.ofFreshHost();

        /** The call that fails, counted from 1; 0 = none does. */
        private int failAt;

        private int calls;

        private void call() throws IOException {
            calls++;
            if (calls == failAt) {
                throw new IOException("the disk is full");
            }
        }

        Driver driver() {
            return new LinuxDriver(
                    new NftablesPoint() {
                        @Override
                        public ObservedNftables read() throws IOException {
                            call();
                            return nftables;
                        }

                        @Override
                        public void execute(NftablesStep step) throws IOException {
                            call();
                            nftables = NftablesPlan.apply(nftables, step);
                        }
                    },
                    new PostfixPoint() {
                        @Override
                        public ObservedPostfix read() throws IOException {
                            call();
                            return postfix;
                        }

                        @Override
                        public void execute(PostfixStep step) throws IOException {
                            call();
                            postfix = PostfixPlan.apply(postfix, step);
                        }
                    });
        }

        ObservedServer observed() {
            return ObservedServer.ofLinux(nftables, postfix);
        }
    }

    @TempDir Path data;
    private final MovableTime time = new MovableTime();
    private final List<String> news = new ArrayList<>();
    private Host host;
    private Path directory;

    @BeforeEach
    void aFreshHost() throws IOException {
        host = new Host();
        directory = data.resolve("servers").resolve(AgentProgram.directoryName("mx1"));
        Files.createDirectories(directory);
        new AgentIdentity("agent-a", List.of("mx1"), "http://127.0.0.1:1", "{}").write(data);
    }

    private ServerKeeper keeper() throws IOException {
        return new ServerKeeper("mx1", host.driver(), directory, time, news::add);
    }

    private DesiredPublication wanted(long serial, String address, Integer window) {
        return wanted(serial, address, window, host.observed());
    }

    private static DesiredPublication wanted(
            long serial, String address, Integer window, ObservedServer observed) {
        Policy policy =
                PolicyDocument.parse(
                                """
                                version: 1
                                servers:
                                  - {name: mx1, addresses: [10.77.2.21], enforcement: [nftables, postfix]}
                                grants:
                                  - {key: g, from: {addresses: ['%s']}, tier: relay, owner: o, reason: r}
                                """
                                        .formatted(address))
                        .policy();
        CompiledServer compiled =
                ServerCompiler.compile(policy, policy.servers().get(0), 7, observed, NOW);
        DesiredState state = compiled.desired();
        return new DesiredPublication(
                "agent-a",
                "mx1",
                serial,
                serial + 100,
                state.kind(),
                state.digest(),
                List.of(),
                state.layers(),
                window,
                window == null,
                0,
                Long.MAX_VALUE);
    }

    private String held() {
        return host.nftables.held().digest() + host.postfix.held().digest();
    }

    @Test
    void whatNobodyConfirmsIsUndoneAfterARestartToo() throws IOException {
        String found = held();
        keeper().take(wanted(5, "10.1.0.0/16", null));
        String first = held();
        assertNotEquals(found, first);
        ServerKeeper keeper = keeper();
        keeper.take(wanted(6, "10.2.0.0/16", 60));
        assertEquals("ACTIVE", keeper.state());
        assertNotEquals(first, held());

        time.pass(61);
        ServerKeeper restarted = keeper();
        assertEquals(first, held());
        assertEquals("UNDONE", restarted.state());
    }

    @Test
    void aFaultAtAnyCallLeavesTheOldOrTheNewStateAtTheEnd() throws IOException {
        keeper().take(wanted(5, "10.1.0.0/16", null));
        String old = held();
        String before = null;
        int faults = 0;
        for (int at = 1; at < 60; at++) {
            DesiredPublication next = wanted(10L + at, "10.2.0.0/16", null);
            ServerKeeper keeper = keeper();
            host.calls = 0;
            host.failAt = at;
            IOException failure = null;
            try {
                keeper.take(next);
            } catch (IOException e) {
                failure = e;
            }
            host.failAt = 0;
            before = held();
            keeper();
            if (host.calls < at) {
                break;
            }
            faults++;
            String after = held();
            assertEquals(old, after, "fault at call " + at + ": " + failure + " " + before);
        }
        assertTrue(faults >= 6, "only " + faults + " calls failed");
        assertNotEquals(old, held(), "without a fault the new state is in force");
    }

    @Test
    void restoringBringsBackWhatWasFoundWithoutTheService() throws IOException {
        String found = held();
        keeper().take(wanted(5, "10.1.0.0/16", null));
        assertNotEquals(found, held());
        Restoration restoration =
                new Restoration(data, (server, files) -> host.driver(), time, news::add);

        assertTrue(restoration.restore(List.of(), true));
        assertNotEquals(found, held(), "only said");
        assertTrue(
                news.stream().anyMatch(line -> line.contains("table inet postern_mx1")),
                news.toString());
        assertTrue(restoration.restore(List.of(), false));
        assertEquals(found, held());
        assertTrue(host.nftables.held().isAbsent());
    }

    @Test
    void whatThisAgentDoesNotKeepIsRefusedAndNothingChanges() throws IOException {
        String found = held();
        DesiredPublication both = wanted(5, "10.1.0.0/16", null);
        Driver onlyNftables = new LinuxDriver(host.driver().nftables().orElseThrow(), null);
        ServerKeeper keeper = new ServerKeeper("mx1", onlyNftables, directory, time, news::add);
        keeper.take(both);
        assertEquals("FAILED", keeper.state());
        assertTrue(keeper.journal().error().contains("keeps no Postfix"), keeper.journal().error());
        assertEquals(found, held());
        assertThrows(
                IOException.class,
                () -> onlyNftables.execute(null),
                "there are no receive connectors");
    }
}
