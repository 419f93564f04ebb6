package io.postern.fleet;

import io.postern.enforcement.AcceptedDomain;
import io.postern.enforcement.ConnectorData;
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
        Instant lastRequestAt,
        Instant lastDownloadAt,
        Instant lastActivationAt) {
    public AgentReport {
        connectors = List.copyOf(connectors);
        acceptedDomains = acceptedDomains == null ? null : List.copyOf(acceptedDomains);
    }
}
