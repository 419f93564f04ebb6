package io.postern.agent.probe;

import io.postern.policy.Address;
import io.postern.smtp.ProxyProtocol;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** From where a probe comes. */
public sealed interface ProbeSource {
    /** The system's own choice of address. */
    static ProbeSource anyLocal() {
        return new Real(null);
    }

    /**
     * A real address of this machine.
     *
     * @param local null = the system's choice
     */
    record Real(InetAddress local) implements ProbeSource {}

    /**
     * An address named in a PROXY header, which only a simulated server whose token is known
     * believes.
     *
     * @param destination the server's address as the policy names it, of the same family
     * @param token the simulated server's token; never shown
     * @param account the account to count as proven; null = none
     * @param computer the computer to count as proven; null = none
     */
    record Simulated(
            Address source,
            int sourcePort,
            Address destination,
            int destinationPort,
            byte[] token,
            String account,
            String computer)
            implements ProbeSource {
        public Simulated {
            if (source.family() != destination.family()) {
                throw new IllegalArgumentException(
                        "source "
                                + source
                                + " and destination "
                                + destination
                                + " differ in family");
            }
            token = token.clone();
        }

        /** Without a proven identity. */
        public Simulated(
                Address source,
                int sourcePort,
                Address destination,
                int destinationPort,
                byte[] token) {
            this(source, sourcePort, destination, destinationPort, token, null, null);
        }

        byte[] header() {
            Map<Integer, byte[]> tlvs = new TreeMap<>();
            tlvs.put(ProxyProtocol.SIMULATION_TOKEN, token);
            putName(tlvs, ProxyProtocol.ACCOUNT_NAME, account);
            putName(tlvs, ProxyProtocol.COMPUTER_NAME, computer);
            return ProxyProtocol.header(source, sourcePort, destination, destinationPort, tlvs);
        }

        private static void putName(Map<Integer, byte[]> tlvs, int type, String name) {
            if (name != null) {
                tlvs.put(type, name.getBytes(StandardCharsets.UTF_8));
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
