package io.postern.agent.simulated;

import io.postern.agent.Driver;
import io.postern.agent.FirewallPoint;
import io.postern.enforcement.AcceptedDomain;
import io.postern.enforcement.ConnectorPlan;
import io.postern.enforcement.ConnectorStep;
import io.postern.enforcement.ReceiveConnector;
import io.postern.enforcement.firewall.DefaultFirewall;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The simulated Exchange server as a driver: steps change the stored connectors and the listener
 * obeys them at once. A fault file makes it misbehave on purpose, for trials and tests: {@code
 * drop-range RANGE} quietly leaves a range out of what is in force while reading back what was
 * asked for; {@code fail-step} refuses every step; {@code cumulative-update N} puts Exchange's own
 * firewall rules back once for each N.
 */
public final class SimulatedExchangeDriver implements Driver {
    private static final String DROP_RANGE = "drop-range ";
    private static final String FAIL_STEP = "fail-step";
    private static final String UPDATE = "cumulative-update ";

    private final SimulatedExchange server;
    private final List<AcceptedDomain> acceptedDomains;
    private final InetSocketAddress endpoint;
    private final ConnectorStore store;
    private volatile Map<String, InetSocketAddress> loadBalanced = Map.of();
    private final byte[] token;
    private final Path faultFile;
    private final SimulatedFirewall firewall;
    private List<ReceiveConnector> connectors;

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
        this.faultFile = faultFile;
        this.connectors = store.load();
        this.server = new SimulatedExchange(settings, inForce(connectors));
        this.firewall =
                firewallFile == null
                        ? null
                        : new SimulatedFirewall(
                                firewallFile,
                                DefaultFirewall.ofFreshServer(),
                                server::replaceFirewall,
                                this::requireNoFault);
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
    public synchronized List<ReceiveConnector> read() throws IOException {
        String fault = fault().filter(one -> one.startsWith(UPDATE)).orElse("");
        if (firewall != null && !fault.isEmpty()) {
            firewall.update(fault);
        }
        return connectors;
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
    public synchronized void execute(ConnectorStep step) throws IOException {
        requireNoFault();
        try {
            List<ReceiveConnector> next = ConnectorPlan.apply(connectors, step);
            store.save(next);
            connectors = next;
        } catch (IllegalStateException | IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
        server.replaceConnectors(inForce(connectors));
    }

    private void requireNoFault() throws IOException {
        if (fault().filter(FAIL_STEP::equals).isPresent()) {
            throw new IOException("refused by the simulated fault 'fail-step'");
        }
    }

    private List<ReceiveConnector> inForce(List<ReceiveConnector> asked) throws IOException {
        Optional<String> drop = fault().filter(fault -> fault.startsWith(DROP_RANGE));
        if (drop.isEmpty()) {
            return asked;
        }
        AddressSet dropped = AddressSet.parse(drop.get().substring(DROP_RANGE.length()).strip());
        List<ReceiveConnector> left = new ArrayList<>();
        for (ReceiveConnector connector : asked) {
            // A client whose range is dropped falls to whoever holds it besides, as it would in
            // life.
            left.add(
                    connector.managed() && connector.anonymous()
                            ? without(connector, dropped)
                            : connector);
        }
        return left;
    }

    private static ReceiveConnector without(ReceiveConnector connector, AddressSet dropped) {
        List<AddressRange> ranges =
                AddressSet.of(connector.remoteIpRanges()).subtract(dropped).ranges();
        return new ReceiveConnector(
                connector.name(),
                connector.managed(),
                connector.enabled() && !ranges.isEmpty(),
                connector.transportRole(),
                connector.bindings(),
                ranges.isEmpty() ? connector.remoteIpRanges() : ranges,
                connector.permissionGroups(),
                connector.authMechanism(),
                connector.anonymousRelay(),
                connector.fqdn(),
                connector.comment(),
                connector.tarpitMillis(),
                connector.verboseLogging());
    }

    private Optional<String> fault() throws IOException {
        if (faultFile == null || !Files.exists(faultFile)) {
            return Optional.empty();
        }
        String fault = Files.readString(faultFile, StandardCharsets.UTF_8).strip();
        return fault.isEmpty() ? Optional.empty() : Optional.of(fault);
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
        server.close();
    }
}
