package io.postern.enforcement;

import java.util.Collections;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One receive connector as found, with the server it belongs to and everything else the export says
 * of it. Immutable.
 *
 * @param server the server's name as the export spells it
 * @param connector its relay right as the connector's own export says it, mostly null = unknown;
 *     {@link ObservedExchange#connectorsOf} knows the permissions too
 * @param distinguishedName null = not exported
 * @param guid null = not exported
 * @param otherProperties what the model does not hold, as text by property name; kept, never
 *     dropped
 */
public record ObservedConnector(
        String server,
        ReceiveConnector connector,
        String distinguishedName,
        String guid,
        SortedMap<String, String> otherProperties) {
    public ObservedConnector {
        Objects.requireNonNull(server);
        Objects.requireNonNull(connector);
        otherProperties = Collections.unmodifiableSortedMap(new TreeMap<>(otherProperties));
    }

    /** {@code SERVER\Name}, as Exchange prints it. */
    public String identity() {
        return server + "\\" + connector.name();
    }
}
