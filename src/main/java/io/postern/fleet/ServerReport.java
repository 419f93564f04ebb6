package io.postern.fleet;

import io.postern.enforcement.AcceptedDomain;
import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.firewall.ObservedFirewall;
import io.postern.enforcement.nftables.ObservedNftables;
import io.postern.enforcement.outlook.ObservedOutlookGuard;
import io.postern.enforcement.pickup.ObservedPickup;
import io.postern.enforcement.pickup.PickupDrop;
import io.postern.enforcement.postfix.ObservedPostfix;
import io.postern.enforcement.server.ObservedServer;
import java.time.Instant;
import java.util.List;

/**
 * What an agent said of one server last.
 *
 * @param state the agent's own word for how it stands
 * @param activeSerial serial of the publication it holds; 0 = none, as found
 * @param activeRevision revision of that; 0 = none
 * @param activeDigest recomputed here from the managed connectors it read back
 * @param undoneSerial highest serial it undid by itself; 0 = none
 * @param failedSerial highest serial it could not apply; 0 = none
 * @param error null = nothing wrong
 * @param confirmUntil end of the running confirm window; null = none runs
 * @param observed every connector it read back
 * @param acceptedDomains every accepted domain of the organisation; null = not known
 * @param firewall what says who reaches its ports; null = its agent keeps no Windows firewall
 * @param pickup its pickup folder; null likewise
 * @param pickupDrops the newest files that were seen there, oldest first; empty = none was
 * @param outlookGuard the object model guard of the machine; null likewise
 * @param nftables our table on the post's host; null likewise
 * @param postfix the Postfix that is the server; null likewise
 * @param showsIdentities as in {@link ObservedServer}
 */
public record ServerReport(
        String server,
        String agent,
        Instant reportedAt,
        String state,
        long activeSerial,
        long activeRevision,
        String activeDigest,
        long undoneSerial,
        long failedSerial,
        String error,
        Instant confirmUntil,
        List<ConnectorData> observed,
        List<AcceptedDomain> acceptedDomains,
        ObservedFirewall firewall,
        ObservedPickup pickup,
        List<PickupDrop> pickupDrops,
        ObservedOutlookGuard outlookGuard,
        ObservedNftables nftables,
        ObservedPostfix postfix,
        boolean showsIdentities,
        Instant lastRequestAt,
        Instant lastDownloadAt,
        Instant lastActivationAt) {
    public ServerReport {
        observed = List.copyOf(observed);
        pickupDrops = List.copyOf(pickupDrops);
        acceptedDomains = acceptedDomains == null ? null : List.copyOf(acceptedDomains);
    }

    /** Every enforcement point as it was read back. */
    public ObservedServer serverState() {
        return new ObservedServer(
                observed.stream().map(ConnectorData::toConnector).toList(),
                firewall,
                pickup,
                outlookGuard,
                nftables,
                postfix,
                showsIdentities);
    }
}
