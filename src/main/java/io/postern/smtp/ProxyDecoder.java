package io.postern.smtp;

import io.postern.policy.Address;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads one PROXY protocol version 2 header byte by byte, so that it never takes a byte that
 * belongs to the dialogue behind it. Bounded by {@link ProxyProtocol#MAX_BYTES}. Not thread-safe.
 */
public final class ProxyDecoder {
    /** How far the decoder is. */
    public enum State {
        NEED_MORE,
        /** The bytes are something else: see {@link #received}. */
        NOT_PROXY,
        /** It began as a header and is none: see {@link #reason}. */
        MALFORMED,
        /** Complete: see {@link #header}. */
        HEADER
    }

    private static final int NOOP = 0x04;

    private byte[] bytes = new byte[ProxyProtocol.FIXED_BYTES];
    private int length;
    private int wanted = ProxyProtocol.FIXED_BYTES;
    private State state = State.NEED_MORE;
    private String reason;
    private ProxyHeader header;

    /**
     * Takes the next byte.
     *
     * @throws IllegalStateException if the state was not NEED_MORE
     */
    public State take(byte next) {
        if (state != State.NEED_MORE) {
            throw new IllegalStateException("already " + state);
        }
        bytes[length++] = next;
        if (length <= ProxyProtocol.SIGNATURE.length) {
            if (next != ProxyProtocol.SIGNATURE[length - 1]) {
                state = State.NOT_PROXY;
            }
        } else if (length == ProxyProtocol.FIXED_BYTES) {
            readFixedPart();
        }
        if (state == State.NEED_MORE && length == wanted) {
            readRest();
        }
        return state;
    }

    public State state() {
        return state;
    }

    /** The bytes taken so far, for whoever reads them if they are no header. */
    public byte[] received() {
        return Arrays.copyOf(bytes, length);
    }

    /** Why it is malformed; null in any other state. */
    public String reason() {
        return reason;
    }

    /** The header; null in any state but HEADER. */
    public ProxyHeader header() {
        return header;
    }

    private void readFixedPart() {
        int command = bytes[12] & 0xFF;
        int family = bytes[13] & 0xFF;
        int rest = (bytes[14] & 0xFF) << 8 | bytes[15] & 0xFF;
        if (command != ProxyProtocol.VERSION_LOCAL && command != ProxyProtocol.VERSION_PROXY) {
            malformed("unknown PROXY version or command");
        } else if (family != ProxyProtocol.UNSPEC
                && family != ProxyProtocol.TCP_IPV4
                && family != ProxyProtocol.TCP_IPV6) {
            malformed("a PROXY header for something else than TCP over IPv4 or IPv6");
        } else if (ProxyProtocol.FIXED_BYTES + rest > ProxyProtocol.MAX_BYTES) {
            malformed("a PROXY header longer than " + ProxyProtocol.MAX_BYTES + " bytes");
        } else if (rest < addressBytes(family)) {
            malformed("a PROXY header too short for its addresses");
        } else {
            wanted = ProxyProtocol.FIXED_BYTES + rest;
            bytes = Arrays.copyOf(bytes, wanted);
        }
    }

    private static int addressBytes(int family) {
        if (family == ProxyProtocol.UNSPEC) {
            return 0;
        }
        return family == ProxyProtocol.TCP_IPV4 ? 12 : 36;
    }

    private void readRest() {
        int family = bytes[13] & 0xFF;
        boolean endpoints =
                (bytes[12] & 0xFF) == ProxyProtocol.VERSION_PROXY && family != ProxyProtocol.UNSPEC;
        int offset = ProxyProtocol.FIXED_BYTES;
        int tlvOffset = offset + addressBytes(family);
        Map<Integer, byte[]> tlvs = tlvs(tlvOffset);
        if (tlvs == null) {
            return;
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, tlvOffset - offset);
        header =
                endpoints
                        ? endpoints(buffer, family == ProxyProtocol.TCP_IPV4, tlvs)
                        : new ProxyHeader(null, 0, null, 0, tlvs);
        state = State.HEADER;
    }

    private static ProxyHeader endpoints(
            ByteBuffer buffer, boolean ipv4, Map<Integer, byte[]> tlvs) {
        Address source = ipv4 ? ipv4(buffer) : ipv6(buffer);
        Address destination = ipv4 ? ipv4(buffer) : ipv6(buffer);
        int sourcePort = buffer.getShort() & 0xFFFF;
        int destinationPort = buffer.getShort() & 0xFFFF;
        return new ProxyHeader(source, sourcePort, destination, destinationPort, tlvs);
    }

    private static Address ipv4(ByteBuffer buffer) {
        return Address.ipv4(buffer.getInt() & 0xFFFF_FFFFL);
    }

    /** A mapped address is the IPv4 address it maps, as everywhere in the policy. */
    private static Address ipv6(ByteBuffer buffer) {
        return Address.parse(Address.ipv6(buffer.getLong(), buffer.getLong()).toString());
    }

    private Map<Integer, byte[]> tlvs(int offset) {
        Map<Integer, byte[]> tlvs = new HashMap<>();
        ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, wanted - offset);
        while (buffer.hasRemaining()) {
            if (buffer.remaining() < 3) {
                return malformed("a cut TLV in a PROXY header");
            }
            int type = buffer.get() & 0xFF;
            int size = buffer.getShort() & 0xFFFF;
            if (size > buffer.remaining()) {
                return malformed("a TLV longer than its PROXY header");
            }
            byte[] value = new byte[size];
            buffer.get(value);
            if (type != NOOP && tlvs.put(type, value) != null) {
                return malformed("a TLV that occurs twice in a PROXY header");
            }
        }
        return tlvs;
    }

    private Map<Integer, byte[]> malformed(String why) {
        state = State.MALFORMED;
        reason = why;
        return null;
    }
}
