package io.postern.agent.simulated;

import io.postern.enforcement.NetworkLayer;
import io.postern.policy.Address;
import io.postern.policy.AddressFamily;
import java.util.Locale;
import java.util.Set;

/**
 * Between whom a session counts.
 *
 * @param simulated whether a PROXY header of the server's own agent said so
 * @param account the account that the simulation counts as proven; null = none
 * @param computer the computer that the simulation counts as proven; null = none
 * @param accountSid SID of the account; null = none, or not known
 * @param computerSid SID of the computer; null likewise
 */
record SessionEndpoints(
        Address source,
        int sourcePort,
        Address local,
        int localPort,
        boolean simulated,
        String account,
        String computer,
        String accountSid,
        String computerSid) {
    /** What a proven identity shows of which the policy states no SID: nobody knows it. */
    private static final String UNKNOWN_SID = "S-1-5-21-0-0-0-0";

    /** The client as a firewall sees it. */
    NetworkLayer.Peer peer() {
        return new NetworkLayer.Peer(
                source, sids(account, accountSid), sids(computer, computerSid));
    }

    private static Set<String> sids(String name, String sid) {
        if (sid != null) {
            return Set.of(sid.toUpperCase(Locale.ROOT));
        }
        return name == null ? Set.of() : Set.of(UNKNOWN_SID);
    }

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
