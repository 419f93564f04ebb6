package io.postern.enforcement;

import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What exports say of an organisation's Exchange servers. Immutable.
 *
 * @param connectors in the exports' order
 * @param permissions null = not exported
 * @param acceptedDomains null = not exported
 * @param notes what was odd but readable, for people
 */
public record ObservedExchange(
        List<ObservedConnector> connectors,
        List<ConnectorPermission> permissions,
        List<AcceptedDomain> acceptedDomains,
        List<String> notes) {
    public ObservedExchange {
        connectors = List.copyOf(connectors);
        permissions = permissions == null ? null : List.copyOf(permissions);
        acceptedDomains = acceptedDomains == null ? null : List.copyOf(acceptedDomains);
        notes = List.copyOf(notes);
    }

    /** The servers' names as first spelt; case does not matter. */
    public SortedSet<String> servers() {
        TreeSet<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        connectors.forEach(one -> names.add(one.server()));
        return Collections.unmodifiableSortedSet(names);
    }

    /**
     * The connectors of a server in the export's order, with what the permissions say: the relay
     * right (null = unknown), and AnonymousUsers where only {@code Custom} was reported because
     * ANONYMOUS LOGON holds the right to submit but not the group's whole set.
     *
     * @param server in any case; unknown = empty
     */
    public List<ReceiveConnector> connectorsOf(String server) {
        AnonymousRights rights = new AnonymousRights(permissions);
        return connectors.stream()
                .filter(one -> one.server().equalsIgnoreCase(server))
                .map(rights::apply)
                .toList();
    }
}
