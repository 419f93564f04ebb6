package io.postern.enforcement;

import io.postern.policy.Address;
import io.postern.policy.AddressFamily;
import java.util.Objects;

/**
 * A local address and port that a connector listens on.
 *
 * @param address 0.0.0.0 and :: are the wildcards of their families
 * @param port 1 to 65535
 */
public record Binding(Address address, int port) {
    public Binding {
        Objects.requireNonNull(address);
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port out of range: " + port);
        }
    }

    /**
     * Reads {@code 0.0.0.0:25} or {@code [::]:25}.
     *
     * @throws IllegalArgumentException saying what is wrong, for a user to read
     */
    public static Binding parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("'" + text + "' is not a binding (address:port)");
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            return new Binding(Address.parse(host), Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' has no valid port");
        }
    }

    public boolean isWildcard() {
        return address.high() == 0 && address.low() == 0;
    }

    @Override
    public String toString() {
        return (address.family() == AddressFamily.IPV6 ? "[" + address + "]" : address)
                + ":"
                + port;
    }
}
