package io.postern.enforcement;

import io.postern.policy.AddressFamily;
import io.postern.policy.AddressRange;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Finds the connector that takes whoever no other one takes: on a fresh server Default Frontend.
 */
final class WideConnector {
    private WideConnector() {}

    /**
     * The enabled front-end connector on the port whose ranges cover every address of each family
     * it is bound in; of several the one with most wildcard bindings, then the first.
     */
    static Optional<ReceiveConnector> on(int port, List<ReceiveConnector> unmanaged) {
        return unmanaged.stream()
                .filter(ReceiveConnector::enabled)
                .filter(one -> one.transportRole() == TransportRole.FRONTEND_TRANSPORT)
                .filter(one -> isWide(one, port))
                .min(Comparator.comparingLong(one -> -wildcards(one, port)));
    }

    private static boolean isWide(ReceiveConnector connector, int port) {
        List<AddressFamily> families = families(connector, port);
        return !families.isEmpty()
                && families.stream()
                        .allMatch(
                                family ->
                                        connector
                                                .remoteIpRanges()
                                                .contains(AddressRange.all(family)));
    }

    private static long wildcards(ReceiveConnector connector, int port) {
        return connector.bindings().stream()
                .filter(binding -> binding.port() == port && binding.isWildcard())
                .count();
    }

    /** The families a connector is bound in on that port. */
    static List<AddressFamily> families(ReceiveConnector connector, int port) {
        return connector.bindings().stream()
                .filter(binding -> binding.port() == port)
                .map(binding -> binding.address().family())
                .distinct()
                .sorted()
                .toList();
    }
}
