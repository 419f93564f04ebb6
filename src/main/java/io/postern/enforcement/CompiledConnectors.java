package io.postern.enforcement;

import java.util.List;

/**
 * What a policy means for the receive connectors of one server.
 *
 * @param connectors the complete final list: unmanaged ones as observed and in their order, then
 *     the managed ones
 * @param unsupported what could not be expressed; empty = the policy is held exactly
 */
public record CompiledConnectors(List<ReceiveConnector> connectors, List<Unsupported> unsupported) {
    public CompiledConnectors {
        connectors = List.copyOf(connectors);
        unsupported = List.copyOf(unsupported);
    }

    /** The managed ones alone. */
    public List<ReceiveConnector> managed() {
        return connectors.stream().filter(ReceiveConnector::managed).toList();
    }
}
