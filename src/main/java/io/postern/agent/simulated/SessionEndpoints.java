package io.postern.agent.simulated;

import io.postern.policy.Address;
import io.postern.policy.AddressFamily;

/**
 * Between whom a session counts.
 *
 * @param simulated whether a PROXY header of the server's own agent said so
 * @param account the account that the simulation counts as proven; null = none
 * @param computer the computer that the simulation counts as proven; null = none
 */
record SessionEndpoints(
        Address source,
        int sourcePort,
        Address local,
        int localPort,
        boolean simulated,
        String account,
        String computer) {
    String sourceText() {
        return endpoint(source, sourcePort);
    }

    String localText() {
        return endpoint(local, localPort);
    }

    private static String endpoint(Address address, int port) {
        return (address.family() == AddressFamily.IPV6 ? "[" + address + "]" : address.toString())
                + ":"
                + port;
    }
}
