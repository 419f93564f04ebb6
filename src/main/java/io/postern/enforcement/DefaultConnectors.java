package io.postern.enforcement;

import static io.postern.enforcement.AuthMechanism.BASIC_AUTH;
import static io.postern.enforcement.AuthMechanism.BASIC_AUTH_REQUIRE_TLS;
import static io.postern.enforcement.AuthMechanism.EXCHANGE_SERVER;
import static io.postern.enforcement.AuthMechanism.INTEGRATED;
import static io.postern.enforcement.AuthMechanism.TLS;
import static io.postern.enforcement.PermissionGroup.ANONYMOUS_USERS;
import static io.postern.enforcement.PermissionGroup.EXCHANGE_LEGACY_SERVERS;
import static io.postern.enforcement.PermissionGroup.EXCHANGE_SERVERS;
import static io.postern.enforcement.PermissionGroup.EXCHANGE_USERS;
import static io.postern.enforcement.TransportRole.FRONTEND_TRANSPORT;
import static io.postern.enforcement.TransportRole.HUB_TRANSPORT;

import io.postern.policy.Address;
import io.postern.policy.AddressFamily;
import io.postern.policy.AddressRange;
import java.util.List;
import java.util.Set;

/**
 * The receive connectors of a freshly installed Mailbox server (Microsoft, "Receive connectors";
 * values the page leaves out are from an Exchange 2019 export). A real server's baseline is read
 * from it; this one serves where nothing was observed.
 */
public final class DefaultConnectors {
    /** Exchange's TarpitInterval unless changed, in milliseconds. */
    public static final int TARPIT_MILLIS = 5000;

    private static final Set<AuthMechanism> ALL_FIVE =
            Set.of(TLS, INTEGRATED, BASIC_AUTH, BASIC_AUTH_REQUIRE_TLS, EXCHANGE_SERVER);

    private DefaultConnectors() {}

    /**
     * The five default connectors, enabled, open to every address.
     *
     * @param serverName the part of the names after the role, such as {@code EX01}
     * @param domain DNS domain behind the server's name in Fqdn; empty = the bare name
     */
    public static List<ReceiveConnector> ofFreshServer(String serverName, String domain) {
        String fqdn = domain.isEmpty() ? serverName : serverName + "." + domain;
        return List.of(
                connector(
                        "Default Frontend " + serverName,
                        fqdn,
                        25,
                        FRONTEND_TRANSPORT,
                        ALL_FIVE,
                        Set.of(ANONYMOUS_USERS, EXCHANGE_SERVERS, EXCHANGE_LEGACY_SERVERS),
                        true),
                connector(
                        "Client Frontend " + serverName,
                        fqdn,
                        587,
                        FRONTEND_TRANSPORT,
                        Set.of(TLS, INTEGRATED, BASIC_AUTH, BASIC_AUTH_REQUIRE_TLS),
                        Set.of(EXCHANGE_USERS),
                        false),
                connector(
                        "Outbound Proxy Frontend " + serverName,
                        fqdn,
                        717,
                        FRONTEND_TRANSPORT,
                        ALL_FIVE,
                        Set.of(EXCHANGE_SERVERS),
                        true),
                connector(
                        "Default " + serverName,
                        fqdn,
                        2525,
                        HUB_TRANSPORT,
                        ALL_FIVE,
                        Set.of(EXCHANGE_SERVERS, EXCHANGE_LEGACY_SERVERS, EXCHANGE_USERS),
                        false),
                connector(
                        "Client Proxy " + serverName,
                        fqdn,
                        465,
                        HUB_TRANSPORT,
                        ALL_FIVE,
                        Set.of(EXCHANGE_USERS, EXCHANGE_SERVERS),
                        false));
    }

    private static ReceiveConnector connector(
            String name,
            String fqdn,
            int port,
            TransportRole role,
            Set<AuthMechanism> authMechanism,
            Set<PermissionGroup> permissionGroups,
            boolean verboseLogging) {
        return new ReceiveConnector(
                name,
                false,
                true,
                role,
                List.of(
                        new Binding(Address.first(AddressFamily.IPV4), port),
                        new Binding(Address.first(AddressFamily.IPV6), port)),
                List.of(AddressRange.all(AddressFamily.IPV6), AddressRange.all(AddressFamily.IPV4)),
                permissionGroups,
                authMechanism,
                false,
                fqdn,
                "",
                port == 717 ? 0 : TARPIT_MILLIS,
                verboseLogging);
    }
}
