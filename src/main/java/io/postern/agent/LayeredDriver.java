package io.postern.agent;

import io.postern.enforcement.AcceptedDomain;
import io.postern.enforcement.ConnectorStep;
import io.postern.enforcement.ReceiveConnector;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A server's connectors together with the enforcement points beside them. */
public final class LayeredDriver implements Driver {
    private final Driver connectors;
    private final FirewallPoint firewall;
    private final PickupPoint pickup;
    private final OutlookGuardPoint outlookGuard;

    /**
     * @param firewall of the machine that the agent runs on; null = it is not kept
     * @param pickup null likewise
     * @param outlookGuard null likewise
     */
    public LayeredDriver(
            Driver connectors,
            FirewallPoint firewall,
            PickupPoint pickup,
            OutlookGuardPoint outlookGuard) {
        this.connectors = connectors;
        this.firewall = firewall;
        this.pickup = pickup;
        this.outlookGuard = outlookGuard;
    }

    @Override
    public List<ReceiveConnector> read() throws IOException {
        return connectors.read();
    }

    @Override
    public Optional<List<AcceptedDomain>> acceptedDomains() {
        return connectors.acceptedDomains();
    }

    @Override
    public void execute(ConnectorStep step) throws IOException {
        connectors.execute(step);
    }

    @Override
    public Optional<FirewallPoint> firewall() {
        return Optional.ofNullable(firewall);
    }

    @Override
    public Optional<PickupPoint> pickup() {
        return Optional.ofNullable(pickup);
    }

    @Override
    public Optional<OutlookGuardPoint> outlookGuard() {
        return Optional.ofNullable(outlookGuard);
    }

    @Override
    public InetSocketAddress endpoint() {
        return connectors.endpoint();
    }

    @Override
    public byte[] simulationToken() {
        return connectors.simulationToken();
    }

    @Override
    public Duration tarpit() {
        return connectors.tarpit();
    }

    @Override
    public void close() {
        connectors.close();
    }
}
