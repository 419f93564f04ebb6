package io.postern.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.agent.LayeredServer.Fault;
import io.postern.enforcement.firewall.FirewallDraft;
import io.postern.enforcement.firewall.FirewallRule;
import io.postern.enforcement.firewall.OriginalRules;
import io.postern.enforcement.server.DesiredState;
import io.postern.enforcement.server.ObservedServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A keeper of a server whose connectors stand behind a firewall. */
class LayeredKeeperTest {
    private static final int WINDOW = 300;

    @TempDir Path data;
    private Path directory;
    private final MovableTime time = new MovableTime();
    private final LayeredServer server = new LayeredServer();
    private final ObservedServer found = server.state();
    private final List<String> news = new ArrayList<>();
    private ServerKeeper keeper;

    @BeforeEach
    void open() throws IOException {
        directory = data.resolve("servers").resolve(AgentProgram.directoryName("ex01"));
        Files.createDirectories(directory);
        keeper = new ServerKeeper("ex01", server, directory, time, news::add);
    }

    private DesiredState both(String grants) {
        return LayeredPublications.state(grants, LayeredPublications.BOTH, "25", found);
    }

    private void take(long serial, Integer window, boolean confirmed, DesiredState state)
            throws IOException {
        keeper.take(LayeredPublications.of(serial, window, confirmed, state));
    }

    private ObservedServer firstIsConfirmed() throws IOException {
        take(1, null, false, both(LayeredPublications.FIRST));
        assertEquals("CONFIRMED", keeper.state());
        assertEquals(List.of(), server.open());
        server.calls.clear();
        return server.state();
    }

    private void assertSame(ObservedServer expected) {
        assertEquals(
                new HashSet<>(expected.connectors()), new HashSet<>(server.state().connectors()));
        assertEquals(
                Set.copyOf(expected.firewall().rules()),
                Set.copyOf(server.state().firewall().rules()));
        assertEquals(
                expected.firewall().securityRules(), server.state().firewall().securityRules());
        assertEquals(
                expected.firewall().authenticationSets(),
                server.state().firewall().authenticationSets());
    }

    private void assertHolds(DesiredState state) {
        ObservedServer now = server.state();
        assertEquals(
                state.digest(), DesiredState.digestOf(now.managed(), now.held(state.layers())));
    }

    @Test
    void whatNobodyConfirmsIsUndoneInEveryLayerAndTheOriginalsAreOnAgain() throws IOException {
        take(1, WINDOW, false, both(LayeredPublications.FIRST));
        assertEquals("ACTIVE", keeper.state());
        assertEquals(List.of(), server.open());
        time.pass(WINDOW);
        keeper.tick();
        assertEquals("UNDONE", keeper.state());
        assertEquals(3, server.open().size());
        assertSame(found);
        assertNull(server.armed);
    }

    @Test
    void beforeTheFirstWriteIsArmedWhatAnUndoWouldOpenAndForLongerThanTheWindow()
            throws IOException {
        List<String> originals = server.open();
        take(1, WINDOW, false, both(LayeredPublications.ADDRESSES));
        assertTrue(
                server.calls.indexOf("begin") < server.calls.indexOf("firewall"),
                server.calls.toString());
        assertTrue(
                server.calls.indexOf("begin") < server.calls.indexOf("connector"),
                server.calls.toString());
        assertEquals(Set.copyOf(originals), Set.copyOf(server.armed));
        assertEquals(Duration.ofSeconds(WINDOW + 120 + 10 * steps()), server.armedFor);
        assertFalse(server.calls.contains("settle"));
        take(1, WINDOW, true, both(LayeredPublications.ADDRESSES));
        assertEquals("CONFIRMED", keeper.state());
        assertNull(server.armed);
    }

