package io.postern.agent;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.server.DesiredState;
import io.postern.enforcement.server.ServerLayers;
import java.util.List;

/**
 * A desired state whose signature was checked.
 *
 * @param serial rises with every publication to the server, rollbacks too
 * @param kind as in {@link DesiredState}
 * @param digest of the connectors and layers
 * @param layers the other enforcement points; null is read as none
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
        ServerLayers layers,
        Integer confirmWindowSeconds,
        boolean confirmed,
        long issuedAt,
        long expiresAt) {
    DesiredPublication {
        layers = layers == null ? ServerLayers.NONE : layers;
    }

    /** Whether receive connectors are kept too. */
    boolean keepsConnectors() {
        return DesiredState.EXCHANGE.equals(kind);
    }
}
