package io.postern.fleet;

import io.postern.enforcement.AcceptedDomain;
import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.firewall.ObservedFirewall;
import io.postern.enforcement.nftables.ObservedNftables;
import io.postern.enforcement.outlook.ObservedOutlookGuard;
import io.postern.enforcement.pickup.ObservedPickup;
import io.postern.enforcement.pickup.PickupDrop;
import io.postern.enforcement.postfix.ObservedPostfix;
import java.time.Instant;
import java.util.List;

/** A report as an agent sends it; fields as in {@link ServerReport}. */
public record AgentReport(
        String state,
        long activeSerial,
        long activeRevision,
        long undoneSerial,
        long failedSerial,
        String error,
        Instant confirmUntil,
        List<ConnectorData> connectors,
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
    public AgentReport {
        connectors = List.copyOf(connectors);
        pickupDrops = List.copyOf(pickupDrops);
        acceptedDomains = acceptedDomains == null ? null : List.copyOf(acceptedDomains);
    }
}