    /**
     * Both ways on which nothing is undone: going on is better than staying half way, once told.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsDoneWithoutADumpIsTold(boolean isUndo) throws IOException {
        if (isUndo) {
            take(1, WINDOW, false, both(LayeredPublications.FIRST));
            time.pass(WINDOW);
        }
        server.failAt("begin", LayeredServer.Fault.REFUSED);
        if (isUndo) {
            keeper.tick();
            assertSame(found);
        } else {
            take(1, null, false, both(LayeredPublications.FIRST));
            assertHolds(both(LayeredPublications.FIRST));
        }
        String told = "ex01: changed without a dump: refused by the test";
        assertEquals(1, news.stream().filter(told::equals).count(), news.toString());
    }

    /** The port alone would be open to everybody whom a connector gives what identities get. */
    @Test
    void whereConnectorsRelyOnWhatTheFirewallProvesNothingOpensByItself() throws IOException {
        take(1, WINDOW, false, both(LayeredPublications.FIRST));
        assertEquals(List.of(), server.open());
        assertTrue(server.armed == null || server.armed.isEmpty(), "armed " + server.armed);
        time.pass(WINDOW);
        keeper.tick();
        assertTrue(server.armed == null || server.armed.isEmpty(), "armed " + server.armed);
        assertSame(found);
    }

    /** A step on a slow server takes its time, and the window begins when all are taken. */
    private long steps() {
        return server.calls.stream()
                .filter(call -> call.equals("firewall") || call.equals("connector"))
                .count();
    }

    @Test
    void theLongestWindowIsArmedForToo() throws IOException {
        take(1, 86_400, false, both(LayeredPublications.ADDRESSES));
        assertEquals(Duration.ofSeconds(86_400 + 120 + 10 * steps()), server.armedFor);
    }

    @Test
    void whatStaysOpenIsNotArmedByASecondChange() throws IOException {
        firstIsConfirmed();
        take(2, WINDOW, false, both(LayeredPublications.SECOND));
        assertEquals(List.of(), server.armed);
    }

    @Test
    void aSecondChangeWithinTheWindowKeepsArmedWhatTheFirstClosed() throws IOException {
        List<String> originals = server.open();
        take(1, WINDOW, false, both(LayeredPublications.ADDRESSES));
        time.pass(WINDOW - 1);
        server.calls.clear();
        take(2, WINDOW * 2, false, both(LayeredPublications.OTHER_ADDRESSES));
        assertEquals(Set.copyOf(originals), Set.copyOf(server.armed));
        assertEquals(Duration.ofSeconds(WINDOW * 2 + 120 + 10 * steps()), server.armedFor);
    }

    @Test
    void aSecondChangeOfConnectorsAloneKeepsArmedWhatTheFirstClosedForItsOwnWindow()
            throws IOException {
        List<String> originals = server.open();
        take(1, WINDOW, false, both(LayeredPublications.ADDRESSES));
        DesiredState connectorsOnly =
                LayeredPublications.state(
                        LayeredPublications.OTHER_ADDRESSES,
                        LayeredPublications.CONNECTORS,
                        "25",
                        found);
        server.calls.clear();
        take(2, WINDOW * 2, false, connectorsOnly);
        assertEquals("ACTIVE", keeper.state());
        assertEquals(Set.copyOf(originals), Set.copyOf(server.armed));
        assertEquals(Duration.ofSeconds(WINDOW * 2 + 120 + 10 * steps()), server.armedFor);
    }

    @Test
    void aChangeThatNeedsNoConfirmationLeavesNothingArmedByTheOneBefore() throws IOException {
        take(1, WINDOW, false, both(LayeredPublications.FIRST));
        take(2, null, false, both(LayeredPublications.FIRST));
        assertEquals("CONFIRMED", keeper.state());
        assertNull(server.armed);
    }

    @Test
    void whereDisarmingFailsAConfirmationIsNotNotedAndTriedAgain() throws IOException {
        take(1, WINDOW, false, both(LayeredPublications.ADDRESSES));
        server.failAt("settle", Fault.REFUSED);
        assertThrows(
                IOException.class,
                () -> take(1, WINDOW, true, both(LayeredPublications.ADDRESSES)));
        assertEquals("ACTIVE", keeper.state());
        assertFalse(server.armed.isEmpty());
        take(1, WINDOW, true, both(LayeredPublications.ADDRESSES));
        assertEquals("CONFIRMED", keeper.state());
        assertNull(server.armed);
    }

