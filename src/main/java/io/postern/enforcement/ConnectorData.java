package io.postern.enforcement;

import io.postern.policy.AddressRange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * A receive connector as plain data, for wires and files: words in Exchange's own spelling, every
 * list in one fixed order, so that equal connectors give equal data.
 *
 * @param bindings in address order, such as {@code 0.0.0.0:25}
 * @param remoteIpRanges in address order, shortest text forms
 * @param anonymousRelay null = unknown
 * @param tarpitMillis 0 to 600,000
 */
public record ConnectorData(
        String name,
        boolean managed,
        boolean enabled,
        String transportRole,
        List<String> bindings,
        List<String> remoteIpRanges,
        List<String> permissionGroups,
        List<String> authMechanism,
        Boolean anonymousRelay,
        String fqdn,
        String comment,
        int tarpitMillis,
        boolean verboseLogging) {
    private static final int MAX_TEXT = 1024;
    private static final int MAX_VALUES = 10_000;
    private static final int MAX_TARPIT_MILLIS = 600_000;

    public ConnectorData {
        bindings = copy(bindings);
        remoteIpRanges = copy(remoteIpRanges);
        permissionGroups = copy(permissionGroups);
        authMechanism = copy(authMechanism);
    }

    private static List<String> copy(List<String> list) {
        return list == null ? null : List.copyOf(list);
    }

    /** The data of a connector. */
    public static ConnectorData of(ReceiveConnector connector) {
        return new ConnectorData(
                connector.name(),
                connector.managed(),
                connector.enabled(),
                connector.transportRole().word(),
                connector.bindings().stream()
                        .distinct()
                        .sorted(
                                Comparator.comparing(Binding::address)
                                        .thenComparingInt(Binding::port))
                        .map(Binding::toString)
                        .toList(),
                connector.remoteIpRanges().stream()
                        .distinct()
                        .sorted()
                        .map(AddressRange::toString)
                        .toList(),
                words(connector.permissionGroups(), PermissionGroup::word),
                words(connector.authMechanism(), AuthMechanism::word),
                connector.anonymousRelay(),
                connector.fqdn(),
                connector.comment(),
                connector.tarpitMillis(),
                connector.verboseLogging());
    }

    private static <E extends Enum<E>> List<String> words(Set<E> set, Function<E, String> word) {
        return set.stream().sorted().map(word).toList();
    }

    /**
     * The connector of this data.
     *
     * @throws IllegalArgumentException saying what is wrong, for a user to read
     */
    public ReceiveConnector toConnector() {
        if (name == null || name.isBlank() || name.length() > ConnectorConflicts.MAX_NAME) {
            throw new IllegalArgumentException(
                    "a connector's name has 1 to " + ConnectorConflicts.MAX_NAME + " characters");
        }
        try {
            return checked();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("connector '" + name + "': " + e.getMessage(), e);
        }
    }

    private ReceiveConnector checked() {
        if (tarpitMillis < 0 || tarpitMillis > MAX_TARPIT_MILLIS) {
            throw new IllegalArgumentException(
                    "tarpitMillis " + tarpitMillis + " is not in 0 to " + MAX_TARPIT_MILLIS);
        }
        return new ReceiveConnector(
                name,
                managed,
                enabled,
                one("transportRole", TransportRole.values(), TransportRole::word, transportRole),
                all("bindings", bindings, Binding::parse),
                all("remoteIpRanges", remoteIpRanges, AddressRange::parse),
                set(
                        PermissionGroup.class,
                        "permissionGroups",
                        permissionGroups,
                        PermissionGroup::word),
                set(AuthMechanism.class, "authMechanism", authMechanism, AuthMechanism::word),
                anonymousRelay,
                text("fqdn", fqdn),
                text("comment", comment),
                tarpitMillis,
                verboseLogging);
    }

    private static String text(String what, String value) {
        if (value == null || value.length() > MAX_TEXT) {
            throw new IllegalArgumentException(
                    what + " must be a text of at most " + MAX_TEXT + " characters");
        }
        return value;
    }

    private static <T> List<T> all(String what, List<String> texts, Function<String, T> parse) {
        if (texts == null || texts.size() > MAX_VALUES) {
            throw new IllegalArgumentException(
                    what + " must be a list of at most " + MAX_VALUES + " values");
        }
        List<T> values = new ArrayList<>();
        for (String text : texts) {
            values.add(parse.apply(text(what, text)));
        }
        return values;
    }

    private static <E extends Enum<E>> Set<E> set(
            Class<E> type, String what, List<String> words, Function<E, String> word) {
        Collection<E> values =
                all(what, words, text -> one(what, type.getEnumConstants(), word, text));
        Set<E> set = EnumSet.noneOf(type);
        set.addAll(values);
        return set;
    }

    private static <E> E one(String what, E[] values, Function<E, String> word, String text) {
        List<String> allowed = new ArrayList<>();
        for (E value : values) {
            if (word.apply(value).equals(text)) {
                return value;
            }
            allowed.add(word.apply(value));
        }
        throw new IllegalArgumentException(
                what + " '" + text + "' is none of " + String.join(", ", allowed));
    }
}
