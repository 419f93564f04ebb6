package io.postern.smtp;

import io.postern.policy.Address;
import io.postern.policy.AddressFamily;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes PROXY protocol version 2 headers (HAProxy, doc/proxy-protocol.txt section 2.2) over TCP;
 * {@link ProxyDecoder} reads them.
 */
public final class ProxyProtocol {
    /** Largest header written or read, in bytes; the format would allow 65,551. */
    public static final int MAX_BYTES = 4096;

    /** TLV of our own range: the token that only the server's own agent knows. */
    public static final int SIMULATION_TOKEN = 0xE0;

    /** TLV of our own range: the proven account's name, UTF-8. */
    public static final int ACCOUNT_NAME = 0xE1;

    /** TLV of our own range: the proven computer's name, UTF-8. */
    public static final int COMPUTER_NAME = 0xE2;

    /** TLV of our own range: the proven account's SID in text form, UTF-8. */
    public static final int ACCOUNT_SID = 0xE3;

    /** TLV of our own range: the proven computer's SID in text form, UTF-8. */
    public static final int COMPUTER_SID = 0xE4;

    /**
     * First word of the one line that a simulated server says, and only to its own agent, where a
     * simulated firewall drops the connection: no answer at all would be the same as a server that
     * hangs.
     */
    public static final String SIMULATED_DROP = "POSTERN-SIMULATED-DROP";

    static final byte[] SIGNATURE = {
        0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A
    };
    static final int FIXED_BYTES = 16;
    static final int VERSION_LOCAL = 0x20;
    static final int VERSION_PROXY = 0x21;
    static final int UNSPEC = 0x00;
    static final int TCP_IPV4 = 0x11;
    static final int TCP_IPV6 = 0x21;

    private ProxyProtocol() {}

    /**
     * The header of a relayed TCP connection.
     *
     * @param tlvs by type (0 to 255); written in the order of the types
     * @throws IllegalArgumentException if the families differ, a port or type is out of range, or
     *     the header would pass {@link #MAX_BYTES}
     */
    public static byte[] header(
            Address source,
            int sourcePort,
            Address destination,
            int destinationPort,
            Map<Integer, byte[]> tlvs) {
        if (source.family() != destination.family()) {
            throw new IllegalArgumentException(
                    "source " + source + " and destination " + destination + " differ in family");
        }
        boolean ipv4 = source.family() == AddressFamily.IPV4;
        int addressBytes = ipv4 ? 12 : 36;
        ByteBuffer buffer = start(VERSION_PROXY, ipv4 ? TCP_IPV4 : TCP_IPV6, addressBytes, tlvs);
        put(buffer, source);
        put(buffer, destination);
        buffer.putShort((short) requirePort(sourcePort));
        buffer.putShort((short) requirePort(destinationPort));
        return finish(buffer, tlvs);
    }

    /** The header of a connection that the sender makes for itself (command LOCAL). */
    public static byte[] local(Map<Integer, byte[]> tlvs) {
        return finish(start(VERSION_LOCAL, UNSPEC, 0, tlvs), tlvs);
    }

    private static ByteBuffer start(
            int versionAndCommand, int family, int addressBytes, Map<Integer, byte[]> tlvs) {
        long length = addressBytes;
        for (Map.Entry<Integer, byte[]> tlv : tlvs.entrySet()) {
            if (tlv.getKey() < 0 || tlv.getKey() > 255) {
                throw new IllegalArgumentException("TLV type out of range: " + tlv.getKey());
            }
            length += 3 + tlv.getValue().length;
        }
        if (FIXED_BYTES + length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "the header would be longer than " + MAX_BYTES + " bytes");
        }
        ByteBuffer buffer = ByteBuffer.allocate((int) (FIXED_BYTES + length));
        buffer.put(SIGNATURE).put((byte) versionAndCommand).put((byte) family);
        return buffer.putShort((short) length);
    }

    private static byte[] finish(ByteBuffer buffer, Map<Integer, byte[]> tlvs) {
        new TreeMap<>(tlvs)
                .forEach(
                        (type, value) ->
                                buffer.put((byte) (int) type)
                                        .putShort((short) value.length)
                                        .put(value));
        return buffer.array();
    }

    private static void put(ByteBuffer buffer, Address address) {
        if (address.family() == AddressFamily.IPV4) {
            buffer.putInt((int) address.low());
        } else {
            buffer.putLong(address.high()).putLong(address.low());
        }
    }

    private static int requirePort(int port) {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port out of range: " + port);
        }
        return port;
    }
}
