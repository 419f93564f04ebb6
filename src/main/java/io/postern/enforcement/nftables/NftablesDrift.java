package io.postern.enforcement.nftables;

import io.postern.enforcement.ConnectorDrift;
import io.postern.policy.AddressSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;

/**
 * A difference between what our table should hold and what is there.
 *
 * @param kind MISSING (not there), CHANGED (there, but different), FOREIGN (ours by its name, but
 *     not ours to have) or EFFECTIVE (ours is intact, yet others take the packets or drop them)
 * @param subject the table or rule
 * @param detail for people: what differs
 * @param remedy for people: what would remove it
 */
public record NftablesDrift(String kind, String subject, String detail, String remedy) {
    private static final String WRITE_AGAIN = "write Postern's table again";

    public NftablesDrift {
        Objects.requireNonNull(kind);
        Objects.requireNonNull(subject);
        Objects.requireNonNull(detail);
        Objects.requireNonNull(remedy);
    }

    /** Every difference; those of our table first. */
    public static List<NftablesDrift> compare(NftablesState desired, ObservedNftables observed) {
        List<NftablesDrift> drifts = new ArrayList<>();
        String table = "table inet " + observed.table();
        own(table, desired, observed, drifts);
        for (String deviation : observed.deviations()) {
            drifts.add(new NftablesDrift(ConnectorDrift.CHANGED, table, deviation, WRITE_AGAIN));
        }
        if (!desired.isAbsent()) {
            observed.foreign().forEach(rule -> foreign(rule, desired, drifts));
        }
        return List.copyOf(drifts);
    }

    private static void own(
            String table,
            NftablesState desired,
            ObservedNftables observed,
            List<NftablesDrift> drifts) {
        NftablesState held = observed.held();
        if (held.equals(desired)) {
            return;
        }
        if (desired.isAbsent()) {
            drifts.add(
                    new NftablesDrift(
                            ConnectorDrift.FOREIGN,
                            table,
                            "it is there, but nothing of the kind is desired",
                            "remove it with 'nft delete " + table + "'"));
            return;
        }
        if (held.isAbsent()) {
            drifts.add(
                    new NftablesDrift(
                            ConnectorDrift.MISSING,
                            table,
                            "it is not there, so nftables drops nothing for this server",
                            WRITE_AGAIN));
            return;
        }
        if (held.hook() != desired.hook()) {
            changed(
                    table,
                    "it hangs in " + held.hook().word() + ", not in " + desired.hook().word(),
                    drifts);
        }
        if (held.hook() == desired.hook() && !held.addresses().equals(desired.addresses())) {
            changed(
                    table,
                    "it keeps the addresses "
                            + String.join(", ", held.addresses())
                            + ", not "
                            + String.join(", ", desired.addresses()),
                    drifts);
        }
        int before = drifts.size();
        TreeSet<Integer> ports = new TreeSet<>(held.ports());
        ports.addAll(desired.ports());
        ports.forEach(port -> port(table, port, desired, held, drifts));
        if (drifts.isEmpty() && before == 0) {
            changed(table, "its sets are shared otherwise between the ports", drifts);
        }
    }

    private static void port(
            String table,
            int port,
            NftablesState desired,
            NftablesState held,
            List<NftablesDrift> drifts) {
        if (!held.ports().contains(port)) {
            drifts.add(
                    new NftablesDrift(
                            ConnectorDrift.MISSING,
                            table,
                            "it does not keep port "
                                    + port
                                    + ", which is open to everybody as far"
                                    + " as it goes",
                            WRITE_AGAIN));
            return;
        }
        if (!desired.ports().contains(port)) {
            changed(table, "it keeps port " + port + ", which it should not", drifts);
            return;
        }
        AddressSet more = held.allowed(port).subtract(desired.allowed(port));
        AddressSet less = desired.allowed(port).subtract(held.allowed(port));
        if (!more.isEmpty()) {
            changed(table, "it lets " + few(more) + " through to port " + port, drifts);
        }
        if (!less.isEmpty()) {
            changed(table, "it does not let " + few(less) + " through to port " + port, drifts);
        }
    }

    private static void changed(String table, String detail, List<NftablesDrift> drifts) {
        drifts.add(new NftablesDrift(ConnectorDrift.CHANGED, table, detail, WRITE_AGAIN));
    }

    private static void foreign(
            ForeignRule rule, NftablesState desired, List<NftablesDrift> drifts) {
        String subject = rule.table() + " " + rule.chain() + " handle " + rule.handle();
        if (rule.effect() == ForeignRule.Effect.REDIRECTS) {
            drifts.add(
                    new NftablesDrift(
                            ConnectorDrift.EFFECTIVE,
                            subject,
                            "it takes connections past Postern's table: " + rule.text(),
                            "remove the rule, or leave the server's ports out of it"));
        } else if (rule.effect() == ForeignRule.Effect.DROPS && rule.isSure()) {
            AddressSet dropped = AddressSet.parse(rule.addresses().toArray(String[]::new));
            AddressSet cut = AddressSet.EMPTY;
            for (int port : rule.ports()) {
                if (desired.ports().contains(port)) {
                    cut = cut.union(desired.allowed(port).intersect(dropped));
                }
            }
            if (!cut.isEmpty()) {
                drifts.add(
                        new NftablesDrift(
                                ConnectorDrift.EFFECTIVE,
                                subject,
                                "others drop "
                                        + few(cut)
                                        + ", whom the policy lets in: "
                                        + rule.text(),
                                "let the server's ports through there; Postern's table drops whom"
                                        + " the policy does not let in"));
            }
        }
    }

    private static String few(AddressSet set) {
        if (set.equals(AddressSet.ALL)) {
            return "everybody";
        }
        return set.ranges().size() <= 3
                ? set.toString()
                : AddressSet.of(set.ranges().subList(0, 3))
                        + " and "
                        + (set.ranges().size() - 3)
                        + " more ranges";
    }
}
