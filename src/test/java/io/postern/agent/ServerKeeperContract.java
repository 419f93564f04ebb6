package io.postern.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.ReceiveConnector;
import io.postern.enforcement.server.DesiredState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a keeper owes whatever driver it has. */
abstract class ServerKeeperContract {
    private static final int WINDOW = 300;
    private static final ReceiveConnector[] FIRST = {SampleConnectors.internal("10.1.0.0/16")};
    private static final ReceiveConnector[] SECOND = {
        SampleConnectors.internal("10.1.0.0/17", "10.4.0.0/16"),
        SampleConnectors.relay("10.1.128.0/17", "fd00:1::/64")
    };

    @TempDir Path directory;
    private final MovableTime time = new MovableTime();
    private FaultyDriver driver;
    private final List<String> news = new ArrayList<>();
    private ServerKeeper keeper;

    /** Opens the driver of the server under test, as a new process would. */
    abstract Driver openDriver(Path files) throws IOException;

    @BeforeEach
    void start() throws IOException {
        driver = new FaultyDriver(openDriver(directory));
        open();
    }

    @AfterEach
    void close() {
        driver.close();
    }

    private void open() throws IOException {
        keeper = new ServerKeeper("ex01", driver, directory, time, news::add);
    }

    private static DesiredPublication wanted(
            long serial, Integer window, boolean confirmed, ReceiveConnector... connectors) {
        List<ConnectorData> data = SampleConnectors.data(connectors);
        return new DesiredPublication(
                "agent-a",
                "ex01",
                serial,
                serial + 100,
                DesiredState.EXCHANGE,
                DesiredState.digestOf(data),
                data,
                null,
                window,
                confirmed,
                0,
                Long.MAX_VALUE);
    }

    /** The first state confirmed, the second one waiting. */
    private List<ConnectorData> secondWaitsOnFirst() throws IOException {
        keeper.take(wanted(1, null, false, FIRST));
        List<ConnectorData> before = driver.data();
        keeper.take(wanted(2, WINDOW, false, SECOND));
        assertNotEquals(before, driver.data());
        assertEquals("ACTIVE", keeper.state());
        return before;
    }

    private void assertUndone(long serial, List<ConnectorData> before) throws IOException {
        assertEquals(before, driver.data());
        assertEquals(serial, keeper.journal().undoneSerial());
        assertEquals("UNDONE", keeper.state());
        assertEquals(Long.MAX_VALUE, keeper.nanosToTick());
    }

    @Test
    void aPublicationIsAppliedAndReadBack() throws IOException {
        keeper.take(wanted(1, null, false, FIRST));
        List<ConnectorData> both = new ArrayList<>(SampleConnectors.data(SampleConnectors.wide()));
        both.addAll(SampleConnectors.data(FIRST));
        assertEquals(both, driver.data());
        assertEquals("CONFIRMED", keeper.state());
        assertEquals(1, keeper.journal().activeSerial());
        assertEquals(101, keeper.journal().activeRevision());
        assertNull(keeper.journal().error());
        assertEquals(time.now().toEpochMilli(), keeper.journal().activatedMillis());
        assertEquals(List.of("ex01: revision 101 (serial 1) active"), news);
    }

    @Test
    void whatNobodyConfirmsIsUndoneExactlyAndNotTakenAgain() throws IOException {
        List<ConnectorData> before = secondWaitsOnFirst();
        time.pass(WINDOW - 1);
        keeper.tick();
        assertEquals("ACTIVE", keeper.state());
        assertEquals(1_000_000_000L, keeper.nanosToTick());
        time.pass(1);
        keeper.tick();
        assertUndone(2, before);
        assertEquals(1, keeper.journal().activeSerial());
        keeper.take(wanted(2, WINDOW, false, SECOND));
        assertUndone(2, before);
        keeper.take(wanted(3, null, false, SECOND));
        assertEquals("CONFIRMED", keeper.state());
    }

    @Test
    void theFirstPublicationEverIsUndoneToTheServerAsFound() throws IOException {
        List<ConnectorData> before = driver.data();
        keeper.take(wanted(1, WINDOW, false, FIRST));
        time.pass(WINDOW);
        keeper.tick();
        assertUndone(1, before);
        assertEquals(0, keeper.journal().activeSerial());
    }

