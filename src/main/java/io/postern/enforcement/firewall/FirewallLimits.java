package io.postern.enforcement.firewall;

import io.postern.enforcement.Unsupported;
import io.postern.policy.AddressSet;
import io.postern.policy.ProvenEntries;
import io.postern.policy.ProvenEntries.Entry;
import io.postern.policy.Server;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Says what firewall rules cannot hold of a policy, on one port of one server. */
final class FirewallLimits {
    private final Server server;
    private final ProvenEntries entries;
    private final Consumer<Unsupported> unsupported;

    FirewallLimits(Server server, ProvenEntries entries, Consumer<Unsupported> unsupported) {
        this.server = server;
        this.entries = entries;
        this.unsupported = unsupported;
    }

    /** What of a grant lies where no identity can be proven and no address grant opens anyway. */
    void outsideKerberosRanges(Entry grant) {
        AddressSet outside =
                grant.addresses()
                        .subtract(entries.blocked())
                        .subtract(server.kerberosRanges())
                        .subtract(entries.open());
        if (outside.isEmpty()) {
            return;
        }
        if (server.kerberosRanges().isEmpty()) {
            unsupported.accept(
                    new Unsupported(
                            grant.key(),
                            server.name()
                                    + " states no kerberosRanges, so nobody is asked to prove an"
                                    + " identity",
                            "state kerberosRanges for " + server.name()));
            return;
        }
        boolean isAny = grant.addresses().equals(AddressSet.ALL);
        unsupported.accept(
                new Unsupported(
                        grant.key(),
                        "it holds from "
                                + (isAny ? "any address, and " : shown(outside) + ", ")
                                + "outside the kerberosRanges of "
                                + server.name()
                                + " ("
                                + shown(server.kerberosRanges())
                                + (isAny ? ")" : "), where")
                                + " nobody is asked to prove an identity",
                        "widen kerberosRanges, or narrow the addresses of the grant"));
    }

    /** A block of identities does not bind who comes in by address. */
    void blocksOfIdentities() {
        for (Entry block : entries.identityBlocks()) {
            boolean isForNobody =
                    block.accounts() != null && block.accounts().isEmpty()
                            || block.computers() != null && block.computers().isEmpty();
            List<String> grants = isForNobody ? List.of() : passing(block);
            if (!grants.isEmpty()) {
                unsupported.accept(
                        new Unsupported(
                                block.key(),
                                "it asks for an identity, and "
                                        + (grants.size() == 1 ? "grant " : "grants ")
                                        + IdentityParts.few(grants)
                                        + (grants.size() == 1 ? " opens" : " open")
                                        + " to addresses, where none is proven",
                                "block the addresses, or let the grant ask for an identity"));
            }
        }
    }

    private List<String> passing(Entry block) {
        AddressSet free = block.addresses().subtract(entries.blocked());
        List<String> grants = new ArrayList<>();
        for (Entry grant : entries.addressGrants()) {
            if (grant.addresses().ranges().stream().anyMatch(free::overlaps)) {
                grants.add(grant.key());
            }
        }
        return grants;
    }

    private static String shown(AddressSet set) {
        if (set.equals(AddressSet.ALL)) {
            return "any address";
        }
        List<String> texts = set.texts();
        return texts.size() <= 3
                ? String.join(", ", texts)
                : String.join(", ", texts.subList(0, 3))
                        + " and "
                        + (texts.size() - 3)
                        + " more ranges";
    }
}
