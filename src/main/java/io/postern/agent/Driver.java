package io.postern.agent;

import io.postern.enforcement.AcceptedDomain;
import io.postern.enforcement.ConnectorStep;
import io.postern.enforcement.ReceiveConnector;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** One server's receive connectors as an agent reads and writes them. One caller at a time. */
public interface Driver extends AutoCloseable {
    /**
     * Every connector of the server, ours and others.
     *
     * @throws IOException if they cannot be read
     */
    List<ReceiveConnector> read() throws IOException;

    /**
     * Every accepted domain of the organisation as of the last {@link #read()}; empty = not known,
     * which is not the same as an empty list.
     */
    Optional<List<AcceptedDomain>> acceptedDomains();

    /**
     * Takes one step; when it returns the step is in force.
     *
     * @throws IOException if it was refused; nothing has changed then
     */
    void execute(ConnectorStep step) throws IOException;

    /** Its Windows firewall; empty = none that this agent keeps. */
    default Optional<FirewallPoint> firewall() {
        return Optional.empty();
    }

    /** Its pickup folder; empty likewise. */
    default Optional<PickupPoint> pickup() {
        return Optional.empty();
    }

    /** The object model guard of the machine; empty likewise. */
    default Optional<OutlookGuardPoint> outlookGuard() {
        return Optional.empty();
    }

    /** Our nftables table on this machine; empty likewise. */
    default Optional<NftablesPoint> nftables() {
        return Optional.empty();
    }

    /** The Postfix that is the server; empty likewise. */
    default Optional<PostfixPoint> postfix() {
        return Optional.empty();
    }

    /** Where probes of this server connect to. */
    InetSocketAddress endpoint();

    /**
     * Where a load-balanced name of this server leads, for one that is simulated.
     *
     * @return empty = this agent knows of no such name
     */
    default Optional<InetSocketAddress> endpoint(String loadBalancedName) {
        return Optional.empty();
    }

    /** What lets a probe name any source; empty = sources are real. */
    byte[] simulationToken();

    /** The longest delay before a refusal. */
    Duration tarpit();

    @Override
    void close();
}