    @Test
    void whatIsConfirmedInTimeStays() throws IOException {
        secondWaitsOnFirst();
        List<ConnectorData> second = driver.data();
        time.pass(WINDOW - 1);
        keeper.take(wanted(2, WINDOW, true, SECOND));
        time.pass(WINDOW * 10);
        keeper.tick();
        reopen();
        assertEquals(second, driver.data());
        assertEquals("CONFIRMED", keeper.state());
        assertEquals(0, keeper.journal().confirmUntilMillis());
    }

    @Test
    void whatWasConfirmedTooLateIsUndoneFirstAndThenTakenOnceMoreToStay() throws IOException {
        List<ConnectorData> before = secondWaitsOnFirst();
        List<ConnectorData> second = driver.data();
        time.pass(WINDOW);
        keeper.tick();
        assertUndone(2, before);
        keeper.take(wanted(2, WINDOW, true, SECOND));
        assertEquals(second, driver.data());
        assertEquals("CONFIRMED", keeper.state());
        time.pass(WINDOW * 10);
        keeper.tick();
        reopen();
        assertEquals(second, driver.data());
        assertEquals(2, keeper.journal().activeSerial());
    }

    private void reopen() throws IOException {
        time.reboot();
        driver.close();
        driver.reopened(openDriver(directory));
        open();
    }

    @Test
    void aRestartInsideTheWindowUndoesWhenTheRestHasPassed() throws IOException {
        List<ConnectorData> before = secondWaitsOnFirst();
        time.pass(WINDOW - 100);
        reopen();
        assertEquals("ACTIVE", keeper.state());
        time.pass(99);
        keeper.tick();
        assertEquals("ACTIVE", keeper.state());
        time.pass(1);
        keeper.tick();
        assertUndone(2, before);
    }

    @Test
    void aRestartAfterTheWindowUndoesAtOnce() throws IOException {
        List<ConnectorData> before = secondWaitsOnFirst();
        time.pass(WINDOW + 1);
        reopen();
        assertUndone(2, before);
    }

    @ParameterizedTest(name = "restarted: {0}")
    @ValueSource(booleans = {false, true})
    void aWallClockSetBackLeavesTheWindowNoLongerThanItWas(boolean restarted) throws IOException {
        List<ConnectorData> before = secondWaitsOnFirst();
        time.setWall(-100_000);
        if (restarted) {
            reopen();
        }
        time.pass(WINDOW - 1);
        keeper.tick();
        assertEquals("ACTIVE", keeper.state());
        time.pass(1);
        keeper.tick();
        assertUndone(2, before);
    }

    @Test
    void aWallClockSetForwardDoesNotShortenTheWindowOfARunningAgent() throws IOException {
        secondWaitsOnFirst();
        time.setWall(100_000);
        keeper.tick();
        assertEquals("ACTIVE", keeper.state());
    }

    static IntStream everyStep() throws IOException {
        FakeDriver driver = new FakeDriver(SampleConnectors.wide());
        Path directory = Files.createTempDirectory("postern-plan");
        ServerKeeper keeper =
                new ServerKeeper("ex01", driver, directory, new MovableTime(), line -> {});
        keeper.take(wanted(1, null, false, FIRST));
        int first = driver.executed.size();
        keeper.take(wanted(2, WINDOW, false, SECOND));
        assertEquals("ACTIVE", keeper.state());
        int steps = driver.executed.size() - first;
        assertTrue(steps >= 4, "a plan worth killing has some steps, not " + steps);
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
        return IntStream.range(0, steps);
    }

    @ParameterizedTest(name = "at step {0}")
    @MethodSource("everyStep")
    void aRefusedStepBringsBackTheOldStateAndIsNotTriedAgain(int step) throws IOException {
        keeper.take(wanted(1, null, false, FIRST));
        List<ConnectorData> before = driver.data();
        driver.refuseAfter(step);
        keeper.take(wanted(2, WINDOW, false, SECOND));
        assertEquals(before, driver.data());
        assertEquals("FAILED", keeper.state());
        assertEquals(2, keeper.journal().failedSerial());
        assertEquals(1, keeper.journal().activeSerial());
        assertEquals("refused by the test", keeper.journal().error());
        int steps = driver.executed.size();
        keeper.take(wanted(2, WINDOW, false, SECOND));
        assertEquals(steps, driver.executed.size());
        keeper.take(wanted(3, WINDOW, false, SECOND));
        assertEquals("ACTIVE", keeper.state());
        assertNull(keeper.journal().error());
    }