    @Test
    void aFirewallThatTheAgentDoesNotHaveFailsCleanly() throws IOException {
        DesiredState wanted = both(LayeredPublications.FIRST);
        server.takeFirewallAway();
        take(1, WINDOW, false, wanted);
        assertEquals("FAILED", keeper.state());
        assertEquals("the agent keeps no Windows firewall there", keeper.journal().error());
        assertFalse(server.calls.contains("connector"), server.calls.toString());
        assertSame(found);
    }

    @Test
    void aPublicationOfTheFirewallAloneLeavesConnectorsAlone() throws IOException {
        ObservedServer first = firstIsConfirmed();
        DesiredState wanted =
                LayeredPublications.state(
                        LayeredPublications.SECOND, LayeredPublications.FIREWALL, "25", found);
        take(2, WINDOW, false, wanted);
        assertEquals("ACTIVE", keeper.state());
        assertEquals(first.connectors(), server.state().connectors());
        assertNotEquals(first.firewall().rules(), server.state().firewall().rules());
        time.pass(WINDOW);
        keeper.tick();
        assertSame(first);
    }

    @Test
    void anUndoAfterAnUpdateReAddedTheOriginalsGoesBackToClosed() throws IOException {
        firstIsConfirmed();
        server.update();
        assertEquals(3, server.open().size());
        take(2, WINDOW, false, both(LayeredPublications.SECOND));
        assertEquals(List.of(), server.open());
        assertEquals(List.of(), server.armed, "what an update opened must not open by itself");
        time.pass(WINDOW);
        keeper.tick();
        assertEquals("UNDONE", keeper.state());
        assertEquals(List.of(), server.open());
        assertHolds(both(LayeredPublications.FIRST));
    }

    @Test
    void anUndoGoesBackToThePortsThatWereKeptBefore() throws IOException {
        DesiredState twoPorts =
                LayeredPublications.state(
                        LayeredPublications.FIRST, LayeredPublications.FIREWALL, "25, 26", found);
        FirewallRule other = FirewallDraft.rule("{other}", "Somebody's", "Any", "26");
        server.replaceFirewall(FirewallDraft.plus(found.firewall(), other));
        take(1, null, false, twoPorts);
        assertEquals("CONFIRMED", keeper.state());
        ObservedServer before = server.state();
        assertFalse(opens26(before));
        take(
                2,
                WINDOW,
                false,
                LayeredPublications.state(
                        LayeredPublications.FIRST, LayeredPublications.FIREWALL, "25", found));
        assertTrue(opens26(server.state()));
        time.pass(WINDOW);
        keeper.tick();
        assertEquals("UNDONE", keeper.state());
        assertFalse(opens26(server.state()), "the undo left a port open that was closed before");
        assertHolds26(twoPorts);
    }

    @Test
    void whatOpensAPortThatIsStillKeptIsReportedAlthoughThePolicyNoLongerNamesThePort()
            throws IOException {
        take(
                1,
                null,
                false,
                LayeredPublications.state(
                        LayeredPublications.FIRST, LayeredPublications.FIREWALL, "25, 26", found));
        FirewallRule other = FirewallDraft.rule("{other}", "Somebody's", "Any", "26");
        server.replaceFirewall(FirewallDraft.plus(server.state().firewall(), other));
        assertTrue(
                Reports.of(keeper, List.of(25), null, null).getFirewall().getRules().stream()
                        .anyMatch(rule -> rule.getName().equals("{other}")));
    }

    @Test
    void aStateTooLargeToBeReadAgainIsNotWritten() throws IOException {
        Path file = directory.resolve("large");
        DurableFile.write(file, new byte[] {1});
        String message =
                assertThrows(IOException.class, () -> DurableFile.write(file, new byte[64_000_001]))
                        .getMessage();
        assertTrue(message.contains("would have 64000001 bytes"), message);
        assertEquals(1, Files.size(file));
    }

