package io.postern.agent;

import io.postern.enforcement.AuthMechanism;
import io.postern.enforcement.Binding;
import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.OwnershipMark;
import io.postern.enforcement.PermissionGroup;
import io.postern.enforcement.ReceiveConnector;
import io.postern.enforcement.TransportRole;
import io.postern.policy.AddressRange;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Connectors of the agent's tests: all on port 25, no tarpit. */
public final class SampleConnectors {
    private SampleConnectors() {}

    /** The server's own, open to every address, that nobody manages. */
    public static ReceiveConnector wide() {
        return connector("Default Frontend ex01", false, false, "0.0.0.0/0", "::/0");
    }

    /** Anonymous, for own domains. */
    public static ReceiveConnector internal(String... ranges) {
        return connector("Postern internal", true, false, ranges);
    }

    /** Anonymous, for any domain. */
    public static ReceiveConnector relay(String... ranges) {
        return connector("Postern relay", true, true, ranges);
    }

    /** Somebody else's. */
    public static ReceiveConnector unmanaged(String name, String... ranges) {
        return connector(name, false, false, ranges);
    }

    static List<ConnectorData> data(ReceiveConnector... connectors) {
        return Stream.of(connectors).map(ConnectorData::of).toList();
    }

    private static ReceiveConnector connector(
            String name, boolean managed, boolean relay, String... ranges) {
        return new ReceiveConnector(
                name,
                managed,
                true,
                TransportRole.FRONTEND_TRANSPORT,
                List.of(Binding.parse("0.0.0.0:25"), Binding.parse("[::]:25")),
                Stream.of(ranges).map(AddressRange::parse).toList(),
                Set.of(PermissionGroup.ANONYMOUS_USERS),
                Set.of(AuthMechanism.TLS),
                relay,
                "ex01.contoso.example",
                managed ? OwnershipMark.TEXT : "",
                0,
                true);
    }
}