    @ParameterizedTest(name = "at step {0}")
    @MethodSource("everyStep")
    void whoIsKilledWhileApplyingRestoresTheOldStateAtItsNextStart(int step) throws IOException {
        keeper.take(wanted(1, null, false, FIRST));
        List<ConnectorData> before = driver.data();
        driver.killAfter(step);
        assertThrows(
                FaultyDriver.Killed.class, () -> keeper.take(wanted(2, WINDOW, false, SECOND)));
        reopen();
        assertEquals(before, driver.data());
        assertEquals(1, keeper.journal().activeSerial());
        assertEquals(0, keeper.journal().applyingSerial());
        assertTrue(keeper.journal().error().startsWith("killed while applying serial 2"));
        keeper.take(wanted(2, WINDOW, false, SECOND));
        assertEquals("ACTIVE", keeper.state());
    }

    /** The second is undone by that, and reports must say so, not only that the first is active. */
    @Test
    void whoIsKilledOnTopOfWhatNobodyConfirmedYetHasUndoneIt() throws IOException {
        List<ConnectorData> before = secondWaitsOnFirst();
        driver.killAfter(1);
        assertThrows(FaultyDriver.Killed.class, () -> keeper.take(wanted(3, null, false, FIRST)));
        reopen();
        assertUndone(2, before);
        assertEquals(0, keeper.journal().failedSerial());
        keeper.take(wanted(3, null, false, FIRST));
        assertEquals(3, keeper.journal().activeSerial());
        assertEquals("CONFIRMED", keeper.state());
    }

    @Test
    void whatFailsOnTopOfWhatNobodyConfirmedYetUndoesBoth() throws IOException {
        List<ConnectorData> before = secondWaitsOnFirst();
        driver.refuseAfter(1);
        keeper.take(wanted(3, null, false, FIRST));
        assertEquals(before, driver.data());
        assertEquals("FAILED", keeper.state());
        assertEquals(3, keeper.journal().failedSerial());
        assertEquals(2, keeper.journal().undoneSerial());
    }

    @ParameterizedTest(name = "at step {0}")
    @MethodSource("everyStep")
    void whoIsKilledWhileUndoingGoesOnAtItsNextStart(int step) throws IOException {
        List<ConnectorData> before = secondWaitsOnFirst();
        driver.killAfter(step);
        time.pass(WINDOW);
        // A way back may have fewer steps than the way there: then nobody is killed.
        try {
            keeper.tick();
        } catch (FaultyDriver.Killed e) {
            reopen();
        }
        assertUndone(2, before);
    }

    @Test
    void anUndoingThatFailsIsTriedAgainAndCannotBeConfirmedAway() throws IOException {
        List<ConnectorData> before = secondWaitsOnFirst();
        time.pass(WINDOW);
        driver.refuseAfter(1);
        assertThrows(IOException.class, keeper::tick);
        assertTrue(keeper.nanosToTick() > 0, "not again at once, for ever");
        driver.refuseAll(true);
        assertThrows(IOException.class, () -> keeper.take(wanted(2, WINDOW, true, SECOND)));
        driver.refuseAll(false);
        keeper.tick();
        assertUndone(2, before);
    }

    @Test
    void aServerThatDoesNotDoWhatItAcceptsCountsAsFailed() throws IOException {
        List<ConnectorData> before = driver.data();
        driver.ignoreSteps();
        keeper.take(wanted(1, null, false, FIRST));
        assertEquals(before, driver.data());
        assertEquals("FAILED", keeper.state());
        assertTrue(keeper.journal().error().startsWith("read-back shows another state"));
    }

