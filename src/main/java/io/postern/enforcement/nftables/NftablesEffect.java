package io.postern.enforcement.nftables;

import io.postern.enforcement.NetworkLayer;
import io.postern.policy.AddressSet;
import io.postern.policy.IdentityCondition;
import java.util.ArrayList;
import java.util.List;

/**
 * What a host's nftables lets through to a port of the server. It sees addresses only. What is not
 * known counts as open and is told. Immutable.
 */
public final class NftablesEffect implements NetworkLayer {
    /** The kind, as a server's {@code enforcement} names it. */
    public static final String KIND = "nftables";

    private final ObservedNftables observed;
    private final AddressSet unkept;

    private NftablesEffect(ObservedNftables observed, AddressSet unkept) {
        this.observed = observed;
        this.unkept = unkept;
    }

    /**
     * The effect for a server behind a gateway, of which the table may keep an older address only.
     *
     * @param server its addresses
     */
    public static NftablesEffect of(ObservedNftables observed, AddressSet server) {
        boolean isOfAddresses =
                observed.hook() == NftablesHook.FORWARD && !observed.held().isAbsent();
        AddressSet kept = AddressSet.parse(observed.held().addresses().toArray(String[]::new));
        return new NftablesEffect(
                observed, isOfAddresses ? server.subtract(kept) : AddressSet.EMPTY);
    }

    /** The effect of a rule set as it was read, or as it would be. */
    public static NftablesEffect of(ObservedNftables observed) {
        return new NftablesEffect(observed, AddressSet.EMPTY);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public List<Opening> openings(int port) {
        AddressSet addresses = isKept(port) ? observed.held().allowed(port) : AddressSet.ALL;
        List<Opening> openings = new ArrayList<>();
        add("table inet " + observed.table(), addresses.subtract(dropped(port)), openings);
        for (ForeignRule rule : redirects(port)) {
            add(rule.table() + " " + rule.chain(), addresses(rule), openings);
        }
        return List.copyOf(openings);
    }

    private static void add(String rule, AddressSet addresses, List<Opening> openings) {
        if (!addresses.isEmpty()) {
            openings.add(
                    new Opening(
                            rule, addresses, IdentityCondition.ANYBODY, IdentityCondition.ANYBODY));
        }
    }

    private boolean isKept(int port) {
        return unkept.isEmpty()
                && observed.deviations().isEmpty()
                && observed.held().hook() == observed.hook()
                && observed.held().ports().contains(port);
    }

    /** Whom others drop for sure. */
    private AddressSet dropped(int port) {
        AddressSet dropped = AddressSet.EMPTY;
        for (ForeignRule rule : observed.foreign()) {
            if (rule.effect() == ForeignRule.Effect.DROPS
                    && rule.isSure()
                    && rule.ports().contains(port)) {
                dropped = dropped.union(addresses(rule));
            }
        }
        return dropped;
    }

    private List<ForeignRule> redirects(int port) {
        return observed.foreign().stream()
                .filter(rule -> rule.effect() == ForeignRule.Effect.REDIRECTS)
                .filter(rule -> rule.ports().contains(port))
                .toList();
    }

    private static AddressSet addresses(ForeignRule rule) {
        return AddressSet.parse(rule.addresses().toArray(String[]::new));
    }

    @Override
    public List<String> unknowns(int port) {
        List<String> unknowns = new ArrayList<>();
        if (!observed.deviations().isEmpty()) {
            unknowns.add(
                    "Table inet "
                            + observed.table()
                            + " is not as Postern writes it ("
                            + String.join("; ", observed.deviations())
                            + "); it counts as open to everybody.");
        }
        if (!unkept.isEmpty()) {
            unknowns.add(
                    "Table inet "
                            + observed.table()
                            + " does not keep "
                            + unkept
                            + " of the server; it counts as open to everybody.");
        }
        for (ForeignRule rule : redirects(port)) {
            unknowns.add(
                    "Where "
                            + rule.table()
                            + " "
                            + rule.chain()
                            + " takes connections is not known ("
                            + rule.text()
                            + "); they count as let through.");
        }
        unknowns.addAll(observed.notes());
        return List.copyOf(unknowns);
    }
}
