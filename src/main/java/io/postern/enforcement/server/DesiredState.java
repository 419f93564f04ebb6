package io.postern.enforcement.server;

import io.postern.enforcement.CompiledConnectors;
import io.postern.enforcement.ConnectorData;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * What the enforcement points of one server should hold: the plain data that an agent is given.
 *
 * @param kind {@code exchange} = its receive connectors are kept, with or without other layers;
 *     another kind = only the layers are, and connectors are left as they are
 * @param server its name in the policy
 * @param revision the policy's revision it was compiled from
 * @param connectors the managed ones only, sorted by lower-case name; empty = none should be left
 * @param layers the other enforcement points; null is read as none
 */
public record DesiredState(
        String kind,
        String server,
        long revision,
        List<ConnectorData> connectors,
        ServerLayers layers) {
    /** The kind of receive connectors. */
    public static final String EXCHANGE = "exchange";

    private static final Comparator<ConnectorData> BY_NAME =
            Comparator.comparing((ConnectorData one) -> one.name().toLowerCase(Locale.ROOT))
                    .thenComparing(ConnectorData::name);

    public DesiredState {
        Objects.requireNonNull(kind);
        Objects.requireNonNull(server);
        layers = layers == null ? ServerLayers.NONE : layers;
        connectors = connectors.stream().sorted(BY_NAME).toList();
        for (ConnectorData connector : connectors) {
            if (!connector.managed()) {
                throw new IllegalArgumentException(
                        "'" + connector.name() + "' is not managed and no part of desired state");
            }
        }
    }

    /** Of receive connectors alone. */
    public DesiredState(String kind, String server, long revision, List<ConnectorData> connectors) {
        this(kind, server, revision, connectors, ServerLayers.NONE);
    }

    /** The desired state that a compilation of receive connectors alone gives. */
    public static DesiredState of(String server, long revision, CompiledConnectors compiled) {
        return new DesiredState(
                EXCHANGE,
                server,
                revision,
                compiled.managed().stream().map(ConnectorData::of).toList());
    }

    /** The same whatever the revision: {@link #digestOf(List, ServerLayers)}. */
    public String digest() {
        return digestOf(connectors, layers);
    }

    /**
     * {@link #digestOf(List)} the connectors where there is no other layer; else SHA-256,
     * lower-case hex, over the UTF-8 lines {@code postern-server-1}, {@code exchange=<digest>} and
     * {@code <kind>=<digest>} of each other layer.
     */
    public static String digestOf(List<ConnectorData> managed, ServerLayers layers) {
        return ServerLayers.digest(digestOf(managed), layers);
    }

    /**
     * SHA-256, lower-case hex, over UTF-8 text. The text is {@code postern-connectors-1} and a line
     * feed, then the connectors by lower-case name, each as one line per component in the order of
     * {@link ConnectorData}: {@code <component>=<value>} and a line feed. In a value {@code \}
     * becomes {@code \\}, a line feed {@code \n} and a comma {@code \,}; lists are sorted as {@link
     * ConnectorData#of} sorts them and joined by commas; an unknown relay right is {@code unknown}.
     */
    public static String digestOf(List<ConnectorData> managed) {
        StringBuilder text = new StringBuilder("postern-connectors-1\n");
        managed.stream()
                .map(one -> ConnectorData.of(one.toConnector()))
                .sorted(BY_NAME)
                .forEach(one -> write(one, text));
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            byte[] digest = sha256.digest(text.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static void write(ConnectorData one, StringBuilder text) {
        line(text, "name", escape(one.name()));
        line(text, "managed", one.managed());
        line(text, "enabled", one.enabled());
        line(text, "transportRole", escape(one.transportRole()));
        line(text, "bindings", list(one.bindings()));
        line(text, "remoteIpRanges", list(one.remoteIpRanges()));
        line(text, "permissionGroups", list(one.permissionGroups()));
        line(text, "authMechanism", list(one.authMechanism()));
        line(
                text,
                "anonymousRelay",
                one.anonymousRelay() == null ? "unknown" : one.anonymousRelay());
        line(text, "fqdn", escape(one.fqdn()));
        line(text, "comment", escape(one.comment()));
        line(text, "tarpitMillis", one.tarpitMillis());
        line(text, "verboseLogging", one.verboseLogging());
    }

    private static void line(StringBuilder text, String component, Object value) {
        text.append(component).append('=').append(value).append('\n');
    }

    private static String list(List<String> values) {
        return String.join(",", values.stream().map(DesiredState::escape).toList());
    }

    private static String escape(String value) {
        return value.replace("\\", "\\\\").replace("\n", "\\n").replace(",", "\\,");
    }
}
