package io.postern.enforcement;

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

/**
 * A difference between the managed connectors a server should have and those it has.
 *
 * @param kind MISSING (not there), CHANGED (there, but different) or FOREIGN (carries our mark, but
 *     is not ours to have)
 * @param connector its name
 * @param detail for people: what differs
 */
public record ConnectorDrift(String kind, String connector, String detail) {
    public static final String MISSING = "MISSING";
    public static final String CHANGED = "CHANGED";
    public static final String FOREIGN = "FOREIGN";

    public ConnectorDrift {
        Objects.requireNonNull(kind);
        Objects.requireNonNull(connector);
        Objects.requireNonNull(detail);
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
