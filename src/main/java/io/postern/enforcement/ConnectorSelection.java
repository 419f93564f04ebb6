package io.postern.enforcement;

import io.postern.policy.Address;
import io.postern.policy.AddressRange;
import io.postern.policy.Tier;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Which connector takes a session, as Exchange chooses: among the enabled connectors bound to the
 * port and to the local address or its family's wildcard, the one whose matching remote range holds
 * the fewest addresses; an equal number goes to the exact binding, then to the connector that comes
 * first. The order was observed in Exchange itself; Microsoft's page "Receive connectors" states
 * only "most specific".
 */
public final class ConnectorSelection {
    private static final Comparator<Match> BEST_FIRST =
            Comparator.comparing(Match::size)
                    .thenComparing(match -> match.selected().binding().isWildcard());

    private final List<ReceiveConnector> connectors;

    /**
     * @param connectors all of a server; of equals the first in this order wins
     */
    public ConnectorSelection(List<ReceiveConnector> connectors) {
        this.connectors = List.copyOf(connectors);
    }

    /**
     * The connector that takes a session, and why it matched.
     *
     * @param range the smallest of its ranges that holds the client
     * @param binding the exact one where it has both
     */
    public record Selected(ReceiveConnector connector, AddressRange range, Binding binding) {}

    /**
     * One connector's part in a choice.
     *
     * @param connector its name
     * @param range its smallest range that holds the client; null = it is no candidate
     * @param why for people
     */
    public record Candidate(String connector, AddressRange range, boolean chosen, String why) {}

    private record Match(Selected selected, RangeSize size) {}

    /**
     * The choice for one session; empty = no enabled connector matches and the session is refused.
     *
     * @param local the server's address that was connected to, of the client's family
     */
    public Optional<Selected> select(Address local, int localPort, Address client) {
        return best(local, localPort, client).map(Match::selected);
    }

    private Optional<Match> best(Address local, int localPort, Address client) {
        Match best = null;
        for (ReceiveConnector connector : connectors) {
            Match match = connector.enabled() ? match(connector, local, localPort, client) : null;
            if (match != null && (best == null || BEST_FIRST.compare(match, best) < 0)) {
                best = match;
            }
        }
        return Optional.ofNullable(best);
    }

    private static Match match(
            ReceiveConnector connector, Address local, int localPort, Address client) {
        Binding binding = bindingFor(connector, local, localPort).orElse(null);
        if (binding == null || local.family() != client.family()) {
            return null;
        }
        AddressRange smallest = null;
        for (AddressRange range : connector.remoteIpRanges()) {
            if (range.contains(client)
                    && (smallest == null
                            || RangeSize.of(range).compareTo(RangeSize.of(smallest)) < 0)) {
                smallest = range;
            }
        }
        return smallest == null
                ? null
                : new Match(new Selected(connector, smallest, binding), RangeSize.of(smallest));
    }

    /** The binding through which a connector listens there: the exact one before the wildcard. */
    static Optional<Binding> bindingFor(ReceiveConnector connector, Address local, int port) {
        Binding found = null;
        for (Binding binding : connector.bindings()) {
            if (binding.port() == port && binding.address().family() == local.family()) {
                if (binding.address().equals(local)) {
                    return Optional.of(binding);
                }
                if (binding.isWildcard()) {
                    found = binding;
                }
            }
        }
        return Optional.ofNullable(found);
    }

    /** Every connector's part in the choice, in list order. */
    public List<Candidate> explain(Address local, int localPort, Address client) {
        Match best = best(local, localPort, client).orElse(null);
        List<Candidate> candidates = new ArrayList<>();
        for (ReceiveConnector connector : connectors) {
            Match match = match(connector, local, localPort, client);
            boolean chosen = best != null && best.selected().connector() == connector;
            candidates.add(
                    new Candidate(
                            connector.name(),
                            match == null || !connector.enabled() ? null : match.selected().range(),
                            chosen,
                            why(connector, local, localPort, client, match, best)));
        }
        return candidates;
    }

    private static String why(
            ReceiveConnector connector,
            Address local,
            int localPort,
            Address client,
            Match match,
            Match best) {
        if (!connector.enabled()) {
            return "it is disabled";
        }
        if (bindingFor(connector, local, localPort).isEmpty()) {
            return "it is not bound to port " + localPort + " of " + local;
        }
        if (match == null) {
            return "none of its ranges holds " + client;
        }
        String range = match.selected().range().toString();
        if (best.selected().connector() == connector) {
            return range + " is the smallest range that holds " + client;
        }
        String winner = "'" + best.selected().connector().name() + "'";
        if (!match.size().equals(best.size())) {
            return range + " is wider than " + best.selected().range() + " of " + winner;
        }
        boolean exact = !best.selected().binding().isWildcard();
        return exact && match.selected().binding().isWildcard()
                ? range + " is as small, but " + winner + " is bound to exactly " + local
                : range + " is as small, but " + winner + " comes first";
    }

    /**
     * How far an unauthenticated client of that connector gets. An unknown relay right counts as
     * absent.
     */
    public static Tier tierOf(Selected selected) {
        return tierOf(selected.connector());
    }

    static Tier tierOf(ReceiveConnector connector) {
        if (connector.externallySecured()
                && connector.permissionGroups().contains(PermissionGroup.EXCHANGE_SERVERS)) {
            return Tier.TRUSTED;
        }
        if (!connector.anonymous()) {
            return Tier.NONE;
        }
        return Boolean.TRUE.equals(connector.anonymousRelay()) ? Tier.RELAY : Tier.INTERNAL;
    }
}