    private void assertHolds26(DesiredState state) {
        ObservedServer now = server.state();
        assertEquals(state.digest(), DesiredState.digestOf(List.of(), now.held(state.layers())));
    }

    private static boolean opens26(ObservedServer server) {
        return server.firewall().rules().stream().anyMatch(rule -> OriginalRules.opens(rule, 26));
    }

    @Test
    void anUndoOfASecondWaitingOneGoesBackToTheProofThatWasThereBeforeTheFirst()
            throws IOException {
        ObservedServer first = firstIsConfirmed();
        DesiredState connectorsOnly =
                LayeredPublications.state(
                        "grants: [{key: p, from: {addresses: [10.0.9.9]}, to: {}, tier:"
                                + " internal}]\n",
                        LayeredPublications.CONNECTORS,
                        "25",
                        found);
        take(2, WINDOW, false, connectorsOnly);
        take(3, WINDOW, false, both(LayeredPublications.SECOND));
        assertEquals("ACTIVE", keeper.state());
        assertEquals(
                both(LayeredPublications.FIRST).layers().withoutIdentity(),
                keeper.journal().previousLayers().withoutIdentity());
        time.pass(WINDOW);
        keeper.tick();
        assertSame(first);
    }

    @Test
    void aJournalOfAnAgentThatKnewNoFirewallIsRead() throws IOException {
        take(
                1,
                null,
                false,
                LayeredPublications.state(
                        LayeredPublications.FIRST, LayeredPublications.CONNECTORS, "25", found));
        ObservedServer before = server.state();
        Path file = directory.resolve("journal.json");
        String old =
                Files.readString(file)
                        .replaceAll("\"previousLayers\":\\{[^}]*},", "")
                        .replaceAll("\"(activeWithoutIdentity|activePorts)\":null,", "");
        assertFalse(
                old.contains("Layers") || old.contains("WithoutIdentity") || old.contains("Ports"),
                old);
        Files.writeString(file, old);
        Files.delete(directory.resolve("found-firewall.json"));
        open();
        assertEquals("CONFIRMED", keeper.state());
        take(2, WINDOW, false, both(LayeredPublications.SECOND));
        assertEquals("ACTIVE", keeper.state());
        time.pass(WINDOW);
        keeper.tick();
        assertSame(before);
    }

    @Test
    void theFirewallAsFoundIsBroughtBackAndSayingSoChangesNothing() throws IOException {
        firstIsConfirmed();
        take(2, WINDOW, false, both(LayeredPublications.SECOND));
        ObservedServer before = server.state();
        String journal = Files.readString(directory.resolve("journal.json"));
        restore(true);
        assertSame(before);
        assertEquals(journal, Files.readString(directory.resolve("journal.json")));
        assertTrue(
                news.stream().anyMatch(line -> line.startsWith("ex01: Enable 'MSExchange")),
                news.toString());
        restore(false);
        assertSame(found);
        assertNull(server.armed);
        open();
        assertEquals("UNDONE", keeper.state());
        take(2, WINDOW, false, both(LayeredPublications.SECOND));
        assertSame(found);
    }

    @Test
    void theFirewallAsFoundIsBroughtBackEvenIfTheAgentCameToItAfterTheConnectors()
            throws IOException {
        server.takeFirewallAway();
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        open();
        take(
                1,
                null,
                false,
                LayeredPublications.state(
                        LayeredPublications.FIRST, LayeredPublications.CONNECTORS, "25", found));
        server.giveFirewall();
        open();
        take(2, null, false, both(LayeredPublications.SECOND));
        assertEquals(List.of(), server.open());
        restore(false);
        assertSame(found);
    }

    private void restore(boolean whatIf) throws IOException {
        news.clear();
        new AgentIdentity("agent-a", List.of("ex01"), "http://127.0.0.1:1", "{}").write(data);
        Restoration restoration = new Restoration(data, (name, files) -> server, time, news::add);
        assertTrue(restoration.restore(List.of("ex01"), whatIf), news.toString());
    }
}
