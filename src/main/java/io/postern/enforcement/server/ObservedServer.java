package io.postern.enforcement.server;

import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.EitherLayer;
import io.postern.enforcement.NetworkLayer;
import io.postern.enforcement.ReceiveConnector;
import io.postern.enforcement.ServerPaths;
import io.postern.enforcement.SmtpLayer;
import io.postern.enforcement.UnreadSmtp;
import io.postern.enforcement.firewall.FirewallEffect;
import io.postern.enforcement.firewall.FirewallPlan;
import io.postern.enforcement.firewall.FirewallState;
import io.postern.enforcement.firewall.ObservedFirewall;
import io.postern.enforcement.nftables.NftablesEffect;
import io.postern.enforcement.nftables.ObservedNftables;
import io.postern.enforcement.outlook.ObservedOutlookGuard;
import io.postern.enforcement.outlook.OutlookGuardPlan;
import io.postern.enforcement.outlook.OutlookGuardState;
import io.postern.enforcement.pickup.ObservedPickup;
import io.postern.enforcement.pickup.PickupPassages;
import io.postern.enforcement.pickup.PickupPlan;
import io.postern.enforcement.pickup.PickupState;
import io.postern.enforcement.postfix.ObservedPostfix;
import io.postern.enforcement.postfix.PostfixEffect;
import io.postern.policy.AddressSet;
import io.postern.policy.Server;
import java.util.ArrayList;
import java.util.List;

/**
 * Every enforcement point of a server as it was read.
 *
 * @param connectors ours and others
 * @param firewall null = its agent has no such enforcement point
 * @param pickup null likewise
 * @param outlookGuard null likewise
 * @param nftables null likewise
 * @param postfix null likewise
 * @param showsIdentities whether probes of its agent can show any account and computer
 */
public record ObservedServer(
        List<ReceiveConnector> connectors,
        ObservedFirewall firewall,
        ObservedPickup pickup,
        ObservedOutlookGuard outlookGuard,
        ObservedNftables nftables,
        ObservedPostfix postfix,
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

    /** One that is a Windows host. */
    public ObservedServer(
            List<ReceiveConnector> connectors,
            ObservedFirewall firewall,
            ObservedPickup pickup,
            ObservedOutlookGuard outlookGuard,
            boolean showsIdentities) {
        this(connectors, firewall, pickup, outlookGuard, null, null, showsIdentities);
    }

    /** A Linux host: a gateway before a server, or a Postfix that is one. */
    public static ObservedServer ofLinux(ObservedNftables nftables, ObservedPostfix postfix) {
        return new ObservedServer(List.of(), null, null, null, nftables, postfix, false);
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
        return paths(isOpenToEveryDomain, ports, AddressSet.EMPTY, List.of());
    }

    /**
     * The ways into it.
     *
     * @param server whose they are
     * @param gateways what was read of the gateways that clients pass, any of them
     */
    public ServerPaths paths(
            boolean isOpenToEveryDomain, Server server, List<ObservedNftables> gateways) {
        return paths(isOpenToEveryDomain, server.ports(), server.addresses(), gateways);
    }

    private ServerPaths paths(
            boolean isOpenToEveryDomain,
            List<Integer> ports,
            AddressSet addresses,
            List<ObservedNftables> gateways) {
        List<NetworkLayer> networks = new ArrayList<>();
        networks.addAll(before(addresses, gateways));
        if (nftables != null) {
            networks.add(NftablesEffect.of(nftables));
        }
        if (firewall != null) {
            networks.add(FirewallEffect.of(firewall));
        }
        return new ServerPaths(
                connectors,
                isOpenToEveryDomain,
                smtp(nftables != null || !gateways.isEmpty()),
                networks,
                pickup == null ? List.of() : PickupPassages.of(pickup, ports));
    }

    /** Null = its receive connectors are. */
    private SmtpLayer smtp(boolean isBehindLinux) {
        if (postfix != null) {
            return PostfixEffect.of(postfix);
        }
        return connectors.isEmpty() && isBehindLinux ? new UnreadSmtp() : null;
    }

    /** A server of which nothing was read but its gateways. */
    public static ServerPaths unread(Server server, List<ObservedNftables> gateways) {
        return new ServerPaths(
                List.of(),
                false,
                new UnreadSmtp(),
                before(server.addresses(), gateways),
                List.of());
    }

    /** Side by side; none of them = nothing stands before it. */
    private static List<NetworkLayer> before(AddressSet server, List<ObservedNftables> gateways) {
        return gateways.isEmpty()
                ? List.of()
                : List.of(
                        new EitherLayer(
                                gateways.stream()
                                        .map(one -> NftablesEffect.of(one, server))
                                        .toList()));
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
        return with(held, wanted);
    }

    /** What is held of what is wanted: layers that are not wanted are left out. */
    public ServerLayers held(ServerLayers wanted) {
        FirewallState held =
                wanted.firewall() == null || firewall == null
                        ? null
                        : FirewallPlan.held(firewall, wanted.firewall());
        return with(held, wanted);
    }

    private ServerLayers with(FirewallState held, ServerLayers wanted) {
        return new ServerLayers(
                null,
                held,
                heldPickup(wanted),
                heldGuard(wanted),
                wanted.nftables() == null || nftables == null ? null : nftables.held(),
                wanted.postfix() == null || postfix == null ? null : postfix.held());
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
