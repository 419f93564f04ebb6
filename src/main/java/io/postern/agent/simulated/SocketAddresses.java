package io.postern.agent.simulated;

import io.postern.policy.Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/** From the addresses of the sockets to those of the policy. */
final class SocketAddresses {
    private SocketAddresses() {}

    /** Without a zone id; a mapped address is IPv4 already, since the JDK unmaps it. */
    static Address addressOf(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return bytes.remaining() == 4
                ? Address.ipv4(bytes.getInt() & 0xFFFF_FFFFL)
                : Address.ipv6(bytes.getLong(), bytes.getLong());
    }
}
