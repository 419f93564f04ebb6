package io.postern.enforcement;

import io.postern.policy.AddressRange;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Builds the connectors that Postern owns on one port, after the model of the wide connector. */
final class ManagedConnectors {
    /** What a managed connector is for. */
    enum Kind {
        INTERNAL("Postern Internal"),
        RELAY("Postern Relay"),
        TRUSTED("Postern Trusted"),
        CLOSED("Postern Closed");

        private final String title;

        Kind(String title) {
            this.title = title;
        }
    }

    private final ReceiveConnector wide;
    private final int port;

    ManagedConnectors(ReceiveConnector wide, int port) {
        this.wide = wide;
        this.port = port;
    }

    /** Whether a managed connector of that name refuses its clients. */
    static boolean isClosed(String name) {
        return name.toLowerCase(Locale.ROOT).startsWith(Kind.CLOSED.title.toLowerCase(Locale.ROOT));
    }

    /** One connector for each {@link ConnectorConflicts#MAX_RANGES} ranges; none for no range. */
    List<ReceiveConnector> of(Kind kind, List<AddressRange> ranges) {
        List<ReceiveConnector> shards = new ArrayList<>();
        for (int from = 0; from < ranges.size(); from += ConnectorConflicts.MAX_RANGES) {
            int to = Math.min(ranges.size(), from + ConnectorConflicts.MAX_RANGES);
            shards.add(connector(kind, shards.size() + 1, ranges.subList(from, to)));
        }
        return shards;
    }

    private ReceiveConnector connector(Kind kind, int shard, List<AddressRange> ranges) {
        return new ReceiveConnector(
                kind.title
                        + (port == 25 ? "" : " (port " + port + ")")
                        + (shard == 1 ? "" : " " + shard),
                true,
                true,
                TransportRole.FRONTEND_TRANSPORT,
                wide.bindings().stream().filter(binding -> binding.port() == port).toList(),
                ranges,
                groups(kind),
                authMechanism(kind),
                kind == Kind.RELAY,
                wide.fqdn(),
                OwnershipMark.TEXT,
                wide.tarpitMillis(),
                true);
    }

    private Set<PermissionGroup> groups(Kind kind) {
        return switch (kind) {
            case INTERNAL, RELAY -> Set.of(PermissionGroup.ANONYMOUS_USERS);
            case TRUSTED -> Set.of(PermissionGroup.EXCHANGE_SERVERS);
            case CLOSED -> {
                Set<PermissionGroup> groups = EnumSet.noneOf(PermissionGroup.class);
                groups.addAll(wide.permissionGroups());
                groups.remove(PermissionGroup.ANONYMOUS_USERS);
                // Reported by Exchange for extra rights, never set.
                groups.remove(PermissionGroup.CUSTOM);
                yield groups;
            }
        };
    }

    private Set<AuthMechanism> authMechanism(Kind kind) {
        return switch (kind) {
            case INTERNAL, RELAY -> Set.of(AuthMechanism.TLS);
            case TRUSTED -> Set.of(AuthMechanism.TLS, AuthMechanism.EXTERNAL_AUTHORITATIVE);
            case CLOSED -> wide.authMechanism();
        };
    }
}
