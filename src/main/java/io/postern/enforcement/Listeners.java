package io.postern.enforcement;

import io.postern.policy.Address;
import io.postern.policy.AddressFamily;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * Where a server listens: every local address and port of an enabled connector. A wildcard stands
 * for each local address that no connector is bound to by itself.
 */
public final class Listeners {
    private static final Comparator<Binding> ORDER =
            Comparator.comparingInt(Binding::port).thenComparing(Binding::address);

    private Listeners() {}

    /** By port, then address; none twice. */
    public static List<Binding> of(List<ReceiveConnector> connectors) {
        TreeSet<Binding> found = new TreeSet<>(ORDER);
        for (ReceiveConnector connector : connectors) {
            if (connector.enabled()) {
                found.addAll(connector.bindings());
            }
        }
        return new ArrayList<>(found);
    }

    /**
     * Those of a port.
     *
     * @param local null = all; else only where a session to that address arrives, by its own
     *     binding or by its family's wildcard
     */
    public static List<Binding> of(List<ReceiveConnector> connectors, int port, Address local) {
        List<Binding> onPort =
                of(connectors).stream().filter(binding -> binding.port() == port).toList();
        if (local == null) {
            return onPort;
        }
        Binding exact = new Binding(local, port);
        boolean any =
                onPort.contains(exact)
                        || onPort.contains(new Binding(Address.first(local.family()), port));
        return any ? List.of(exact) : List.of();
    }

    /** The local addresses of a port on which sessions may differ, in order; empty = none. */
    public static List<Address> addresses(List<ReceiveConnector> connectors, int port) {
        return of(connectors, port, null).stream().map(Binding::address).toList();
    }

    /** {@code 10.1.2.3:25}, or {@code every other IPv4 address, port 25} for a wildcard. */
    public static String text(Binding listener) {
        if (!listener.isWildcard()) {
            return listener.toString();
        }
        return listener
                + " (every "
                + name(listener.address().family())
                + " address of the server without a binding of its own)";
    }

    /** {@code IPv4} or {@code IPv6}. */
    public static String name(AddressFamily family) {
        return family == AddressFamily.IPV4 ? "IPv4" : "IPv6";
    }
}
