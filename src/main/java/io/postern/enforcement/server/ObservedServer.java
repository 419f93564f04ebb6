package io.postern.enforcement.server;

import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.ReceiveConnector;
import io.postern.enforcement.firewall.FirewallPlan;
import io.postern.enforcement.firewall.ObservedFirewall;
import java.util.List;

/**
 * Every enforcement point of a server as it was read.
 *
 * @param connectors ours and others
 * @param firewall null = its agent has no such enforcement point
 */
public record ObservedServer(List<ReceiveConnector> connectors, ObservedFirewall firewall) {
    public ObservedServer {
        connectors = List.copyOf(connectors);
    }

    /** The managed connectors. */
    public List<ConnectorData> managed() {
        return connectors.stream()
                .filter(ReceiveConnector::managed)
                .map(ConnectorData::of)
                .toList();
    }

    /**
     * What is held of our business.
     *
     * @param ports whose firewall rules count, ascending
     */
    public ServerLayers held(List<Integer> ports) {
        return new ServerLayers(null, firewall == null ? null : FirewallPlan.held(firewall, ports));
    }

    /** What is held of what is wanted: layers that are not wanted are left out. */
    public ServerLayers held(ServerLayers wanted) {
        return wanted.firewall() == null ? ServerLayers.NONE : held(wanted.firewall().ports());
    }

    /** {@link DesiredState#digest} of what is held of what is wanted. */
    public String digest(ServerLayers wanted) {
        return ServerLayers.digest(DesiredState.digestOf(managed()), held(wanted));
    }
}
