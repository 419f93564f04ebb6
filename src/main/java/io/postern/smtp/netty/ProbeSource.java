package io.postern.smtp.netty;

import io.postern.policy.Address;
import io.postern.smtp.ProxyProtocol;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** From where a probe comes. */
public sealed interface ProbeSource {
    /**
     * Whom a simulated probe counts as having proven to be.
     *
     * @param name null = nobody
     * @param sid in text form; null = nobody, or not known
     */
    record Identity(String name, String sid) {
        /** Nobody. */
        public static final Identity NONE = new Identity(null, null);
    }

    /** The system's own choice of address. */
    static ProbeSource anyLocal() {
        return new Real(null);
    }

    /**
     * A real address of this machine.
     *
     * @param local null = the system's choice
     */
    record Real(InetAddress local) implements ProbeSource {
        @Override
        public byte[] header() {
            return new byte[0];
        }
    }

    /** What to send before anything else, on the bare connection; empty = nothing. */
    byte[] header();

    private static void requireSameFamily(Address source, Address destination) {
        if (source.family() != destination.family()) {
            throw new IllegalArgumentException(
                    "source " + source + " and destination " + destination + " differ in family");
        }
    }

    /**
     * An address named in a PROXY header that a real load balancer's backend believes, since it
     * believes whoever connects from this machine. Nothing of ours is added to the header.
     *
     * @param destination the address that the client is to have connected to, of the same family
     */
    record Proxied(Address source, int sourcePort, Address destination, int destinationPort)
            implements ProbeSource {
        public Proxied {
            requireSameFamily(source, destination);
        }

        @Override
        public byte[] header() {
            return ProxyProtocol.header(source, sourcePort, destination, destinationPort, Map.of());
        }
    }

    /**
     * An address named in a PROXY header, which only a simulated server whose token is known
     * believes.
     *
     * @param destination the server's address as the policy names it, of the same family
     * @param token the simulated server's token; never shown
     * @param account the account to count as proven
     * @param computer the computer to count as proven
     */
    record Simulated(
            Address source,
            int sourcePort,
            Address destination,
            int destinationPort,
            byte[] token,
            Identity account,
            Identity computer)
            implements ProbeSource {
        public Simulated {
            requireSameFamily(source, destination);
            token = token.clone();
        }

        /** Without a proven identity. */
        public Simulated(
                Address source,
                int sourcePort,
                Address destination,
                int destinationPort,
                byte[] token) {
            this(
                    source,
                    sourcePort,
                    destination,
                    destinationPort,
                    token,
                    Identity.NONE,
                    Identity.NONE);
        }

        @Override
        public byte[] header() {
            Map<Integer, byte[]> tlvs = new TreeMap<>();
            tlvs.put(ProxyProtocol.SIMULATION_TOKEN, token);
            putText(tlvs, ProxyProtocol.ACCOUNT_NAME, account.name());
            putText(tlvs, ProxyProtocol.ACCOUNT_SID, account.sid());
            putText(tlvs, ProxyProtocol.COMPUTER_NAME, computer.name());
            putText(tlvs, ProxyProtocol.COMPUTER_SID, computer.sid());
            return ProxyProtocol.header(source, sourcePort, destination, destinationPort, tlvs);
        }

        private static void putText(Map<Integer, byte[]> tlvs, int type, String text) {
            if (text != null) {
                tlvs.put(type, text.getBytes(StandardCharsets.UTF_8));
            }
        }

        @Override
        public byte[] token() {
            return token.clone();
        }

        /** Without the token. */
        @Override
        public String toString() {
            return "Simulated[" + source + " -> " + destination + ":" + destinationPort + "]";
        }
    }
}
