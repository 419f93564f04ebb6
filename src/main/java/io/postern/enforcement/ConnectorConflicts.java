package io.postern.enforcement;

import io.postern.policy.Address;
import io.postern.policy.AddressRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What New- and Set-ReceiveConnector refuse about the connectors of one server, disabled ones
 * included (observed in Exchange; the message is "The values that you specified for the Bindings
 * and RemoteIPRanges parameters conflict with the settings on Receive connector …").
 */
public final class ConnectorConflicts {
    /** Our cap; Exchange's own limit lies at about 1,300 values. */
    public static final int MAX_RANGES = 1000;

    /** Longest name Exchange takes. */
    public static final int MAX_NAME = 64;

    private final List<ReceiveConnector> connectors;
    private final int only;
    private final Set<String> found = new LinkedHashSet<>();
    private final Set<List<Integer>> reported = new HashSet<>();

    private ConnectorConflicts(List<ReceiveConnector> connectors, int only) {
        this.connectors = connectors;
        this.only = only;
    }

    /** Every conflict as a sentence naming the connectors; empty = Exchange takes them all. */
    public static List<String> of(List<ReceiveConnector> connectors) {
        return new ConnectorConflicts(connectors, -1).find();
    }

    /** Why Exchange would refuse {@code added} beside the existing ones; empty = it would not. */
    public static Optional<String> refusing(
            List<ReceiveConnector> existing, ReceiveConnector added) {
        List<ReceiveConnector> all = new ArrayList<>(existing);
        all.add(added);
        return new ConnectorConflicts(all, existing.size()).find().stream().findFirst();
    }

    private List<String> find() {
        Map<String, Integer> names = new HashMap<>();
        for (int i = 0; i < connectors.size(); i++) {
            if (only < 0 || only == i) {
                checkAlone(connectors.get(i));
            }
            Integer twin = names.putIfAbsent(connectors.get(i).name().toLowerCase(Locale.ROOT), i);
            if (twin != null && asked(twin, i)) {
                found.add(pair(twin, i) + " have the same name");
            }
            for (int j = 0; j < i; j++) {
                if (asked(j, i)) {
                    checkRoles(j, i);
                }
            }
        }
        checkRanges();
        return List.copyOf(found);
    }

    private void checkAlone(ReceiveConnector connector) {
        String name = "'" + connector.name() + "'";
        if (connector.name().isBlank()) {
            found.add("a connector has no name");
        }
        if (connector.name().length() > MAX_NAME) {
            found.add(name + " has a name longer than " + MAX_NAME + " characters");
        }
        if (connector.bindings().isEmpty()) {
            found.add(name + " has no binding");
        }
        if (connector.remoteIpRanges().isEmpty()) {
            found.add(name + " has no remote range");
        }
        if (connector.remoteIpRanges().size() > MAX_RANGES) {
            found.add(
                    name
                            + " has "
                            + connector.remoteIpRanges().size()
                            + " remote ranges, more than "
                            + MAX_RANGES);
        }
    }

    private void checkRoles(int a, int b) {
        ReceiveConnector first = connectors.get(a);
        ReceiveConnector second = connectors.get(b);
        if (first.transportRole() != second.transportRole() && bindingsOverlap(first, second)) {
            found.add(
                    pair(a, b)
                            + " have different transport roles ("
                            + first.transportRole().word()
                            + ", "
                            + second.transportRole().word()
                            + ") on the same binding");
        }
    }

    private record Item(AddressRange range, int owner) {}

    private void checkRanges() {
        List<Item> items = new ArrayList<>();
        RangeOverlap near =
                only < 0 ? null : new RangeOverlap(connectors.get(only).remoteIpRanges());
        for (int i = 0; i < connectors.size(); i++) {
            for (AddressRange range : connectors.get(i).remoteIpRanges()) {
                if (near == null || near.meets(range)) {
                    items.add(new Item(range, i));
                }
            }
        }
        items.sort(
                Comparator.comparing((Item item) -> item.range().low())
                        .thenComparing(item -> item.range().high(), Comparator.reverseOrder()));
        Map<AddressRange, List<Integer>> equal = new HashMap<>();
        TreeMap<Address, List<Item>> byEnd = new TreeMap<>();
        for (Item item : items) {
            List<Integer> twins = equal.computeIfAbsent(item.range(), r -> new ArrayList<>(1));
            twins.forEach(twin -> reportEqual(twin, item));
            twins.add(item.owner());
            // Whoever starts before this range and ends inside it, but not with it, crosses it.
            for (List<Item> ending :
                    byEnd.subMap(item.range().low(), item.range().high()).values()) {
                ending.forEach(other -> reportCrossing(other, item));
            }
            byEnd.computeIfAbsent(item.range().high(), e -> new ArrayList<>(1)).add(item);
        }
    }

    private void reportEqual(int twin, Item item) {
        if (asked(twin, item.owner())
                && sameRole(twin, item.owner())
                && bindingsShared(connectors.get(twin), connectors.get(item.owner()))
                && reported.add(List.of(0, twin, item.owner()))) {
            found.add(pair(twin, item.owner()) + " both hold " + item.range() + " on one binding");
        }
    }

    private void reportCrossing(Item other, Item item) {
        int low = Math.min(other.owner(), item.owner());
        int high = Math.max(other.owner(), item.owner());
        if (asked(low, high)
                && sameRole(low, high)
                && bindingsOverlap(connectors.get(low), connectors.get(high))
                && reported.add(List.of(1, low, high))) {
            found.add(
                    pair(other.owner(), item.owner())
                            + " partly overlap: "
                            + other.range()
                            + " and "
                            + item.range());
        }
    }

    private boolean asked(int a, int b) {
        return a != b && (only < 0 || a == only || b == only);
    }

    private boolean sameRole(int a, int b) {
        return connectors.get(a).transportRole() == connectors.get(b).transportRole();
    }

    private String pair(int a, int b) {
        return "'" + connectors.get(a).name() + "' and '" + connectors.get(b).name() + "'";
    }

    /** Whether some session could reach both: a port in common, and an address or a wildcard. */
    static boolean bindingsOverlap(ReceiveConnector a, ReceiveConnector b) {
        return a.bindings().stream()
                .anyMatch(mine -> b.bindings().stream().anyMatch(theirs -> overlap(mine, theirs)));
    }

    static boolean overlap(Binding a, Binding b) {
        return a.port() == b.port()
                && a.address().family() == b.address().family()
                && (a.isWildcard() || b.isWildcard() || a.address().equals(b.address()));
    }

    private static boolean bindingsShared(ReceiveConnector a, ReceiveConnector b) {
        return a.bindings().stream().anyMatch(b.bindings()::contains);
    }
}
