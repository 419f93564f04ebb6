package io.postern.enforcement;

import io.postern.policy.AddressRange;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A connector in the making, for tests: enabled, front end, anonymous, on 0.0.0.0:25 unless said.
 */
final class ConnectorDraft {
    private final String name;
    private final List<AddressRange> ranges;
    private List<Binding> bindings = List.of(Binding.parse("0.0.0.0:25"));
    private boolean enabled = true;
    private boolean managed;
    private TransportRole role = TransportRole.FRONTEND_TRANSPORT;
    private Set<PermissionGroup> groups = EnumSet.of(PermissionGroup.ANONYMOUS_USERS);
    private Set<AuthMechanism> authMechanism = EnumSet.of(AuthMechanism.TLS);
    private Boolean relay = false;

    private ConnectorDraft(String name, List<AddressRange> ranges) {
        this.name = name;
        this.ranges = ranges;
    }

    static ConnectorDraft connector(String name, String... ranges) {
        return new ConnectorDraft(name, Stream.of(ranges).map(AddressRange::parse).toList());
    }

    static ConnectorDraft connector(String name, List<AddressRange> ranges) {
        return new ConnectorDraft(name, ranges);
    }

    ConnectorDraft on(String... texts) {
        bindings = Stream.of(texts).map(Binding::parse).toList();
        return this;
    }

    ConnectorDraft disabled() {
        enabled = false;
        return this;
    }

    ConnectorDraft managed() {
        managed = true;
        return this;
    }

    ConnectorDraft hub() {
        role = TransportRole.HUB_TRANSPORT;
        return this;
    }

    ConnectorDraft groups(PermissionGroup... some) {
        groups = Set.of(some);
        return this;
    }

    ConnectorDraft authMechanism(AuthMechanism... some) {
        authMechanism = Set.of(some);
        return this;
    }

    ConnectorDraft relay(Boolean right) {
        relay = right;
        return this;
    }

    ReceiveConnector build() {
        return new ReceiveConnector(
                name,
                managed,
                enabled,
                role,
                bindings,
                ranges,
                groups,
                authMechanism,
                relay,
                "ex01.contoso.example",
                managed ? OwnershipMark.TEXT : "",
                5000,
                true);
    }
}
