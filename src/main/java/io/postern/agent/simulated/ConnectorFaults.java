package io.postern.agent.simulated;

import io.postern.enforcement.AuthMechanism;
import io.postern.enforcement.Binding;
import io.postern.enforcement.PermissionGroup;
import io.postern.enforcement.ReceiveConnector;
import io.postern.policy.Address;
import io.postern.policy.AddressFamily;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** What faults make of the connectors that were asked for. Pure. */
final class ConnectorFaults {
    private static final AddressSet IPV6 = AddressSet.of(AddressRange.all(AddressFamily.IPV6));

    private ConnectorFaults() {}

    /**
     * The connectors in force.
     *
     * @param asked what is read back
     * @param before what was held when the faults were armed
     * @param faults those that hold now
     */
    static List<ReceiveConnector> inForce(
            List<ReceiveConnector> asked,
            List<ReceiveConnector> before,
            List<SimulatedFault> faults) {
        List<ReceiveConnector> connectors = asked;
        for (SimulatedFault fault : faults) {
            connectors = apply(connectors, before, fault);
        }
        return connectors;
    }

    private static List<ReceiveConnector> apply(
            List<ReceiveConnector> asked, List<ReceiveConnector> before, SimulatedFault fault) {
        return switch (fault.kind()) {
            case DROP_RANGE ->
                    each(asked, ConnectorFaults::isOpen, one -> without(one, set(fault.range())));
            case OPEN_RANGE ->
                    each(asked, holding(fault.address(1)), one -> with(one, fault.range()));
            case CLOSE_RANGE ->
                    each(
                            each(
                                    asked,
                                    ConnectorFaults::isOpen,
                                    one -> without(one, set(fault.range()))),
                            ConnectorFaults::isClosed,
                            one -> with(one, fault.range()));
            case DROP_IPV6 -> each(asked, ConnectorFaults::isOpen, one -> without(one, IPV6));
            case OPEN_IPV6 -> each(asked, ConnectorFaults::isClosed, one -> without(one, IPV6));
            case DISABLE_CONNECTOR ->
                    each(asked, holding(fault.address(0)), one -> one.withEnabled(false));
            case DISABLE_CLOSED ->
                    each(asked, ConnectorFaults::isClosed, one -> one.withEnabled(false));
            case SHADOW -> shadowed(asked, fault.range());
            case GIVE_RELAY ->
                    each(asked, holding(fault.address(0)), one -> one.withAnonymousRelay(true));
            case TAKE_RELAY ->
                    each(asked, holding(fault.address(0)), one -> one.withAnonymousRelay(false));
            case TAKE_ANONYMOUS ->
                    each(asked, holding(fault.address(0)), ConnectorFaults::withoutAnonymous);
            case REBIND_PORT ->
                    each(
                            asked,
                            holding(fault.address(0)),
                            one -> one.withBindings(ports(one, fault.number(1))));
            case REBIND_ADDRESS ->
                    each(
                            asked,
                            holding(fault.address(0)),
                            one ->
                                    one.withBindings(
                                            List.of(
                                                    new Binding(
                                                            fault.address(1),
                                                            one.bindings().get(0).port()))));
            case DUPLICATE_RANGE -> duplicated(asked, fault.range());
            case OLD_CONNECTORS -> before;
            default -> asked;
        };
    }

    private static AddressSet set(AddressRange range) {
        return AddressSet.of(range);
    }

    private static boolean isOpen(ReceiveConnector connector) {
        return connector.managed() && (connector.anonymous() || connector.externallySecured());
    }

    private static boolean isClosed(ReceiveConnector connector) {
        return connector.managed() && !isOpen(connector);
    }

    private static Predicate<ReceiveConnector> holding(Address address) {
        return connector ->
                isOpen(connector)
                        && connector.remoteIpRanges().stream()
                                .anyMatch(range -> range.contains(address));
    }

    private static List<ReceiveConnector> each(
            List<ReceiveConnector> connectors,
            Predicate<ReceiveConnector> which,
            UnaryOperator<ReceiveConnector> change) {
        return connectors.stream().map(one -> which.test(one) ? change.apply(one) : one).toList();
    }

    /** A client whose range is gone falls to whoever holds it besides, as it would in life. */
    private static ReceiveConnector without(ReceiveConnector connector, AddressSet gone) {
        List<AddressRange> ranges = new ArrayList<>();
        for (AddressRange range : connector.remoteIpRanges()) {
            // One range after the other: merged ones would be chosen differently.
            ranges.addAll(AddressSet.of(range).subtract(gone).ranges());
        }
        return ranges.isEmpty()
                ? connector.withEnabled(false)
                : connector.withRemoteIpRanges(ranges);
    }

    private static ReceiveConnector with(ReceiveConnector connector, AddressRange range) {
        List<AddressRange> ranges = new ArrayList<>(connector.remoteIpRanges());
        ranges.add(range);
        return connector.withRemoteIpRanges(ranges);
    }

    private static ReceiveConnector withoutAnonymous(ReceiveConnector connector) {
        Set<PermissionGroup> groups = new HashSet<>(connector.permissionGroups());
        groups.remove(PermissionGroup.ANONYMOUS_USERS);
        return connector.withPermissionGroups(groups);
    }

    private static List<Binding> ports(ReceiveConnector connector, int port) {
        return connector.bindings().stream()
                .map(binding -> new Binding(binding.address(), port))
                .toList();
    }

    /** Halves are narrower than any range of ours that is as large as the whole. */
    private static List<ReceiveConnector> shadowed(
            List<ReceiveConnector> connectors, AddressRange range) {
        List<AddressRange> halves = new ArrayList<>();
        if (range.low().equals(range.high())) {
            halves.add(range);
        } else {
            halves.add(AddressRange.single(range.low()));
            range.low()
                    .next()
                    .ifPresent(second -> halves.add(new AddressRange(second, range.high())));
        }
        List<ReceiveConnector> all = new ArrayList<>();
        connectors.stream()
                .filter(ConnectorFaults::isOpen)
                .findFirst()
                .ifPresent(
                        like ->
                                all.add(
                                        withoutAnonymous(
                                                foreign(
                                                        like,
                                                        "Somebody's " + range,
                                                        halves,
                                                        like.anonymousRelay()))));
        all.addAll(connectors);
        return all;
    }

    private static List<ReceiveConnector> duplicated(
            List<ReceiveConnector> connectors, AddressRange range) {
        List<ReceiveConnector> all = new ArrayList<>();
        connectors.stream()
                .filter(holding(range.low()))
                .findFirst()
                .ifPresent(
                        like ->
                                all.add(
                                        foreign(
                                                like,
                                                like.name() + " (2)",
                                                List.of(range),
                                                !Boolean.TRUE.equals(like.anonymousRelay()))));
        all.addAll(connectors);
        return all;
    }

    private static ReceiveConnector foreign(
            ReceiveConnector like, String name, List<AddressRange> ranges, Boolean relay) {
        return new ReceiveConnector(
                name,
                false,
                true,
                like.transportRole(),
                like.bindings(),
                ranges,
                Set.of(PermissionGroup.ANONYMOUS_USERS),
                Set.of(AuthMechanism.TLS),
                relay,
                like.fqdn(),
                "",
                like.tarpitMillis(),
                like.verboseLogging());
    }
}
