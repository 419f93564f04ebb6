package io.postern.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.postern.agent.exchange.FakeShell;
import io.postern.agent.exchange.FakeShell.Fault;
import io.postern.agent.exchange.InMemoryExchange;
import io.postern.agent.exchange.Servers;
import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.ReceiveConnector;
import io.postern.enforcement.server.DesiredState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A whole change of an Exchange server, with something going wrong at each script call of it: the
 * server ends up as before or as wanted, never between. One fault at a time.
 */
class ExchangeKeeperFaultsTest {
    private static final int WINDOW = 300;
    private static final ReceiveConnector[] FIRST = {SampleConnectors.internal("10.1.0.0/16")};
    private static final ReceiveConnector[] SECOND = {
        SampleConnectors.internal("10.1.0.0/17", "10.4.0.0/16"),
        SampleConnectors.relay("10.1.128.0/17", "fd00:1::/64")
    };

    @TempDir Path directory;
    private final MovableTime time = new MovableTime();
    private final InMemoryExchange exchange =
            new InMemoryExchange("EX01", List.of(SampleConnectors.wide()));
    private final FakeShell shell = new FakeShell(exchange);
    private final List<String> news = new ArrayList<>();
    private ServerKeeper keeper;

    @BeforeEach
    void firstIsConfirmed() throws IOException {
        open();
        keeper.take(wanted(1, null, FIRST));
        assertEquals("CONFIRMED", keeper.state());
    }

    /** As a new process would: nothing but the files and the server are kept. */
    private void open() throws IOException {
        keeper =
                new ServerKeeper(
                        "ex01", Servers.open(shell, directory), directory, time, news::add);
    }

    private static DesiredPublication wanted(
            long serial, Integer window, ReceiveConnector... connectors) {
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
                false,
                0,
                Long.MAX_VALUE);
    }

    private Set<ConnectorData> data() {
        return exchange.connectors().stream().map(ConnectorData::of).collect(Collectors.toSet());
    }

    /** What the second state looks like, from a server where nothing goes wrong. */
    private static Set<ConnectorData> second() {
        return Stream.concat(Stream.of(SampleConnectors.wide()), Stream.of(SECOND))
                .map(ConnectorData::of)
                .collect(Collectors.toSet());
    }

    private static int callsOf(boolean undoing) throws IOException {
        ExchangeKeeperFaultsTest quiet = new ExchangeKeeperFaultsTest();
        quiet.directory = Files.createTempDirectory("postern-calls");
        quiet.firstIsConfirmed();
        int first = quiet.shell.requests.size();
        quiet.keeper.take(wanted(2, WINDOW, SECOND));
        assertEquals(second(), quiet.data());
        int applied = quiet.shell.requests.size();
        quiet.time.pass(WINDOW);
        quiet.keeper.tick();
        int undone = quiet.shell.requests.size();
        try (Stream<Path> files = Files.list(quiet.directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(quiet.directory);
        return undoing ? undone - applied : applied - first;
    }

    static Stream<Arguments> everyKillWhileApplying() throws IOException {
        return kills(callsOf(false));
    }

    static Stream<Arguments> everyKillWhileUndoing() throws IOException {
        return kills(callsOf(true));
    }

    private static Stream<Arguments> kills(int calls) {
        assertTrue(calls > 6, "a change worth killing has some calls, not " + calls);
        return IntStream.range(0, calls)
                .boxed()
                .flatMap(
                        call ->
                                Stream.of(Fault.KILLED_BEFORE, Fault.KILLED_AFTER)
                                        .map(fault -> Arguments.of(call, fault)));
    }

    @ParameterizedTest(name = "at call {0}, {1}")
    @MethodSource("everyKillWhileApplying")
    void whoIsKilledAtAnyCallOfAChangeRestoresTheOldStateAtItsNextStart(int call, Fault kill)
            throws IOException {
        Set<ConnectorData> before = data();
        shell.failAfter(call, kill);
        assertThrows(FakeShell.Killed.class, () -> keeper.take(wanted(2, WINDOW, SECOND)));
        open();
        assertEquals(before, data());
        assertEquals(1, keeper.journal().activeSerial());
        assertEquals(0, keeper.journal().applyingSerial());
        keeper.take(wanted(2, WINDOW, SECOND));
        assertEquals("ACTIVE", keeper.state());
        assertEquals(second(), data());
    }

    @ParameterizedTest(name = "at call {0}, {1}")
    @MethodSource("everyKillWhileUndoing")
    void whoIsKilledAtAnyCallOfUndoingWhatNobodyConfirmedGoesOnAtItsNextStart(int call, Fault kill)
            throws IOException {
        Set<ConnectorData> before = data();
        keeper.take(wanted(2, WINDOW, SECOND));
        time.pass(WINDOW);
        shell.failAfter(call, kill);
        assertThrows(FakeShell.Killed.class, keeper::tick);
        time.reboot();
        open();
        assertEquals(before, data());
        assertEquals("UNDONE", keeper.state());
    }

    static Stream<Arguments> everyFault() throws IOException {
        int calls = callsOf(false);
        return Stream.of(Fault.values())
                .filter(fault -> !fault.name().startsWith("KILLED"))
                .flatMap(
                        fault ->
                                IntStream.range(0, calls)
                                        .mapToObj(call -> Arguments.of(call, fault)));
    }

    @ParameterizedTest(name = "at call {0}, {1}")
    @MethodSource("everyFault")
    void whateverGoesWrongAtACallTheServerIsAsBeforeOrAsWanted(int call, Fault fault)
            throws IOException {
        Set<ConnectorData> before = data();
        shell.failAfter(call, fault);
        try {
            keeper.take(wanted(2, WINDOW, SECOND));
        } catch (IOException e) {
            assertEquals(0, call, "only the first read may fail without a trace: " + e);
        }
        if (keeper.state().equals("ACTIVE")) {
            assertEquals(second(), data());
        } else {
            assertEquals(before, data());
            assertEquals(1, keeper.journal().activeSerial());
            assertTrue(
                    call == 0
                            || keeper.state().equals("FAILED") && keeper.journal().error() != null,
                    keeper.state());
        }
        keeper.take(wanted(3, WINDOW, SECOND));
        assertEquals(second(), data());
    }
}
