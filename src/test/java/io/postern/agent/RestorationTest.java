package io.postern.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.agent.exchange.FakeShell;
import io.postern.agent.exchange.InMemoryExchange;
import io.postern.agent.exchange.Servers;
import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.ConnectorStep;
import io.postern.enforcement.ReceiveConnector;
import io.postern.enforcement.server.DesiredState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two servers of one agent behind the scripts' contract. */
class RestorationTest {
    private static final ReceiveConnector[] WANTED = {
        SampleConnectors.internal("10.1.0.0/17", "10.4.0.0/16"),
        SampleConnectors.relay("10.1.128.0/17", "fd00:1::/64")
    };

    @TempDir Path data;
    private final MovableTime time = new MovableTime();
    private final List<String> news = new ArrayList<>();
    private final FakeShell shell =
            new FakeShell(new InMemoryExchange("EX01", List.of(SampleConnectors.wide())));
    private FaultyDriver driver;
    private List<ConnectorData> found;

    @BeforeEach
    void aChangeIsInForce() throws IOException {
        new AgentIdentity("agent-a", List.of("ex01", "ex02"), "http://127.0.0.1:1", "{}")
                .write(data);
        driver = (FaultyDriver) open("ex01", directory());
        found = driver.data();
        ServerKeeper keeper = keeper();
        keeper.take(wanted(5));
        assertEquals("CONFIRMED", keeper.state());
        assertNotEquals(found, driver.data());
    }

    private Path directory() throws IOException {
        Path directory = data.resolve("servers").resolve(AgentProgram.directoryName("ex01"));
        return Files.createDirectories(directory);
    }

    private ServerKeeper keeper() throws IOException {
        return new ServerKeeper("ex01", driver, directory(), time, news::add);
    }

    private Driver open(String server, Path directory) throws IOException {
        if (!server.equals("ex01")) {
            throw new IOException("not reached");
        }
        if (driver == null) {
            return new FaultyDriver(Servers.open(shell, directory));
        }
        driver.reopened(Servers.open(shell, directory));
        return driver;
    }

    private static DesiredPublication wanted(long serial) {
        List<ConnectorData> connectors = SampleConnectors.data(WANTED);
        return new DesiredPublication(
                "agent-a",
                "ex01",
                serial,
                serial + 100,
                DesiredState.EXCHANGE,
                DesiredState.digestOf(connectors),
                connectors,
                null,
                null,
                false,
                0,
                Long.MAX_VALUE);
    }

    private boolean restore(boolean whatIf, String... only) throws IOException {
        news.clear();
        return new Restoration(data, this::open, time, news::add).restore(List.of(only), whatIf);
    }

    @Test
    void whatWasFoundIsBackAndTheServiceCannotPutTheSameThereAgain() throws IOException {
        assertTrue(restore(false, "ex01"));
        assertEquals(found, driver.data());
        assertTrue(news.contains("ex01: Remove 'Postern relay'."), news.toString());
        assertEquals("ex01: restored to the state found at adoption", news.get(news.size() - 1));
        ServerKeeper keeper = keeper();
        assertEquals("UNDONE", keeper.state());
        assertEquals(0, keeper.journal().activeSerial());
        keeper.take(wanted(5));
        assertEquals(found, driver.data());
        keeper.take(wanted(6));
        assertEquals("CONFIRMED", keeper.state());
    }

    @Test
    void restoringTwiceIsRestoringOnce() throws IOException {
        assertTrue(restore(false, "ex01"));
        assertTrue(restore(false, "ex01"));
        assertEquals(found, driver.data());
        assertTrue(
                news.contains("ex01: nothing of ours differs from the state found"),
                news.toString());
    }

    @Test
    void whatIfSaysTheStepsAndTakesNone() throws IOException {
        List<ConnectorData> before = driver.data();
        String journal = Files.readString(directory().resolve("journal.json"));
        assertTrue(restore(true, "ex01"));
        assertTrue(news.contains("ex01: Disable 'Postern relay'."), news.toString());
        assertEquals(before, driver.data());
        assertEquals(journal, Files.readString(directory().resolve("journal.json")));
    }

    @Test
    void anotherServerThatWasNeverAdoptedIsToldAndTheFirstRestored() throws IOException {
        assertFalse(restore(false));
        assertEquals(found, driver.data());
        assertEquals(
                "ex02: not restored: nothing was found there yet, so nothing was changed either",
                news.get(news.size() - 1));
    }

    @Test
    void aServerOfNobodyIsRefused() {
        String message = assertThrows(IOException.class, () -> restore(false, "ex03")).getMessage();
        assertEquals("this agent does not serve 'ex03' (it serves: ex01, ex02)", message);
    }

    @ParameterizedTest(name = "at step {0}")
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void whoIsKilledWhileRestoringGoesOnAtTheNextStartOfTheAgent(int step) throws IOException {
        driver.killAfter(step);
        assertThrows(FaultyDriver.Killed.class, () -> restore(false, "ex01"));
        driver.reopened(Servers.open(shell, directory()));
        ServerKeeper keeper = keeper();
        assertEquals(found, driver.data());
        assertEquals("UNDONE", keeper.state());
        keeper.take(wanted(5));
        assertEquals(found, driver.data());
    }

    @Test
    void aChangeHalfAppliedIsRestoredToo() throws IOException {
        Path journal = directory().resolve("journal.json");
        Files.writeString(
                journal,
                Files.readString(journal).replace("\"applyingSerial\":0", "\"applyingSerial\":9"));
        driver.execute(new ConnectorStep.Disable(WANTED[0].name()));
        assertTrue(restore(false, "ex01"));
        assertEquals(found, driver.data());
        ServerKeeper keeper = keeper();
        keeper.take(wanted(9));
        assertEquals(found, driver.data());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[null]", "{}", "[{\"name\":\"x\"}]", "garbage"})
    void aDamagedFileOfWhatWasFoundIsAnErrorAndNothingIsWritten(String damaged) throws IOException {
        List<ConnectorData> before = driver.data();
        Files.writeString(directory().resolve("found.json"), damaged);
        assertFalse(restore(false, "ex01"));
        assertTrue(news.get(0).contains("found.json is damaged"), news.toString());
        assertEquals(before, driver.data());
    }

    @Test
    void whatOthersChangedIsToldAndStays() {
        ConnectorData wide = found.get(0);
        ConnectorData narrowed =
                ConnectorData.of(SampleConnectors.unmanaged(wide.name(), "10.0.0.0/8"));
        ConnectorData added = ConnectorData.of(SampleConnectors.unmanaged("New", "10.9.0.9"));
        assertEquals(
                List.of(
                        "'Default Frontend ex01' is not as it was found; it is not ours and stays",
                        "'New' was not found; it stays"),
                Restoration.differences(List.of(wide), List.of(narrowed, added)));
        assertEquals(
                List.of("'Default Frontend ex01' was found and is gone; it is not ours"),
                Restoration.differences(List.of(wide), List.of()));
        assertEquals(List.of(), Restoration.differences(found, found));
    }
}
