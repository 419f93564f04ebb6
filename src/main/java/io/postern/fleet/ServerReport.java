package io.postern.fleet;

import io.postern.enforcement.AcceptedDomain;
import io.postern.enforcement.ConnectorData;
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
        Instant lastRequestAt,
        Instant lastDownloadAt,
        Instant lastActivationAt) {
    public ServerReport {
        observed = List.copyOf(observed);
        acceptedDomains = acceptedDomains == null ? null : List.copyOf(acceptedDomains);
    }
}
