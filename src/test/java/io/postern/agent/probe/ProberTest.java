package io.postern.agent.probe;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.postern.smtp.ProbeOutcome;
import io.postern.smtp.ProbeOutcome.Kind;
import io.postern.smtp.ProbeSettings;
import io.postern.smtp.netty.ProbeCancellation;
import io.postern.smtp.netty.ProbeRequest;
import io.postern.smtp.netty.ProbeSource;
import io.postern.smtp.netty.ProbeTimeouts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Probes against servers that misbehave. */
@Timeout(60)
class ProberTest {
    private static final ProbeSettings SETTINGS =
            new ProbeSettings("postern-probe.test", "", "it@own.example", "x@far.example");
    private static final ProbeTimeouts PATIENT = timeouts(5000, 5000, 20_000);

    private static ProbeTimeouts timeouts(long connect, long read, long total) {
        return new ProbeTimeouts(
                Duration.ofMillis(connect), Duration.ofMillis(read), Duration.ofMillis(total));
    }

    /** What a server of the tests does with a connection. */
    private interface Behaviour {
        void serve(Socket socket) throws IOException;
    }

    /** A server that gives each connection a thread and closes it when the behaviour ends. */
    private static final class Listener implements AutoCloseable {
        final ServerSocket socket;
        final AtomicInteger accepted = new AtomicInteger();

        Listener(Behaviour behaviour) throws IOException {
            socket = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
            daemon(
                    () -> {
                        while (!socket.isClosed()) {
                            Socket client = socket.accept();
                            accepted.incrementAndGet();
                            daemon(
                                    () -> {
                                        try (client) {
                                            behaviour.serve(client);
                                        }
                                        return null;
                                    });
                        }
                        return null;
                    });
        }

        private static void daemon(Callable<Void> task) {
            Thread thread =
                    new Thread(
                            () -> {
                                try {
                                    task.call();
                                } catch (Exception e) {
                                    // The other side is gone: the end of this behaviour.
                                    return;
                                }
                            });
            thread.setDaemon(true);
            thread.start();
        }

