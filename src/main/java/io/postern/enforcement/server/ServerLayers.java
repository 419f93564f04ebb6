package io.postern.enforcement.server;

import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.firewall.FirewallState;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * What the enforcement points of a server beside its receive connectors hold or should hold.
 *
 * @param withoutIdentity the managed connectors that hold while nothing before them proves an
 *     identity; null = the same as with one. No part of what is read back
 * @param firewall its Windows firewall; null = none that Postern keeps
 */
public record ServerLayers(List<ConnectorData> withoutIdentity, FirewallState firewall) {
    /** No enforcement point but the connectors. */
    public static final ServerLayers NONE = new ServerLayers(null, null);

    public ServerLayers {
        withoutIdentity = withoutIdentity == null ? null : List.copyOf(withoutIdentity);
    }

    /** Whether there is none. */
    public boolean areNone() {
        return firewall == null;
    }

    /**
     * {@link DesiredState#digestOf} the connectors alone where there is no other layer; else
     * SHA-256, lower-case hex, over UTF-8 lines {@code <kind>=<digest>}.
     */
    static String digest(String connectors, ServerLayers layers) {
        if (layers == null || layers.areNone()) {
            return connectors;
        }
        String text =
                "postern-server-1\nexchange="
                        + connectors
                        + "\nwindows-firewall="
                        + layers.firewall().digest()
                        + "\n";
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
