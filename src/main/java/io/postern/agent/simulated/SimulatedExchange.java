package io.postern.agent.simulated;

import io.postern.enforcement.ConnectorSelection;
import io.postern.enforcement.ReceiveConnector;
import io.postern.enforcement.firewall.FirewallFilter;
import io.postern.enforcement.firewall.ObservedFirewall;
import io.postern.policy.Address;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A simulated Exchange server: it listens and gives every session to the receive connector that a
 * real server would choose. A PROXY protocol v2 header is believed only from loopback and with the
 * right token; then it names source and local endpoint. Thread-safe.
 */
public final class SimulatedExchange implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger(SimulatedExchange.class.getName());
    private static final int KEPT_RECORDS = 1000;

    /** Threads beyond the sessions, to say 421 to those for whom there is no place. */
    private static final int REFUSING_THREADS = 4;

    private final SimulatedServerSettings settings;
    private final ReceiveLog log;
    private final SessionRecords records = new SessionRecords(KEPT_RECORDS);
    private final SourceSessions sources =
            new SourceSessions(SimulatedServerSettings.MAX_SESSIONS_PER_SOURCE);
    private final Semaphore places;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong sessionIds;
    private final ExecutorService pool;
    private volatile Held held;

    /** null = none stands before it. */
    private volatile ObservedFirewall firewall;

    private volatile ServerSocket listener;

    private volatile ListenerFaults faults = ListenerFaults.NONE;
    private volatile Runnable beforeSession = () -> {};

    /** The port it had, for the time when it listens again; negative = never. */
    private int portKept = -1;

    private boolean isRefusing;

    /** The connectors together with what chooses among them, so that both change at once. */
    private record Held(
            List<ReceiveConnector> connectors,
            ConnectorSelection selection,
            Map<Address, ConnectorSelection> at) {
        static Held of(
                List<ReceiveConnector> connectors, Map<Address, List<ReceiveConnector>> others) {
            List<ReceiveConnector> copy = List.copyOf(connectors);
            Map<Address, ConnectorSelection> at = new HashMap<>();
            others.forEach((address, those) -> at.put(address, new ConnectorSelection(those)));
            return new Held(copy, new ConnectorSelection(copy), at);
        }
    }

    /**
     * @param connectors the connectors to begin with
     */
    public SimulatedExchange(SimulatedServerSettings settings, List<ReceiveConnector> connectors) {
        this.settings = settings;
        this.held = Held.of(connectors, Map.of());
        this.log =
                settings.protocolLog() == null
                        ? null
                        : new ReceiveLog(settings.protocolLog(), settings.clock());
        this.places = new Semaphore(settings.maxSessions());
        this.sessionIds = new AtomicLong(settings.clock().millis() << 20);
        this.pool =
                new ThreadPoolExecutor(
                        0,
                        settings.maxSessions() + REFUSING_THREADS,
                        10,
                        TimeUnit.SECONDS,
                        new SynchronousQueue<>(),
                        task -> daemon(task, settings.serverName() + "-session"));
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Begins to listen; once.
     *
     * @throws IOException if the address cannot be had
     */
    public synchronized void start() throws IOException {
        if (listener != null) {
            throw new IllegalStateException("already started");
        }
        listen(settings.listen());
    }

    private void listen(InetSocketAddress address) throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.setReuseAddress(true);
            socket.bind(address, 128);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        listener = socket;
        daemon(() -> acceptAll(socket), settings.serverName() + "-listener").start();
    }

    /**
     * The port it listens on.
     *
     * @throws IllegalStateException before {@link #start}
     */
    public int port() {
        ServerSocket socket = listener;
        if (socket == null) {
            throw new IllegalStateException("not started");
        }
        return socket.getLocalPort();
    }

    /** The connectors as they are now. */
    public List<ReceiveConnector> connectors() {
        return held.connectors();
    }

    /** Replaces all connectors at once; sessions already open keep theirs. */
    public void replaceConnectors(List<ReceiveConnector> connectors) {
        replaceConnectors(connectors, Map.of());
    }

    /**
     * The same with connectors of single addresses of the server.
     *
     * @param others by the local address, instead of the first ones
     */
    void replaceConnectors(
            List<ReceiveConnector> connectors, Map<Address, List<ReceiveConnector>> others) {
        held = Held.of(connectors, others);
    }

    /** How its sessions go wrong from now on. */
    void misbehave(ListenerFaults now) {
        faults = now;
    }

    ListenerFaults faults() {
        return faults;
    }

    /** Told of every session before it is judged. */
    void beforeSessions(Runnable told) {
        beforeSession = told;
    }

    /**
     * Listens no more, or again at the port it had.
     *
     * @throws IOException if that port is taken
     */
    synchronized void refuse(boolean now) throws IOException {
        if (now == isRefusing || listener == null || closed.getCount() == 0) {
            return;
        }
        if (now) {
            portKept = listener.getLocalPort();
            listener.close();
        } else {
            listen(new InetSocketAddress(settings.listen().getAddress(), portKept));
        }
        // Only now: where the port is taken it is tried again.
        isRefusing = now;
    }

    /** How many messages were accepted, and discarded, since the start. */
    public long acceptedMessages() {
        return accepted.get();
    }

    /** The last 1,000 sessions, oldest first. */
    public List<SessionRecord> sessions() {
        return records.all();
    }

    private void acceptAll(ServerSocket socket) {
        while (!socket.isClosed()) {
            try {
                admit(socket.accept());
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    LOGGER.log(System.Logger.Level.WARNING, "A connection cannot be accepted", e);
                    // Out of file handles, say: do not spin.
                    waitUnlessClosed(Duration.ofMillis(100));
                }
            }
        }
    }

    private void admit(Socket socket) {
        open.add(socket);
        boolean place = places.tryAcquire();
        try {
            pool.execute(() -> handle(socket, place));
        } catch (RejectedExecutionException e) {
            release(socket, place);
        }
    }

    private void handle(Socket socket, boolean place) {
        try (ClientConnection connection = new ClientConnection(socket, settings.idleTimeout())) {
            if (place) {
                session(socket, connection).run();
            } else {
                connection.write(
                        List.of(
                                "421 4.3.2 The maximum number of concurrent connections has"
                                        + " exceeded a limit, closing transmission channel"));
            }
        } catch (IOException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "A session broke off", e);
        } finally {
            release(socket, place);
        }
    }

    private ServerSession session(Socket socket, ClientConnection connection)
            throws SocketException {
        InetAddress peer = socket.getInetAddress();
        if (peer == null) {
            throw new SocketException("closed before the session began");
        }
        beforeSession.run();
        String sessionId = String.format("%016X", sessionIds.incrementAndGet());
        return new ServerSession(
                this, connection, peer, socket.getPort(), socket.getLocalAddress(), sessionId);
    }

    private void release(Socket socket, boolean place) {
        open.remove(socket);
        closeQuietly(socket);
        if (place) {
            places.release();
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "A socket did not close cleanly", e);
        }
    }

    /** Stops listening and cuts every session. */
    @Override
    public synchronized void close() {
        closed.countDown();
        if (listener != null) {
            try {
                listener.close();
            } catch (IOException e) {
                LOGGER.log(System.Logger.Level.DEBUG, "The listener did not close cleanly", e);
            }
        }
        open.forEach(SimulatedExchange::closeQuietly);
        pool.shutdownNow();
        try {
            pool.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    SimulatedServerSettings settings() {
        return settings;
    }

    SourceSessions sources() {
        return sources;
    }

    /** Puts a firewall before the listener, or takes it away. */
    public void replaceFirewall(ObservedFirewall next) {
        firewall = next;
    }

    /** Why a firewall drops the connection; empty = it does not, or there is none. */
    Optional<String> drops(SessionEndpoints endpoints) {
        ObservedFirewall now = firewall;
        if (now == null) {
            return Optional.empty();
        }
        FirewallFilter.Outcome outcome =
                FirewallFilter.decide(now, endpoints.localPort(), endpoints.peer());
        return outcome.isAdmitted() ? Optional.empty() : Optional.of(outcome.because());
    }

    Optional<ReceiveConnector> choose(Address local, int localPort, Address client) {
        Held now = held;
        return now.at()
                .getOrDefault(local, now.selection())
                .select(local, localPort, client)
                .map(ConnectorSelection.Selected::connector);
    }

    /** The log of a session; silent if the connector or the server keeps none. */
    ReceiveLog.Session log(
            ReceiveConnector connector, String sessionId, SessionEndpoints endpoints) {
        String connectorId = settings.serverName() + "\\" + connector.name();
        return log != null && connector.verboseLogging()
                ? log.session(connectorId, sessionId, endpoints)
                : ReceiveLog.Session.SILENT;
    }

    void record(SessionRecord session) {
        records.add(session);
    }

    void countAccepted() {
        accepted.incrementAndGet();
    }

    /** Waits so long, or until the server closes. */
    void waitUnlessClosed(Duration time) {
        try {
            closed.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
