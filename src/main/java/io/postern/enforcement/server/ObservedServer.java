package io.postern.enforcement.server;

import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.ReceiveConnector;
import io.postern.enforcement.ServerPaths;
import io.postern.enforcement.firewall.FirewallEffect;
import io.postern.enforcement.firewall.FirewallPlan;
import io.postern.enforcement.firewall.ObservedFirewall;
import java.util.List;

/**
 * Every enforcement point of a server as it was read.
 *
 * @param connectors ours and others
 * @param firewall null = its agent has no such enforcement point
 * @param showsIdentities whether probes of its agent can show any account and computer
 */
public record ObservedServer(
        List<ReceiveConnector> connectors, ObservedFirewall firewall, boolean showsIdentities) {
    public ObservedServer {
        connectors = List.copyOf(connectors);
    }

    /** One whose agent can prove no identity to it. */
    public ObservedServer(List<ReceiveConnector> connectors, ObservedFirewall firewall) {
        this(connectors, firewall, false);
    }

    /** The managed connectors. */
    public List<ConnectorData> managed() {
        return connectors.stream()
                .filter(ReceiveConnector::managed)
                .map(ConnectorData::of)
                .toList();
    }

    /**
     * The ways into it.
     *
     * @param isOpenToEveryDomain as in {@link ServerPaths}
     */
    public ServerPaths paths(boolean isOpenToEveryDomain) {
        return new ServerPaths(
                connectors,
                isOpenToEveryDomain,
                firewall == null ? null : FirewallEffect.of(firewall),
                List.of());
    }

    /**
     * What an undo goes back to.
     *
     * @param ports whose firewall rules count, ascending
     */
    public ServerLayers meant(List<Integer> ports) {
        return new ServerLayers(
                null, firewall == null ? null : FirewallPlan.meant(firewall, ports));
    }

    /** What is held of what is wanted: layers that are not wanted are left out. */
    public ServerLayers held(ServerLayers wanted) {
        return wanted.firewall() == null || firewall == null
                ? ServerLayers.NONE
                : new ServerLayers(null, FirewallPlan.held(firewall, wanted.firewall()));
    }
}
