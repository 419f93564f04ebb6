package io.postern.enforcement;

import io.postern.policy.Address;
import io.postern.policy.AddressSet;
import io.postern.policy.Tier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * A difference between the managed connectors a server should have and what it has.
 *
 * @param kind MISSING (not there), CHANGED (there, but different), FOREIGN (carries our mark, but
 *     is not ours to have) or EFFECTIVE (ours are intact, yet another connector or an accepted
 *     domain gives clients more)
 * @param connector its name; null = it is about an accepted domain
 * @param acceptedDomain the entry's name; null = it is about a connector
 * @param detail for people: what differs
 */
public record ConnectorDrift(String kind, String connector, String acceptedDomain, String detail) {
    public static final String MISSING = "MISSING";
    public static final String CHANGED = "CHANGED";
    public static final String FOREIGN = "FOREIGN";
    public static final String EFFECTIVE = "EFFECTIVE";

    public ConnectorDrift {
        Objects.requireNonNull(kind);
        Objects.requireNonNull(detail);
        if ((connector == null) == (acceptedDomain == null)) {
            throw new IllegalArgumentException("drift is of a connector or of an accepted domain");
        }
    }

    /** Of a connector. */
    public ConnectorDrift(String kind, String connector, String detail) {
        this(kind, connector, null, detail);
    }

    /** Whose it is: the name of the connector or of the accepted domain. */
    public String subject() {
        return connector == null ? acceptedDomain : connector;
    }

    /** For people: what would remove it. */
    public String remedy() {
        if (acceptedDomain != null) {
            return "remove it with Remove-AcceptedDomain and list your own domains one by one";
        }
        return kind.equals(EFFECTIVE)
                ? "disable or narrow that connector, or adopt what it gives as a change"
                : "write Postern's connectors again, or adopt what differs as a change";
    }

    /**
     * Every difference, missing and changed in the order of desired, then foreign. Order of
     * bindings, ranges and groups means nothing, nor does the notation of a range; how a range is
     * cut does, since the choice of a connector depends on it. The group Custom, which Exchange
     * reports where extra rights exist, is no difference on a connector that should have the relay
     * right. An unknown relay right is a difference: nothing is known is no evidence.
     *
     * @param desired the managed connectors that should be there; unmanaged ones are not read
     * @param observed all of the server
     */
    public static List<ConnectorDrift> compare(
            List<ReceiveConnector> desired, List<ReceiveConnector> observed) {
        Map<String, ReceiveConnector> byName = new HashMap<>();
        observed.forEach(one -> byName.put(key(one), one));
        List<ConnectorDrift> drifts = new ArrayList<>();
        Set<String> wanted = new HashSet<>();
        for (ReceiveConnector want : desired) {
            if (want.managed()) {
                wanted.add(key(want));
                ReceiveConnector have = byName.get(key(want));
                if (have == null) {
                    drifts.add(new ConnectorDrift(MISSING, want.name(), "it is not there"));
                } else {
                    List<String> details = details(want, have);
                    if (!details.isEmpty()) {
                        drifts.add(
                                new ConnectorDrift(
                                        CHANGED, want.name(), String.join("; ", details)));
                    }
                }
            }
        }
        for (ReceiveConnector have : observed) {
            if (have.managed() && !wanted.contains(key(have))) {
                drifts.add(
                        new ConnectorDrift(
                                FOREIGN, have.name(), "it carries our mark but is not desired"));
            }
        }
        return drifts;
    }

    /**
     * Where a connector that is not ours gives clients of ours more than ours would: one finding
     * for each such connector and tier. What a broken connector of ours causes is told by {@link
     * #compare}.
     *
     * @param desired the managed connectors that should be there; unmanaged ones are not read
     * @param observed all of the server
     */
    public static List<ConnectorDrift> effective(
            List<ReceiveConnector> desired, List<ReceiveConnector> observed) {
        return new EffectiveDrift(desired, observed).ofConnectors();
    }

    /**
     * Where an accepted domain makes "own domains" mean more than own domains on the ports of ours:
     * one finding for each such entry. {@code *} makes INTERNAL relay, whichever connector gives
     * it; {@code *.com} opens a whole top-level domain. What kind of domain it is changes nothing
     * about who may submit, so no other entry is a finding.
     *
     * @param desired the managed connectors that should be there; unmanaged ones are not read
     * @param observed all of the server
     * @param acceptedDomains all of the organisation
     */
    public static List<ConnectorDrift> effective(
            List<ReceiveConnector> desired,
            List<ReceiveConnector> observed,
            List<AcceptedDomain> acceptedDomains) {
        return new EffectiveDrift(desired, observed).of(acceptedDomains);
    }

