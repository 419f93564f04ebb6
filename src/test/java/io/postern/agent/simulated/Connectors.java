package io.postern.agent.simulated;

import io.postern.enforcement.AuthMechanism;
import io.postern.enforcement.Binding;
import io.postern.enforcement.PermissionGroup;
import io.postern.enforcement.ReceiveConnector;
import io.postern.enforcement.TransportRole;
import io.postern.policy.AddressRange;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The connectors of the tests: all on port 25, tarpit 0 unless said. */
final class Connectors {
    private static final List<Binding> BINDINGS =
            List.of(Binding.parse("0.0.0.0:25"), Binding.parse("[::]:25"));

    private Connectors() {}

    static ReceiveConnector wide() {
        return wide(0);
    }

    static ReceiveConnector wide(int tarpitMillis) {
        return connector(
                "Default Frontend EX01",
                Set.of(PermissionGroup.ANONYMOUS_USERS, PermissionGroup.EXCHANGE_SERVERS),
                Set.of(
                        AuthMechanism.TLS,
                        AuthMechanism.INTEGRATED,
                        AuthMechanism.BASIC_AUTH,
                        AuthMechanism.BASIC_AUTH_REQUIRE_TLS,
                        AuthMechanism.EXCHANGE_SERVER),
                false,
                tarpitMillis,
                "0.0.0.0/0",
                "::/0");
    }

    static ReceiveConnector closed(String... ranges) {
        return connector(
                "closed",
                Set.of(PermissionGroup.EXCHANGE_SERVERS),
                Set.of(AuthMechanism.TLS),
                false,
                0,
                ranges);
    }

    static ReceiveConnector internal(String... ranges) {
        return connector(
                "internal",
                Set.of(PermissionGroup.ANONYMOUS_USERS),
                Set.of(AuthMechanism.TLS),
                false,
                0,
                ranges);
    }

    static ReceiveConnector relay(String... ranges) {
        return connector(
                "relay",
                Set.of(PermissionGroup.ANONYMOUS_USERS),
                Set.of(AuthMechanism.TLS),
                true,
                0,
                ranges);
    }

    static ReceiveConnector trusted(String... ranges) {
        return connector(
                "trusted",
                Set.of(PermissionGroup.EXCHANGE_SERVERS),
                Set.of(AuthMechanism.TLS, AuthMechanism.EXTERNAL_AUTHORITATIVE),
                false,
                0,
                ranges);
    }

    private static ReceiveConnector connector(
            String name,
            Set<PermissionGroup> groups,
            Set<AuthMechanism> mechanisms,
            boolean relay,
            int tarpitMillis,
            String... ranges) {
        return new ReceiveConnector(
                name,
                false,
                true,
                TransportRole.FRONTEND_TRANSPORT,
                BINDINGS,
                Stream.of(ranges).map(AddressRange::parse).toList(),
                groups,
                mechanisms,
                relay,
                "ex01.own.example",
                "",
                tarpitMillis,
                true);
    }
}
