package io.postern.enforcement.server;

import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.ReceiveConnector;
import io.postern.enforcement.ServerPaths;
import io.postern.enforcement.firewall.FirewallEffect;
import io.postern.enforcement.firewall.FirewallPlan;
import io.postern.enforcement.firewall.FirewallState;
import io.postern.enforcement.firewall.ObservedFirewall;
import io.postern.enforcement.outlook.ObservedOutlookGuard;
import io.postern.enforcement.outlook.OutlookGuardPlan;
import io.postern.enforcement.outlook.OutlookGuardState;
import io.postern.enforcement.pickup.ObservedPickup;
import io.postern.enforcement.pickup.PickupPassages;
import io.postern.enforcement.pickup.PickupPlan;
import io.postern.enforcement.pickup.PickupState;
import java.util.List;

/**
 * Every enforcement point of a server as it was read.
 *
 * @param connectors ours and others
 * @param firewall null = its agent has no such enforcement point
 * @param pickup null likewise
 * @param outlookGuard null likewise
 * @param showsIdentities whether probes of its agent can show any account and computer
 */
public record ObservedServer(
        List<ReceiveConnector> connectors,
        ObservedFirewall firewall,
        ObservedPickup pickup,
        ObservedOutlookGuard outlookGuard,
        boolean showsIdentities) {
    public ObservedServer {
        connectors = List.copyOf(connectors);
    }

    /** One whose agent can prove no identity to it. */
    public ObservedServer(List<ReceiveConnector> connectors, ObservedFirewall firewall) {
        this(connectors, firewall, false);
    }

    /** One whose agent keeps neither pickup folder nor object model guard. */
    public ObservedServer(
            List<ReceiveConnector> connectors, ObservedFirewall firewall, boolean showsIdentities) {
        this(connectors, firewall, null, null, showsIdentities);
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
     * @param ports the server's, as each of which the pickup folder counts
     */
    public ServerPaths paths(boolean isOpenToEveryDomain, List<Integer> ports) {
        return new ServerPaths(
                connectors,
                isOpenToEveryDomain,
                firewall == null ? null : FirewallEffect.of(firewall),
                pickup == null ? List.of() : PickupPassages.of(pickup, ports));
    }

    /**
     * What an undo of something goes back to: what is held of our business now, in the layers that
     * it is about.
     *
     * @param kept the ports whose firewall rules are kept now; empty = none's, then those count
     *     that are wanted
     */
    public ServerLayers meant(ServerLayers wanted, List<Integer> kept) {
        FirewallState held =
                wanted.firewall() == null || firewall == null
                        ? null
                        : FirewallPlan.meant(
                                firewall, kept.isEmpty() ? wanted.firewall().ports() : kept);
        return new ServerLayers(null, held, heldPickup(wanted), heldGuard(wanted));
    }

    /** What is held of what is wanted: layers that are not wanted are left out. */
    public ServerLayers held(ServerLayers wanted) {
        FirewallState held =
                wanted.firewall() == null || firewall == null
                        ? null
                        : FirewallPlan.held(firewall, wanted.firewall());
        return new ServerLayers(null, held, heldPickup(wanted), heldGuard(wanted));
    }

    private PickupState heldPickup(ServerLayers wanted) {
        return wanted.pickup() == null || pickup == null ? null : PickupPlan.held(pickup);
    }

    private OutlookGuardState heldGuard(ServerLayers wanted) {
        return wanted.outlookGuard() == null || outlookGuard == null
                ? null
                : OutlookGuardPlan.held(outlookGuard, wanted.outlookGuard());
    }
}