    /**
     * Whether writing ours again gives no address more than it has now. False where a relay right
     * of ours is unknown: what is not known may open something.
     *
     * @param desired the managed connectors that should be there; unmanaged ones are not read
     * @param observed all of the server
     */
    public static boolean isTighteningToRevert(
            List<ReceiveConnector> desired, List<ReceiveConnector> observed) {
        List<ReceiveConnector> after = new ArrayList<>();
        TreeSet<Integer> ports = new TreeSet<>();
        for (ReceiveConnector one : observed) {
            if (!one.managed()) {
                after.add(one);
            } else if (one.anonymousRelay() == null) {
                return false;
            } else {
                one.bindings().forEach(binding -> ports.add(binding.port()));
            }
        }
        for (ReceiveConnector one : desired) {
            if (one.managed()) {
                after.add(one);
                one.bindings().forEach(binding -> ports.add(binding.port()));
            }
        }
        for (int port : ports) {
            TreeSet<Address> listeners = new TreeSet<>(Listeners.addresses(observed, port));
            listeners.addAll(Listeners.addresses(after, port));
            for (Address listener : listeners) {
                if (opens(tiers(observed, listener, port), tiers(after, listener, port))) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean opens(Map<Tier, AddressSet> before, Map<Tier, AddressSet> after) {
        return after.entrySet().stream()
                .anyMatch(
                        now ->
                                before.entrySet().stream()
                                        .anyMatch(
                                                was ->
                                                        was.getKey().compareTo(now.getKey()) < 0
                                                                && !was.getValue()
                                                                        .intersect(now.getValue())
                                                                        .isEmpty()));
    }

    private static Map<Tier, AddressSet> tiers(
            List<ReceiveConnector> connectors, Address listener, int port) {
        return ConnectorPartition.byTier(ConnectorPartition.of(connectors, listener, port));
    }

    private static String key(ReceiveConnector connector) {
        return connector.name().toLowerCase(Locale.ROOT);
    }

    private static List<String> details(ReceiveConnector want, ReceiveConnector have) {
        List<String> details = new ArrayList<>();
        value(details, "our mark", want.managed(), have.managed());
        value(details, "enabled", want.enabled(), have.enabled());
        value(details, "transport role", want.transportRole(), have.transportRole());
        sets(details, "binding", want.bindings(), have.bindings());
        sets(details, "range", want.remoteIpRanges(), have.remoteIpRanges());
        sets(details, "permission group", want.permissionGroups(), groups(want, have));
        sets(details, "authentication", want.authMechanism(), have.authMechanism());
        value(details, "relay right", want.anonymousRelay(), have.anonymousRelay());
        value(details, "FQDN", want.fqdn(), have.fqdn());
        value(details, "comment", want.comment(), have.comment());
        value(details, "tarpit in ms", want.tarpitMillis(), have.tarpitMillis());
        value(details, "verbose log", want.verboseLogging(), have.verboseLogging());
        return details;
    }

    private static Set<PermissionGroup> groups(ReceiveConnector want, ReceiveConnector have) {
        Set<PermissionGroup> groups = EnumSet.noneOf(PermissionGroup.class);
        groups.addAll(have.permissionGroups());
        if (Boolean.TRUE.equals(want.anonymousRelay())) {
            groups.remove(PermissionGroup.CUSTOM);
        }
        return groups;
    }

    private static void value(List<String> details, String what, Object want, Object have) {
        if (!Objects.equals(want, have)) {
            details.add(what + " is " + (have == null ? "unknown" : have) + ", should be " + want);
        }
    }

    private static <T> void sets(
            List<String> details, String what, Collection<T> want, Collection<T> have) {
        List<T> lacking = new ArrayList<>(new HashSet<>(want));
        lacking.removeAll(new HashSet<>(have));
        List<T> added = new ArrayList<>(new HashSet<>(have));
        added.removeAll(new HashSet<>(want));
        some(details, what + " missing: ", lacking);
        some(details, what + " added: ", added);
    }

    private static <T> void some(List<String> details, String what, List<T> values) {
        List<String> texts = values.stream().map(Object::toString).sorted().toList();
        if (texts.size() > 5) {
            details.add(
                    what
                            + String.join(", ", texts.subList(0, 5))
                            + " and "
                            + (texts.size() - 5)
                            + " more");
        } else if (!texts.isEmpty()) {
            details.add(what + String.join(", ", texts));
        }
    }
}
