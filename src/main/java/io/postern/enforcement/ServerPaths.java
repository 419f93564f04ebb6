package io.postern.enforcement;

import io.postern.policy.Passage;
import java.util.List;

/**
 * The ways by which a submission gets into a server.
 *
 * @param connectors every receive connector of it
 * @param isOpenToEveryDomain whether an accepted domain {@code *} makes every recipient an own one,
 *     so that INTERNAL is RELAY
 * @param network what stands before the connectors; null = nothing does
 * @param others ways around SMTP, such as the pickup folder; their keys begin with the layer's
 *     kind, a colon and a blank
 */
public record ServerPaths(
        List<ReceiveConnector> connectors,
        boolean isOpenToEveryDomain,
        NetworkLayer network,
        List<Passage> others) {
    public ServerPaths {
        connectors = List.copyOf(connectors);
        others = List.copyOf(others);
    }
}
