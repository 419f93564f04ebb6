package io.postern.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.agent.LayeredServer.Fault;
import io.postern.enforcement.firewall.FirewallRule;
import io.postern.enforcement.server.DesiredState;
import io.postern.enforcement.server.ObservedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A whole change of a server with a firewall, with something going wrong at each call of it: the
 * server ends up as before or as wanted. Between two calls an agent only writes its journal, so a
 * kill after the one and before the other are kills before and after that. One fault at a time.
 */
class LayeredKeeperFaultsTest {
    private static final int WINDOW = 300;

    @TempDir Path directory;
    private final MovableTime time = new MovableTime();
    private final LayeredServer server = new LayeredServer();
    private final ObservedServer found = server.state();
    private ServerKeeper keeper;

    /** What the server was before and is to be. */
    enum Change {
        FIRST_OF_ALL(null, LayeredPublications.FIRST),
        ADDRESSES_ONLY(null, LayeredPublications.ADDRESSES),
        BOTH_LAYERS(LayeredPublications.FIRST, LayeredPublications.SECOND),
        FIREWALL_ONLY(LayeredPublications.FIRST, LayeredPublications.OTHER_ACCOUNT);

        private final String before;
        private final String after;

        Change(String before, String after) {
            this.before = before;
            this.after = after;
        }
    }

    /** As a new process would: nothing but the files and the server are kept. */
    private void open() throws IOException {
        keeper = new ServerKeeper("ex01", server, directory, time, line -> {});
    }

    private ObservedServer prepared(Change change) throws IOException {
        open();
        if (change.before != null) {
            keeper.take(LayeredPublications.of(1, null, false, state(change.before)));
            assertEquals("CONFIRMED", keeper.state());
        }
        server.calls.clear();
        return server.state();
    }

    private DesiredState state(String grants) {
        return LayeredPublications.state(grants, LayeredPublications.BOTH, "25", found);
    }

    private void take(Change change, long serial, boolean confirmed) throws IOException {
        keeper.take(LayeredPublications.of(serial, WINDOW, confirmed, state(change.after)));
    }

    private void assertIs(ObservedServer expected, String text) {
        ObservedServer now = server.state();
        assertEquals(new HashSet<>(expected.connectors()), new HashSet<>(now.connectors()), text);
        assertEquals(
                Set.copyOf(expected.firewall().rules()), Set.copyOf(now.firewall().rules()), text);
        assertEquals(
                Set.copyOf(expected.firewall().securityRules()),
                Set.copyOf(now.firewall().securityRules()),
                text);
        assertEquals(
                Set.copyOf(expected.firewall().authenticationSets()),
                Set.copyOf(now.firewall().authenticationSets()),
                text);
    }

    private boolean isWanted(Change change) {
        DesiredState state = state(change.after);
        ObservedServer now = server.state();
        return state.digest()
                .equals(DesiredState.digestOf(now.managed(), now.held(state.layers())));
    }

    /**
     * Should the agent never live again, what it closed and nobody confirmed opens by itself,
     * unless connectors rely on what the firewall proves.
     */
    private void assertNothingStaysShutForGood(Change change, ObservedServer before, String text) {
        if (state(change.after).layers().withoutIdentity() != null) {
            return;
        }
        for (FirewallRule rule : before.firewall().rules()) {
            boolean isOffNow =
                    server.state().firewall().rules().stream()
                            .anyMatch(one -> one.name().equals(rule.name()) && !one.enabled());
            if (rule.enabled() && !rule.isOwn() && isOffNow) {
                assertTrue(
                        server.armed != null && server.armed.contains(rule.name()),
                        text + ": " + rule.displayName() + " is off, armed " + server.armed);
            }
        }
    }

