package io.postern.enforcement.server;

import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.firewall.FirewallEffect;
import io.postern.enforcement.firewall.FirewallState;
import io.postern.enforcement.nftables.NftablesEffect;
import io.postern.enforcement.nftables.NftablesState;
import io.postern.enforcement.outlook.OutlookGuardCompiler;
import io.postern.enforcement.outlook.OutlookGuardState;
import io.postern.enforcement.pickup.PickupPassages;
import io.postern.enforcement.pickup.PickupState;
import io.postern.enforcement.postfix.PostfixEffect;
import io.postern.enforcement.postfix.PostfixState;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the enforcement points of a server beside its receive connectors hold or should hold.
 *
 * @param withoutIdentity the managed connectors that hold while nothing before them proves an
 *     identity; null = the same as with one. No part of what is read back
 * @param firewall its Windows firewall; null = none that Postern keeps
 * @param pickup its pickup folder; null likewise
 * @param outlookGuard the object model guard of the machine; null likewise
 * @param nftables our table on the post's host; null likewise
 * @param postfix the Postfix that is the server; null likewise
 */
public record ServerLayers(
        List<ConnectorData> withoutIdentity,
        FirewallState firewall,
        PickupState pickup,
        OutlookGuardState outlookGuard,
        NftablesState nftables,
        PostfixState postfix) {
    /** No enforcement point but the connectors. */
    public static final ServerLayers NONE = new ServerLayers(null, null);

    /** With a firewall alone. */
    public ServerLayers(List<ConnectorData> withoutIdentity, FirewallState firewall) {
        this(withoutIdentity, firewall, null, null);
    }

    /** Of a Windows host. */
    public ServerLayers(
            List<ConnectorData> withoutIdentity,
            FirewallState firewall,
            PickupState pickup,
            OutlookGuardState outlookGuard) {
        this(withoutIdentity, firewall, pickup, outlookGuard, null, null);
    }

    public ServerLayers {
        withoutIdentity = withoutIdentity == null ? null : List.copyOf(withoutIdentity);
    }

    /**
     * The same, with what holds while nothing proves an identity.
     *
     * @param connectors null = the same as with one
     */
    ServerLayers whileUnproven(List<ConnectorData> connectors) {
        return new ServerLayers(connectors, firewall, pickup, outlookGuard, nftables, postfix);
    }

    /** Whether there is none. */
    public boolean areNone() {
        return kinds().isEmpty();
    }

    /** The kinds of those that are there, in the order in which they are told. */
    public List<String> kinds() {
        List<String> kinds = new ArrayList<>();
        digests().forEach((kind, digest) -> kinds.add(kind));
        return kinds;
    }

    private Map<String, String> digests() {
        Map<String, String> digests = new LinkedHashMap<>();
        if (firewall != null) {
            digests.put(FirewallEffect.KIND, firewall.digest());
        }
        if (pickup != null) {
            digests.put(PickupPassages.KIND, pickup.digest());
        }
        if (outlookGuard != null) {
            digests.put(OutlookGuardCompiler.KIND, outlookGuard.digest());
        }
        if (nftables != null) {
            digests.put(NftablesEffect.KIND, nftables.digest());
        }
        if (postfix != null) {
            digests.put(PostfixEffect.KIND, postfix.digest());
        }
        return digests;
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
        layers.digests()
                .forEach(
                        (kind, digest) ->
                                text.append(kind).append('=').append(digest).append('\n'));
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HexFormat.of()
                    .formatHex(sha256.digest(text.toString().getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