        InetSocketAddress target() {
            return new InetSocketAddress("127.0.0.1", socket.getLocalPort());
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Reads until the client closes, so that the server does not close first. */
    private static void hold(Socket socket) throws IOException {
        while (socket.getInputStream().read() >= 0) {
            continue;
        }
    }

    static Stream<Arguments> misbehaviours() {
        return Stream.of(
                arguments("silent", behaviour(ProberTest::hold), "READ_TIMEOUT banner"),
                arguments("closes at once", behaviour(socket -> {}), "CLOSED_EARLY banner"),
                arguments(
                        "resets at once",
                        behaviour(socket -> socket.setSoLinger(true, 0)),
                        "CLOSED_EARLY banner"),
                arguments(
                        "speaks HTTP",
                        behaviour(socket -> say(socket, "HTTP/1.1 400 Bad Request\r\n\r\n")),
                        "MALFORMED banner"),
                arguments(
                        "endless banner line",
                        behaviour(socket -> say(socket, "220 " + "x".repeat(100_000))),
                        "MALFORMED banner"),
                arguments(
                        "endless banner lines",
                        behaviour(socket -> say(socket, "220-x\r\n".repeat(1000))),
                        "MALFORMED banner"),
                arguments(
                        "closes in the banner",
                        behaviour(socket -> say(socket, "220 mx")),
                        "CLOSED_EARLY banner"),
                arguments(
                        "busy",
                        behaviour(socket -> say(socket, "421 4.3.2 Service not available\r\n")),
                        "TRANSIENT banner"),
                arguments(
                        "refuses",
                        behaviour(
                                socket -> {
                                    say(socket, "554 no\r\n");
                                    hold(socket);
                                }),
                        "REFUSED_AT_BANNER banner"),
                arguments(
                        "silent after the banner",
                        behaviour(
                                socket -> {
                                    say(socket, "220 mx\r\n");
                                    hold(socket);
                                }),
                        "READ_TIMEOUT ehlo"),
                arguments(
                        "says everything in advance",
                        behaviour(
                                socket -> {
                                    say(
                                            socket,
                                            "220 mx\r\n250 a\r\n250 b\r\n250 c\r\n550 5.7.54 d\r\n221 e\r\n");
                                    hold(socket);
                                }),
                        "MALFORMED banner"));
    }

    private static Behaviour behaviour(Behaviour behaviour) {
        return behaviour;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("misbehaviours")
    void aServerThatMisbehavesIsAnOutcome(String name, Behaviour behaviour, String expected)
            throws IOException {
        try (Listener server = new Listener(behaviour)) {
            ProbeOutcome outcome = probe(server.target(), timeouts(5000, 300, 20_000));
            assertEquals(expected, outcome.kind() + " " + outcome.stage(), outcome.toString());
        }
    }

    private static ProbeOutcome probe(InetSocketAddress target, ProbeTimeouts timeouts) {
        return new Prober().probe(target, ProbeSource.anyLocal(), SETTINGS, timeouts);
    }

    @Test
    void aClosedPortRefuses() throws IOException {
        InetSocketAddress target;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            target = new InetSocketAddress("127.0.0.1", free.getLocalPort());
        }
        assertEquals(Kind.CONNECT_REFUSED, probe(target, PATIENT).kind());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aPortThatDropsIsAConnectTimeout() throws IOException {
        // Linux drops what comes while the queue of connections nobody accepts is full.
        List<Socket> filling = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            fill(full, filling);
            ProbeOutcome outcome =
                    probe(
                            new InetSocketAddress("127.0.0.1", full.getLocalPort()),
                            timeouts(300, 5000, 20_000));
            assertEquals(Kind.CONNECT_TIMEOUT, outcome.kind(), outcome.toString());
        } finally {
            for (Socket socket : filling) {
                socket.close();
            }
        }
    }

    private static void fill(ServerSocket server, List<Socket> filling) throws IOException {
        for (int i = 0; i < 20; i++) {
            Socket socket = new Socket();
            filling.add(socket);
            try {
                socket.connect(server.getLocalSocketAddress(), 200);
            } catch (SocketTimeoutException e) {
                return;
            }
        }
        throw new AssertionError("the queue did not become full");
    }

    @Test
    void aServerThatDripsIsBoundedPerReply() throws IOException {
        try (Listener server = new Listener(ProberTest::drip)) {
            long start = System.nanoTime();
            ProbeOutcome outcome = probe(server.target(), timeouts(5000, 400, 20_000));
            assertEquals(Kind.READ_TIMEOUT, outcome.kind());
            assertTrue(System.nanoTime() - start < 5_000_000_000L);
        }
    }

    @Test
    void theWholeDialogueIsBounded() throws IOException {
        try (Listener server = new Listener(ProberTest::drip)) {
            long start = System.nanoTime();
            ProbeOutcome outcome = probe(server.target(), timeouts(5000, 15_000, 400));
            assertEquals(Kind.READ_TIMEOUT, outcome.kind());
            assertTrue(System.nanoTime() - start < 10_000_000_000L);
        }
    }

    /** One byte of an endless banner at a time, as often as the client lets the wait time out. */
    private static void drip(Socket socket) throws IOException {
        socket.setSoTimeout(20);
        while (true) {
            say(socket, "2");
            try {
                if (socket.getInputStream().read() < 0) {
                    return;
                }
            } catch (SocketTimeoutException e) {
                continue;
            }
        }
    }

    @Test
    void whatCannotBeTriedIsNotRun() throws IOException {
        ProbeSource foreignLocal = new ProbeSource.Real(InetAddress.getByName("192.0.2.1"));
        InetSocketAddress target = new InetSocketAddress("127.0.0.1", 9);
        ProbeOutcome outcome = new Prober().probe(target, foreignLocal, SETTINGS, PATIENT);
        assertEquals(Kind.NOT_RUN, outcome.kind());
        InetSocketAddress unresolved = InetSocketAddress.createUnresolved("mx.invalid", 25);
        assertEquals(Kind.NOT_RUN, probe(unresolved, PATIENT).kind());
    }

    @Test
    void manyProbesAnswerInTheirOrderAndNeverTooManyAtATime() throws IOException {
        AtomicInteger open = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Behaviour counting =
                socket -> {
                    most.accumulateAndGet(open.incrementAndGet(), Math::max);
                    say(socket, "220 mx\r\n");
                    for (int i = 0; i < 5; i++) {
                        readPast(socket, "\r\n");
                        say(socket, "250 ok\r\n");
                    }
                    readPast(socket, "QUIT\r\n");
                    // Before the last reply, so that the client cannot have begun another one.
                    open.decrementAndGet();
                    say(socket, "221 f\r\n");
                    hold(socket);
                };
        try (Listener server = new Listener(counting);
                Listener closing = new Listener(socket -> {})) {
            List<ProbeRequest> requests = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                requests.add(request(i % 3 == 0 ? closing.target() : server.target(), PATIENT));
            }
            List<ProbeOutcome> outcomes =
                    new Prober().probeAll(requests, 4, new ProbeCancellation());
            String kinds =
                    outcomes.stream().map(o -> o.kind().name()).collect(Collectors.joining(" "));
            assertEquals("CLOSED_EARLY ACCEPTED ACCEPTED ".repeat(10).strip(), kinds);
            assertTrue(most.get() > 1 && most.get() <= 4, "at a time: " + most.get());
        }
    }