    @Test
    void aServerThatCannotBeReadForAMomentKeepsWhatIsInForce() throws IOException {
        keeper.take(wanted(1, null, false, FIRST));
        keeper.take(wanted(2, null, false, SECOND));
        List<ConnectorData> second = driver.data();
        driver.failReads(1);
        assertThrows(IOException.class, () -> keeper.take(wanted(3, null, false, FIRST)));
        assertEquals(second, driver.data());
        assertEquals(2, keeper.journal().activeSerial());
        keeper.take(wanted(3, null, false, FIRST));
        assertEquals(3, keeper.journal().activeSerial());
    }

    @Test
    void anOlderSerialIsRefused() throws IOException {
        keeper.take(wanted(7, null, false, FIRST));
        List<ConnectorData> before = driver.data();
        keeper.take(wanted(6, null, true, SECOND));
        assertEquals(before, driver.data());
        assertEquals("serial 6 is older than 7", keeper.journal().error());
        assertEquals("CONFIRMED", keeper.state());
    }

    @Test
    void aSerialBelowAnUndoneOneIsRefusedToo() throws IOException {
        List<ConnectorData> before = secondWaitsOnFirst();
        keeper.take(wanted(5, WINDOW, false, SECOND[1]));
        time.pass(WINDOW);
        keeper.tick();
        keeper.take(wanted(4, null, false, SECOND));
        assertUndone(5, before);
    }

    @Test
    void aRollbackWhileWaitingIsAppliedAndTheLastConfirmedStaysTheWayBack() throws IOException {
        List<ConnectorData> before = secondWaitsOnFirst();
        keeper.take(wanted(3, null, false, FIRST));
        assertEquals(before, driver.data());
        assertEquals("CONFIRMED", keeper.state());
        assertEquals(1, keeper.journal().previousSerial());
        assertEquals(SampleConnectors.data(FIRST), keeper.journal().previous());
        time.pass(WINDOW * 2);
        keeper.tick();
        assertEquals(3, keeper.journal().activeSerial());
    }

    @Test
    void aSecondWaitingOneIsUndoneToTheLastConfirmedNotToTheFirstWaitingOne() throws IOException {
        List<ConnectorData> before = secondWaitsOnFirst();
        time.pass(WINDOW / 2);
        keeper.take(wanted(3, WINDOW, false, SECOND[1]));
        time.pass(WINDOW - 1);
        keeper.tick();
        assertEquals(3, keeper.journal().activeSerial());
        time.pass(1);
        keeper.tick();
        assertUndone(3, before);
    }

    @Test
    void aFailureAfterAnUndoingShowsAsFailure() throws IOException {
        secondWaitsOnFirst();
        time.pass(WINDOW);
        keeper.tick();
        driver.refuseAll(true);
        keeper.take(wanted(3, null, false, SECOND));
        assertEquals("FAILED", keeper.state());
        driver.refuseAll(false);
        keeper.take(wanted(4, WINDOW, false, SECOND));
        time.pass(WINDOW);
        keeper.tick();
        assertEquals("UNDONE", keeper.state());
    }

    @Test
    void whatWasFoundIsWrittenOnceBeforeTheFirstWrite() throws IOException {
        Path found = directory.resolve("found.json");
        String text = Files.readString(found);
        assertTrue(text.contains("Default Frontend ex01"), text);
        assertTrue(driver.executed.isEmpty());
        assertFalse(Files.exists(directory.resolve("journal.json")));
        assertEquals("AS_FOUND", keeper.state());
        keeper.take(wanted(1, null, false, FIRST));
        reopen();
        assertEquals(text, Files.readString(found));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "{}",
                "[]",
                "{\"activeSerial\":1",
                "garbage",
                "{\"previous\":[null]}"
            })
    void aDamagedJournalIsAnErrorAndNothingIsWritten(String damaged) throws IOException {
        keeper.take(wanted(1, WINDOW, false, FIRST));
        int steps = driver.executed.size();
        Path journal = directory.resolve("journal.json");
        Files.writeString(journal, damaged);
        IOException error = assertThrows(IOException.class, this::reopen);
        assertTrue(error.getMessage().contains("journal.json is damaged"), error.getMessage());
        assertEquals(steps, driver.executed.size());
        assertEquals(damaged, Files.readString(journal));
    }
}
