package io.postern.enforcement;

import io.postern.policy.AddressRange;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * One receive connector of a server.
 *
 * @param name at most 64 characters, unique on the server in any case
 * @param managed whether it carries our ownership mark in its comment
 * @param bindings at least one; the order means nothing
 * @param remoteIpRanges as written, in order; the order means nothing
 * @param anonymousRelay whether ANONYMOUS LOGON holds Ms-Exch-SMTP-Accept-Any-Recipient on it; null
 *     = unknown
 * @param fqdn name in banner and EHLO reply
 * @param comment free text; empty = none
 * @param tarpitMillis delay before an anonymous error reply; 0 = none
 * @param verboseLogging whether its protocol log is on
 */
public record ReceiveConnector(
        String name,
        boolean managed,
        boolean enabled,
        TransportRole transportRole,
        List<Binding> bindings,
        List<AddressRange> remoteIpRanges,
        Set<PermissionGroup> permissionGroups,
        Set<AuthMechanism> authMechanism,
        Boolean anonymousRelay,
        String fqdn,
        String comment,
        int tarpitMillis,
        boolean verboseLogging) {
    public ReceiveConnector {
        Objects.requireNonNull(name);
        Objects.requireNonNull(transportRole);
        bindings = List.copyOf(bindings);
        remoteIpRanges = List.copyOf(remoteIpRanges);
        permissionGroups = Set.copyOf(permissionGroups);
        authMechanism = Set.copyOf(authMechanism);
        Objects.requireNonNull(fqdn);
        Objects.requireNonNull(comment);
    }

    /** Whether an unauthenticated client may hand in mail for own domains. */
    public boolean anonymous() {
        return permissionGroups.contains(PermissionGroup.ANONYMOUS_USERS);
    }

    /** Whether every client counts as an authenticated Exchange server. */
    public boolean externallySecured() {
        return authMechanism.contains(AuthMechanism.EXTERNAL_AUTHORITATIVE);
    }

    /** The same, on or off. */
    public ReceiveConnector withEnabled(boolean now) {
        return new ReceiveConnector(
                name,
                managed,
                now,
                transportRole,
                bindings,
                remoteIpRanges,
                permissionGroups,
                authMechanism,
                anonymousRelay,
                fqdn,
                comment,
                tarpitMillis,
                verboseLogging);
    }

    /** The same for other clients. */
    public ReceiveConnector withRemoteIpRanges(List<AddressRange> now) {
        return new ReceiveConnector(
                name,
                managed,
                enabled,
                transportRole,
                bindings,
                now,
                permissionGroups,
                authMechanism,
                anonymousRelay,
                fqdn,
                comment,
                tarpitMillis,
                verboseLogging);
    }

    /** The same, listening elsewhere. */
    public ReceiveConnector withBindings(List<Binding> now) {
        return new ReceiveConnector(
                name,
                managed,
                enabled,
                transportRole,
                now,
                remoteIpRanges,
                permissionGroups,
                authMechanism,
                anonymousRelay,
                fqdn,
                comment,
                tarpitMillis,
                verboseLogging);
    }

    /** The same with another tarpit, in milliseconds. */
    public ReceiveConnector withTarpitMillis(int now) {
        return new ReceiveConnector(
                name,
                managed,
                enabled,
                transportRole,
                bindings,
                remoteIpRanges,
                permissionGroups,
                authMechanism,
                anonymousRelay,
                fqdn,
                comment,
                now,
                verboseLogging);
    }

    /** The same with or without the right to relay. */
    public ReceiveConnector withAnonymousRelay(Boolean now) {
        return new ReceiveConnector(
                name,
                managed,
                enabled,
                transportRole,
                bindings,
                remoteIpRanges,
                permissionGroups,
                authMechanism,
                now,
                fqdn,
                comment,
                tarpitMillis,
                verboseLogging);
    }

    /** The same with other permission groups. */
    public ReceiveConnector withPermissionGroups(Set<PermissionGroup> now) {
        return new ReceiveConnector(
                name,
                managed,
                enabled,
                transportRole,
                bindings,
                remoteIpRanges,
                now,
                authMechanism,
                anonymousRelay,
                fqdn,
                comment,
                tarpitMillis,
                verboseLogging);
    }

    ReceiveConnector withProperties(ConnectorStep.Properties now) {
        return new ReceiveConnector(
                name,
                managed,
                enabled,
                transportRole,
                bindings,
                remoteIpRanges,
                now.permissionGroups(),
                now.authMechanism(),
                anonymousRelay,
                now.fqdn(),
                now.comment(),
                now.tarpitMillis(),
                now.verboseLogging());
    }
}
