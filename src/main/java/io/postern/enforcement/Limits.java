package io.postern.enforcement;

import io.postern.policy.Address;
import io.postern.policy.AddressFamily;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import io.postern.policy.AddressTiers;
import io.postern.policy.Block;
import io.postern.policy.Grant;
import io.postern.policy.Policy;
import io.postern.policy.ProtectedSources;
import io.postern.policy.Server;
import io.postern.policy.Tier;
import io.postern.policy.To;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Says what receive connectors cannot hold of a policy, on one port of one server. */
final class Limits {
    private final Policy policy;
    private final Server server;
    private final int port;
    private final Instant at;
    private final AddressTiers tiers;
    private final List<Unsupported> into;

    Limits(
            Policy policy,
            Server server,
            int port,
            Instant at,
            AddressTiers tiers,
            List<Unsupported> into) {
        this.policy = policy;
        this.server = server;
        this.port = port;
        this.at = at;
        this.tiers = tiers;
        this.into = into;
    }

    private void add(String entry, String reason, String remedy) {
        Unsupported unsupported = new Unsupported(entry, reason, remedy);
        if (!into.contains(unsupported)) {
            into.add(unsupported);
        }
    }

    /** A connector decides by address and port only; it never sees an account or a computer. */
    void identityEntries() {
        for (Grant grant : policy.grants()) {
            if (grant.from().needsIdentity() && applies(grant.to()) && grant.holdsAt(at)) {
                add(
                        grant.key(),
                        "it asks for a proven account or computer, which a receive connector never"
                                + " sees; its addresses get the tier they have without identity",
                        "give " + server.name() + " an enforcement point that proves identity");
            }
        }
        for (Block block : policy.blocks()) {
            if (block.from().needsIdentity() && applies(block.to())) {
                add(
                        block.key(),
                        "it blocks a proven account or computer, which a receive connector never"
                                + " sees",
                        "block its addresses, or block it where identity is proven");
            }
        }
    }

    void noWideConnector() {
        add(
                server.name(),
                "no enabled front-end connector takes every address on port "
                        + port
                        + ", so there is no model to compile after",
                "enable 'Default Frontend' on that port, or take the port from the server's list");
    }

    /** Exchange lets no front-end connector stand beside a hub one on the same binding. */
    boolean foreignRole(ReceiveConnector wide, List<ReceiveConnector> beside) {
        boolean found = false;
        for (ReceiveConnector one : beside) {
            if (one.transportRole() != wide.transportRole()) {
                found = true;
                add(
                        server.name(),
                        "connector '"
                                + one.name()
                                + "' of role "
                                + one.transportRole().word()
                                + " sits on port "
                                + port
                                + ", where Exchange then refuses every front-end connector",
                        "move it to another port or remove it");
            }
        }
        return found;
    }

    /** What is listened to on the port elsewhere than where the wide connector is bound. */
    void beyondItsBindings(ReceiveConnector wide, List<ReceiveConnector> unmanaged) {
        for (ReceiveConnector one : unmanaged) {
            for (Binding binding : one.bindings()) {
                if (one.enabled() && binding.port() == port && !covers(wide, binding)) {
                    add(
                            server.name(),
                            "connector '"
                                    + one.name()
                                    + "' listens on "
                                    + binding
                                    + ", where '"
                                    + wide.name()
                                    + "' does not, so it stays as it is",
                            "bind '" + wide.name() + "' there too, or take the binding away");
                }
            }
        }
        List<AddressFamily> served = WideConnector.families(wide, port);
        for (AddressFamily family : AddressFamily.values()) {
            if (!served.contains(family)) {
                unserved(family);
            }
        }
    }

    private static boolean covers(ReceiveConnector wide, Binding binding) {
        return ConnectorSelection.bindingFor(wide, binding.address(), binding.port()).isPresent();
    }