    private static void readPast(Socket socket, String end) throws IOException {
        StringBuilder read = new StringBuilder();
        while (!read.toString().endsWith(end)) {
            read.append((char) socket.getInputStream().read());
        }
    }

    private static ProbeRequest request(InetSocketAddress target, ProbeTimeouts timeouts) {
        return new ProbeRequest(target, ProbeSource.anyLocal(), SETTINGS, timeouts);
    }

    @Test
    void cancellingEndsProbesUnderWayAndThoseToCome() throws Exception {
        try (Listener silent = new Listener(ProberTest::hold)) {
            ProbeTimeouts slow = timeouts(30_000, 30_000, 30_000);
            List<ProbeRequest> requests = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                requests.add(request(silent.target(), slow));
            }
            ProbeCancellation cancellation = new ProbeCancellation();
            CompletableFuture<List<ProbeOutcome>> all =
                    CompletableFuture.supplyAsync(
                            () -> new Prober().probeAll(requests, 2, cancellation));
            await().until(() -> silent.accepted.get() == 2);
            long start = System.nanoTime();
            cancellation.cancel();
            List<ProbeOutcome> outcomes = all.get();
            assertTrue(System.nanoTime() - start < 10_000_000_000L);
            assertEquals(10, outcomes.size());
            assertTrue(outcomes.stream().allMatch(o -> o.kind() == Kind.NOT_RUN));
            assertEquals(2, silent.accepted.get());
        }
    }

    @Test
    void anInterruptCancelsAndIsKept() throws Exception {
        try (Listener silent = new Listener(ProberTest::hold)) {
            List<ProbeRequest> requests =
                    List.of(request(silent.target(), timeouts(30_000, 30_000, 30_000)));
            CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
            Thread caller =
                    new Thread(
                            () -> {
                                new Prober().probeAll(requests, 1, new ProbeCancellation());
                                interrupted.complete(Thread.currentThread().isInterrupted());
                            });
            caller.start();
            await().until(() -> silent.accepted.get() == 1);
            caller.interrupt();
            assertTrue(interrupted.get());
        }
    }

    @Test
    void theReadTimeoutIsLongerThanTheTarpit() {
        assertEquals(Duration.ofSeconds(20), ProbeTimeouts.forTarpit(Duration.ofSeconds(5)).read());
        assertEquals(
                Duration.ofSeconds(70), ProbeTimeouts.forTarpit(Duration.ofSeconds(60)).read());
        // The longest that a connector can have.
        ProbeTimeouts longest = ProbeTimeouts.forTarpit(Duration.ofMinutes(10));
        assertEquals(Duration.ofSeconds(610), longest.read());
        assertEquals(Duration.ofMinutes(11), longest.total());
    }

    @Test
    void refusesSettingsThatAreOutOfRange() {
        assertThrows(IllegalArgumentException.class, () -> timeouts(0, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> timeouts(1, 1, 660_001));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Prober().probeAll(List.of(), 0, new ProbeCancellation()));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Prober().probeAll(List.of(), 65, new ProbeCancellation()));
    }
}