    private static int callsOf(Change change, boolean isUndoing) throws IOException {
        LayeredKeeperFaultsTest quiet = new LayeredKeeperFaultsTest();
        quiet.directory = Files.createTempDirectory("postern-calls");
        ObservedServer before = quiet.prepared(change);
        quiet.take(change, 2, false);
        assertTrue(quiet.isWanted(change));
        int applied = quiet.server.calls.size();
        quiet.time.pass(WINDOW);
        quiet.keeper.tick();
        quiet.assertIs(before, "undone");
        int undone = quiet.server.calls.size();
        try (Stream<Path> files = Files.list(quiet.directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(quiet.directory);
        int calls = isUndoing ? undone - applied : applied;
        assertTrue(calls > 6, "a change worth killing has some calls, not " + calls);
        return calls;
    }

    static Stream<Arguments> everyCallOfApplying() throws IOException {
        return every(false);
    }

    static Stream<Arguments> everyCallOfUndoing() throws IOException {
        return every(true);
    }

    private static Stream<Arguments> every(boolean isUndoing) throws IOException {
        Stream.Builder<Arguments> all = Stream.builder();
        for (Change change : Change.values()) {
            IntStream.range(0, callsOf(change, isUndoing))
                    .forEach(
                            call -> {
                                for (Fault fault : Fault.values()) {
                                    all.add(Arguments.of(change, call, fault));
                                }
                            });
        }
        return all.build();
    }

    @ParameterizedTest(name = "{0} at call {1}, {2}")
    @MethodSource("everyCallOfApplying")
    void whateverGoesWrongWhileApplyingTheServerIsAsBeforeOrAsWanted(
            Change change, int call, Fault fault) throws IOException {
        ObservedServer before = prepared(change);
        server.failAfter(call, fault);
        boolean isKilled = false;
        try {
            take(change, 2, false);
        } catch (LayeredServer.Killed e) {
            isKilled = true;
            assertNothingStaysShutForGood(change, before, "killed");
            open();
        } catch (IOException e) {
            assertTrue(call < 2, "only the first reads may fail without a trace: " + e);
        }
        if (!keeper.state().equals("ACTIVE")) {
            assertIs(before, "restored");
            assertTrue(isKilled || call < 2 || keeper.state().equals("FAILED"), keeper.state());
        }
        take(change, 3, false);
        assertTrue(isWanted(change));
        assertNothingStaysShutForGood(change, before, "waiting");
        take(change, 3, true);
        assertEquals("CONFIRMED", keeper.state());
        assertEquals(null, server.armed);
    }

    @ParameterizedTest(name = "{0} at call {1}, {2}")
    @MethodSource("everyCallOfUndoing")
    void whateverGoesWrongWhileUndoingItGoesOnUntilTheServerIsAsBefore(
            Change change, int call, Fault fault) throws IOException {
        ObservedServer before = prepared(change);
        take(change, 2, false);
        time.pass(WINDOW);
        server.failAfter(call, fault);
        try {
            keeper.tick();
        } catch (LayeredServer.Killed e) {
            assertNothingStaysShutForGood(change, before, "killed");
            time.reboot();
            open();
        } catch (IOException e) {
            assertNothingStaysShutForGood(change, before, "failed");
            keeper.tick();
        }
        assertIs(before, "undone");
        assertEquals("UNDONE", keeper.state());
        assertEquals(null, server.armed);
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void whateverGoesWrongAtAConfirmationItIsConfirmedInTheEnd(Fault fault) throws IOException {
        for (int call = 0; call < 3; call++) {
            LayeredKeeperFaultsTest one = new LayeredKeeperFaultsTest();
            one.directory = Files.createDirectory(directory.resolve("at-" + call));
            one.prepared(Change.FIRST_OF_ALL);
            one.take(Change.FIRST_OF_ALL, 2, false);
            one.server.failAfter(call, fault);
            try {
                one.take(Change.FIRST_OF_ALL, 2, true);
            } catch (LayeredServer.Killed | IOException e) {
                assertEquals("ACTIVE", one.keeper.state());
                one.open();
            }
            one.take(Change.FIRST_OF_ALL, 2, true);
            assertEquals("CONFIRMED", one.keeper.state());
            assertEquals(null, one.server.armed);
            assertTrue(one.isWanted(Change.FIRST_OF_ALL));
        }
    }

    @Test
    void whoIsKilledWhileBringingBackWhatWasFoundGoesOnAtTheNextStart() throws IOException {
        prepared(Change.BOTH_LAYERS);
        for (int call = 0; ; call++) {
            take(Change.BOTH_LAYERS, 10 + call, true);
            assertTrue(isWanted(Change.BOTH_LAYERS));
            server.failAfter(call, Fault.KILLED_BEFORE);
            try {
                ServerKeeper.restoreFound("ex01", server, directory, time, false, line -> {});
                assertIs(found, "call " + call);
                assertTrue(call > 10, "a way back worth killing has more calls than " + call);
                return;
            } catch (LayeredServer.Killed e) {
                open();
                if (keeper.journal().activeSerial() != 0) {
                    assertTrue(call < 4, "killed after the journal said so, at call " + call);
                    ServerKeeper.restoreFound("ex01", server, directory, time, false, line -> {});
                    open();
                }
                assertIs(found, "call " + call);
            }
        }
    }
}
