package io.postern.agent;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.postern.enforcement.ConnectorData;
import java.util.List;

/**
 * A desired state whose signature was checked.
 *
 * @param serial rises with every publication to the server, rollbacks too
 * @param digest of the connectors
 * @param confirmWindowSeconds after which it is undone unless confirmed; null = needs no
 *     confirmation
 * @param confirmed whether it was confirmed
 * @param issuedAt seconds since 1970
 * @param expiresAt seconds since 1970; not activated from then on
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record DesiredPublication(
        String audience,
        String server,
        long serial,
        long revision,
        String kind,
        String digest,
        List<ConnectorData> connectors,
        Integer confirmWindowSeconds,
        boolean confirmed,
        long issuedAt,
        long expiresAt) {}
