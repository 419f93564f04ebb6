package io.postern.agent;

import io.postern.enforcement.AcceptedDomain;
import io.postern.enforcement.ConnectorStep;
import io.postern.enforcement.ReceiveConnector;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A server without receive connectors, as a Linux host keeps it: by nftables on itself or on a
 * gateway before it, by its Postfix, or by both.
 */
public final class LinuxDriver implements Driver {
    /** A Postfix refuses at once; what stands behind a gateway may not. */
    private static final Duration TARPIT = Duration.ofSeconds(5);

    private static final int SMTP = 25;

    private final NftablesPoint nftables;
    private final PostfixPoint postfix;

    /**
     * @param nftables null = it is not kept
     * @param postfix null likewise
     */
    public LinuxDriver(NftablesPoint nftables, PostfixPoint postfix) {
        this.nftables = nftables;
        this.postfix = postfix;
    }

    @Override
    public List<ReceiveConnector> read() {
        return List.of();
    }

    @Override
    public Optional<List<AcceptedDomain>> acceptedDomains() {
        return Optional.empty();
    }

    @Override
    public void execute(ConnectorStep step) throws IOException {
        throw new IOException("there are no receive connectors on this host");
    }

    @Override
    public Optional<NftablesPoint> nftables() {
        return Optional.ofNullable(nftables);
    }

    @Override
    public Optional<PostfixPoint> postfix() {
        return Optional.ofNullable(postfix);
    }

    @Override
    public InetSocketAddress endpoint() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), SMTP);
    }

    @Override
    public byte[] simulationToken() {
        return new byte[0];
    }

    @Override
    public Duration tarpit() {
        return TARPIT;
    }

    @Override
    public void close() {
        // Nothing is held open between two calls.
    }
}
