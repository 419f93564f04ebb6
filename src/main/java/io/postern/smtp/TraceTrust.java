package io.postern.smtp;

import io.postern.policy.Address;
import io.postern.policy.AddressSet;
import java.util.List;
import java.util.Locale;

/**
 * Whose {@code Received} fields are believed.
 *
 * @param servers names of Exchange servers, with or without a domain
 * @param serverAddresses from which they pass mail on
 * @param relays names of mail relays that are trusted to write what they saw
 * @param relayAddresses from which they pass mail on
 * @param hiding addresses behind which many clients hide, such as of a load balancer with SNAT
 */
public record TraceTrust(
        List<String> servers,
        AddressSet serverAddresses,
        List<String> relays,
        AddressSet relayAddresses,
        AddressSet hiding) {
    private static final AddressSet LOOPBACK = AddressSet.parse("127.0.0.0/8", "::1");
    private static final AddressSet LINK_LOCAL = AddressSet.parse("fe80::/10");

    public TraceTrust {
        servers = List.copyOf(servers);
        relays = List.copyOf(relays);
    }

    boolean isServer(ReceivedField field) {
        return isNamed(servers, field.by()) || holds(serverAddresses, field.byAddress());
    }

    boolean isRelay(ReceivedField field) {
        return isNamed(relays, field.by()) || holds(relayAddresses, field.byAddress());
    }

    /** A server passed it on, perhaps to itself. */
    boolean isFromServer(ReceivedField field) {
        Address from = field.fromAddress();
        return serverAddresses.contains(from)
                || LOOPBACK.contains(from)
                || from.equals(field.byAddress())
                || isNeighbour(field);
    }

    /**
     * Servers on one link talk by link-local addresses, which no policy lists. Only to the hub,
     * where Exchange lets nobody in but servers and accounts; to the front end anybody may call
     * itself so.
     */
    private boolean isNeighbour(ReceivedField field) {
        return !field.isFrontend()
                && LINK_LOCAL.contains(field.fromAddress())
                && isNamed(servers, field.from());
    }

    boolean isFromRelay(Address from) {
        return relayAddresses.contains(from);
    }

    private static boolean holds(AddressSet set, Address address) {
        return address != null && set.contains(address);
    }

    private static boolean isNamed(List<String> names, String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return names.stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .anyMatch(name -> lower.equals(name) || isOf(lower, name));
    }

    /** {@code ex01.contoso.example} is {@code ex01}. */
    private static boolean isOf(String host, String name) {
        return name.indexOf('.') < 0 && host.startsWith(name + ".");
    }
}
