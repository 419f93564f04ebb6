package io.postern.enforcement;

import io.postern.policy.Passage;
import java.util.List;

/**
 * The ways by which a submission gets into a server.
 *
 * @param connectors every receive connector of it; empty where {@code smtp} takes the mail
 * @param isOpenToEveryDomain whether an accepted domain {@code *} makes every recipient an own one,
 *     so that INTERNAL is RELAY
 * @param smtp what takes the mail in the place of receive connectors; null = they do
 * @param networks what a connection passes before that, outermost first; what sees identities
 *     stands last
 * @param others ways around SMTP, such as the pickup folder; their keys begin with the layer's
 *     kind, a colon and a blank
 */
public record ServerPaths(
        List<ReceiveConnector> connectors,
        boolean isOpenToEveryDomain,
        SmtpLayer smtp,
        List<NetworkLayer> networks,
        List<Passage> others) {
    public ServerPaths {
        connectors = List.copyOf(connectors);
        networks = List.copyOf(networks);
        others = List.copyOf(others);
    }

    /**
     * Of an Exchange server.
     *
     * @param network what stands before the connectors; null = nothing does
     */
    public ServerPaths(
            List<ReceiveConnector> connectors,
            boolean isOpenToEveryDomain,
            NetworkLayer network,
            List<Passage> others) {
        this(
                connectors,
                isOpenToEveryDomain,
                null,
                network == null ? List.of() : List.of(network),
                others);
    }
}
