package io.postern.agent.simulated;

import io.postern.agent.Driver;
import io.postern.agent.FirewallPoint;
import io.postern.agent.simulated.SimulatedFault.Kind;
import io.postern.enforcement.AcceptedDomain;
import io.postern.enforcement.ConnectorPlan;
import io.postern.enforcement.ConnectorStep;
import io.postern.enforcement.ReceiveConnector;
import io.postern.enforcement.firewall.DefaultFirewall;
import io.postern.enforcement.firewall.ObservedFirewall;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The simulated Exchange server as a driver: steps change the stored connectors and the listener
 * obeys them at once. A fault file makes it misbehave on purpose, for trials and tests: see {@link
 * FaultFile}.
 */
public final class SimulatedExchangeDriver implements Driver {
    private static final long HANG_LOOK_MILLIS = 100;

    private final SimulatedExchange server;
    private final List<AcceptedDomain> acceptedDomains;
    private final InetSocketAddress endpoint;
    private final ConnectorStore store;
    private volatile Map<String, InetSocketAddress> loadBalanced = Map.of();
    private final byte[] token;
    private final SimulatedFaults faults;
    private final SimulatedFirewall firewall;

    /** What the firewall was asked for; null = there is none. Never read under its lock. */
    private volatile ObservedFirewall askedFirewall;

    private List<ReceiveConnector> connectors;

    /** Reads since the last step. */
    private int reads;

    private volatile boolean closed;

    /**
     * Starts the server on its stored connectors, nothing before it.
     *
     * @param faultFile null = no faults
     */
    public SimulatedExchangeDriver(
            SimulatedServerSettings settings, ConnectorStore store, Path faultFile)
            throws IOException {
        this(settings, store, null, faultFile);
    }

    /**
     * Starts the server on its stored connectors, behind its stored firewall.
     *
     * @param firewallFile where the firewall is kept; null = there is none
     * @param faultFile null = no faults
     */
    public SimulatedExchangeDriver(
            SimulatedServerSettings settings,
            ConnectorStore store,
            Path firewallFile,
            Path faultFile)
            throws IOException {
        this.store = store;
        this.token = settings.token();
        this.acceptedDomains = acceptedDomains(settings.acceptedDomains());
        this.faults = new SimulatedFaults(settings.serverName(), new FaultFile(faultFile));
        this.connectors = store.load();
        this.server = new SimulatedExchange(settings, connectors);
        this.firewall =
                firewallFile == null
                        ? null
                        : new SimulatedFirewall(
                                firewallFile,
                                DefaultFirewall.ofFreshServer(),
                                asked -> askedFirewall = asked,
                                this::passes,
                                this::obey);
        obey();
        if (faultFile != null) {
            server.beforeSessions(this::obeyQuietly);
        }
        server.start();
        this.endpoint = new InetSocketAddress(settings.listen().getAddress(), server.port());
    }

    private static List<AcceptedDomain> acceptedDomains(List<String> domains) {
        List<AcceptedDomain> entries = new ArrayList<>();
        for (String domain : domains) {
            entries.add(
                    new AcceptedDomain(
                            domain, domain, AcceptedDomain.Type.AUTHORITATIVE, entries.isEmpty()));
        }
        return List.copyOf(entries);
    }

    @Override
    public List<ReceiveConnector> read() throws IOException {
        Optional<SimulatedFault> update = lookFor(Kind.CUMULATIVE_UPDATE);
        if (firewall != null && update.isPresent()) {
            firewall.update(update.get().arguments().get(0));
        }
        return observed();
    }

    private synchronized Optional<SimulatedFault> lookFor(Kind kind) throws IOException {
        faults.look(asked());
        return faults.first(kind);
    }

    private synchronized List<ReceiveConnector> observed() throws IOException {
        reads++;
        if (reads == 2 && faults.isArmed(Kind.PUT_BACK)) {
            connectors = faults.before().connectors();
            store.save(connectors);
        }
        obey();
        return connectors;
    }

    private SimulatedFaults.State asked() {
        return new SimulatedFaults.State(connectors, askedFirewall);
    }

    /** Puts into force what is asked for, less what is wrong on purpose. */
    private synchronized void obey() throws IOException {
        faults.look(asked());
        SimulatedFaults.InForce now = faults.inForce(asked());
        server.replaceConnectors(now.connectors(), now.connectorsAt());
        server.replaceFirewall(now.firewall());
        server.misbehave(now.listener());
        server.refuse(now.isRefusing());
    }

    private void obeyQuietly() {
        try {
            obey();
        } catch (IOException e) {
            // The agent's own read says so; a client has nobody to say it to.
            System.getLogger(SimulatedExchangeDriver.class.getName())
                    .log(System.Logger.Level.WARNING, "The faults cannot be read", e);
        }
    }

    @Override
    public Optional<FirewallPoint> firewall() {
        return Optional.ofNullable(firewall);
    }

    /** Those that the server is configured with. */
    @Override
    public Optional<List<AcceptedDomain>> acceptedDomains() {
        return Optional.of(acceptedDomains);
    }

    @Override
    public void execute(ConnectorStep step) throws IOException {
        if (passes()) {
            take(step);
        }
    }

    private synchronized void take(ConnectorStep step) throws IOException {
        try {
            List<ReceiveConnector> next = ConnectorPlan.apply(connectors, step);
            store.save(next);
            connectors = next;
            reads = 0;
        } catch (IllegalStateException | IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
        obey();
    }

    /**
     * Whether a step is to be taken; false = it is lost without a word.
     *
     * @throws IOException if it is refused
     */
    private boolean passes() throws IOException {
        if (lookFor(Kind.FAIL_STEP).isPresent()) {
            throw new IOException("refused by the simulated fault 'fail-step'");
        }
        while (lookFor(Kind.HANG).isPresent()) {
            try {
                TimeUnit.MILLISECONDS.sleep(HANG_LOOK_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
            if (closed) {
                throw new IOException("closed");
            }
        }
        return lookFor(Kind.LOSE_WRITES).isEmpty();
    }

    /**
     * Names a load balancer that offers this server.
     *
     * @param endpoints by name, in any case: where a simulated server listens
     */
    public void offerUnder(Map<String, InetSocketAddress> endpoints) {
        Map<String, InetSocketAddress> names = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        names.putAll(endpoints);
        loadBalanced = names;
    }

    @Override
    public Optional<InetSocketAddress> endpoint(String loadBalancedName) {
        return Optional.ofNullable(loadBalanced.get(loadBalancedName));
    }

    @Override
    public InetSocketAddress endpoint() {
        return endpoint;
    }

    @Override
    public byte[] simulationToken() {
        return token.clone();
    }

    @Override
    public synchronized Duration tarpit() {
        return Duration.ofMillis(
                connectors.stream().mapToInt(ReceiveConnector::tarpitMillis).max().orElse(0));
    }

    @Override
    public void close() {
        closed = true;
        server.close();
    }
}