    private void unserved(AddressFamily family) {
        AddressSet open = ProtectedSources.all(policy).complement();
        String name = family == AddressFamily.IPV4 ? "IPv4" : "IPv6";
        for (Grant grant : policy.grants()) {
            if (!grant.from().addresses().isAny()
                    && !grant.from().needsIdentity()
                    && applies(grant.to())
                    && grant.holdsAt(at)
                    && !grant.from().effective().intersect(open).ranges(family).isEmpty()) {
                add(
                        grant.key(),
                        "port " + port + " of " + server.name() + " does not listen on " + name,
                        "add the " + name + " binding, or grant no " + name + " address");
            }
        }
    }

    /** Protected sources stay where Exchange has them, whatever that gives. */
    void protectedSources(ReceiveConnector wide, List<ReceiveConnector> unmanaged) {
        List<Grant> all = ProtectedSources.withGrants(policy);
        List<Grant> sources = all.subList(policy.grants().size(), all.size());
        // Also where another connector listens more exactly: it may take them there.
        for (Address listener : Listeners.addresses(unmanaged, port)) {
            if (covers(wide, new Binding(listener, port))) {
                Map<Tier, AddressSet> given =
                        ConnectorPartition.byTier(ConnectorPartition.of(unmanaged, listener, port));
                for (Grant source : sources) {
                    compare(source, listener.family(), given);
                }
            }
        }
    }

    private void compare(Grant source, AddressFamily family, Map<Tier, AddressSet> given) {
        AddressSet addresses = AddressSet.of(source.from().effective().ranges(family));
        given.forEach(
                (tier, set) -> {
                    AddressSet off = addresses.intersect(set).subtract(tiers.of(tier));
                    if (!off.isEmpty()) {
                        Address witness = off.ranges().get(0).low();
                        add(
                                source.key(),
                                off.ranges().get(0)
                                        + " is protected and keeps its connector,"
                                        + " which gives "
                                        + tier.word()
                                        + "; the policy says "
                                        + tierAt(witness).word(),
                                "change the connector by hand, or the policy");
                    }
                });
    }

    /** Single addresses that an unmanaged connector holds as such: nothing can be narrower. */
    void heldElsewhere(ReceiveConnector wide, List<ReceiveConnector> beside, Set<Address> blocked) {
        AddressSet open = ProtectedSources.all(policy).complement();
        List<AddressFamily> served = WideConnector.families(wide, port);
        for (ReceiveConnector one : beside) {
            Set<Address> singles = new TreeSet<>();
            for (AddressRange range : one.remoteIpRanges()) {
                boolean wins =
                        one.enabled() && WideConnector.families(one, port).contains(range.family());
                if (range.low().equals(range.high())
                        && served.contains(range.family())
                        && open.contains(range.low())
                        && (wins || blocked.contains(range.low()))) {
                    singles.add(range.low());
                }
            }
            for (Address single : singles) {
                add(
                        decider(single),
                        single
                                + " is held as a single address by the unmanaged connector '"
                                + one.name()
                                + "'"
                                + (one.enabled() ? "" : " (disabled)")
                                + ", below which nothing narrower can stand",
                        "adopt '" + one.name() + "', or remove " + single + " from it");
            }
        }
    }

    private String decider(Address address) {
        Tier tier = tierAt(address);
        TreeSet<String> keys = new TreeSet<>();
        if (tier == Tier.NONE) {
            for (Block block : policy.blocks()) {
                if (!block.from().needsIdentity()
                        && applies(block.to())
                        && block.from().effective().contains(address)) {
                    keys.add(block.key());
                }
            }
        } else {
            for (Grant grant : policy.grants()) {
                if (grant.tier() == tier
                        && !grant.from().needsIdentity()
                        && applies(grant.to())
                        && grant.holdsAt(at)
                        && grant.from().effective().contains(address)) {
                    keys.add(grant.key());
                }
            }
        }
        return keys.isEmpty() ? server.name() : keys.first();
    }

    private Tier tierAt(Address address) {
        for (Tier tier : Tier.values()) {
            if (tiers.of(tier).contains(address)) {
                return tier;
            }
        }
        throw new IllegalStateException("the tiers do not cover " + address);
    }

    private boolean applies(To to) {
        return (to.servers().isEmpty()
                        || to.servers().stream().anyMatch(server.name()::equalsIgnoreCase))
                && (to.ports().isEmpty() || to.ports().contains(port));
    }
}
