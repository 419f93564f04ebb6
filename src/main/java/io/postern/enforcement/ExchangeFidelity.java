package io.postern.enforcement;

import io.postern.policy.Policy;
import io.postern.policy.Server;
import java.time.Instant;
import java.util.List;

/**
 * Fidelity of the SMTP layer alone: what the receive connectors of a server let through, whatever
 * local address a client connects to, compared with the policy.
 */
public final class ExchangeFidelity {
    private ExchangeFidelity() {}

    /**
     * The difference at an instant.
     *
     * @param server one of the policy's
     * @param connectors all that the server has
     * @param isOpenToEveryDomain as in {@link ServerPaths}
     * @param unsupported what the compiler said of this server; its remedies are named where they
     *     fit
     */
    public static Fidelity of(
            Policy policy,
            Server server,
            List<ReceiveConnector> connectors,
            boolean isOpenToEveryDomain,
            List<Unsupported> unsupported,
            Instant at) {
        ServerPaths paths = new ServerPaths(connectors, isOpenToEveryDomain, null, List.of());
        return ServerFidelity.of(policy, server, paths, unsupported, at);
    }
}
