package io.postern.smtp;

import io.postern.policy.Address;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A PROXY protocol version 2 header as received.
 *
 * @param source the client's address; null together with {@code destination} where the header names
 *     no endpoints (LOCAL, or family UNSPEC): the real ones hold
 * @param sourcePort 0 to 65535
 * @param destination the address that the client connected to
 * @param destinationPort 0 to 65535
 * @param tlvs by type, 0 to 255
 */
public record ProxyHeader(
        Address source,
        int sourcePort,
        Address destination,
        int destinationPort,
        Map<Integer, byte[]> tlvs) {
    public ProxyHeader {
        if ((source == null) != (destination == null)) {
            throw new IllegalArgumentException("both endpoints or none");
        }
        Map<Integer, byte[]> copy = new TreeMap<>();
        tlvs.forEach((type, value) -> copy.put(type, value.clone()));
        tlvs = copy;
    }

    /** Whether the header names the endpoints. */
    public boolean namesEndpoints() {
        return source != null;
    }

    /** A copy of the value of one TLV. */
    public Optional<byte[]> tlv(int type) {
        return Optional.ofNullable(tlvs.get(type)).map(byte[]::clone);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ProxyHeader that
                && Objects.equals(source, that.source)
                && sourcePort == that.sourcePort
                && Objects.equals(destination, that.destination)
                && destinationPort == that.destinationPort
                && tlvs.keySet().equals(that.tlvs.keySet())
                && tlvs.keySet().stream()
                        .allMatch(type -> Arrays.equals(tlvs.get(type), that.tlvs.get(type)));
    }

    @Override
    public int hashCode() {
        return Objects.hash(source, sourcePort, destination, destinationPort);
    }

    /** Without the values of the TLVs: one of them is a secret. */
    @Override
    public String toString() {
        return "ProxyHeader["
                + source
                + ":"
                + sourcePort
                + " -> "
                + destination
                + ":"
                + destinationPort
                + ", tlvs="
                + tlvs.keySet()
                + "]";
    }
}
