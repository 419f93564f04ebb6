package io.postern.enforcement.server;

import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.firewall.FirewallEffect;
import io.postern.enforcement.firewall.FirewallState;
import io.postern.enforcement.outlook.OutlookGuardCompiler;
import io.postern.enforcement.outlook.OutlookGuardState;
import io.postern.enforcement.pickup.PickupPassages;
import io.postern.enforcement.pickup.PickupState;
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
 * @param pickup its pickup folder; null likewise
 * @param outlookGuard the object model guard of the machine; null likewise
 */
public record ServerLayers(
        List<ConnectorData> withoutIdentity,
        FirewallState firewall,
        PickupState pickup,
        OutlookGuardState outlookGuard) {
    /** No enforcement point but the connectors. */
    public static final ServerLayers NONE = new ServerLayers(null, null);

    /** With a firewall alone. */
    public ServerLayers(List<ConnectorData> withoutIdentity, FirewallState firewall) {
        this(withoutIdentity, firewall, null, null);
    }

    public ServerLayers {
        withoutIdentity = withoutIdentity == null ? null : List.copyOf(withoutIdentity);
    }

    /** Whether there is none. */
    public boolean areNone() {
        return firewall == null && pickup == null && outlookGuard == null;
    }

    /**
     * {@link DesiredState#digestOf} the connectors alone where there is no other layer; else
     * SHA-256, lower-case hex, over UTF-8 lines {@code <kind>=<digest>}.
     */
    static String digest(String connectors, ServerLayers layers) {
        if (layers == null || layers.areNone()) {
            return connectors;
        }
        StringBuilder text = new StringBuilder("postern-server-1\n");
        text.append("exchange=").append(connectors).append('\n');
        if (layers.firewall() != null) {
            line(text, FirewallEffect.KIND, layers.firewall().digest());
        }
        if (layers.pickup() != null) {
            line(text, PickupPassages.KIND, layers.pickup().digest());
        }
        if (layers.outlookGuard() != null) {
            line(text, OutlookGuardCompiler.KIND, layers.outlookGuard().digest());
        }
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of()
                    .formatHex(sha256.digest(text.toString().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static void line(StringBuilder text, String kind, String digest) {
        text.append(kind).append('=').append(digest).append('\n');
    }
}
