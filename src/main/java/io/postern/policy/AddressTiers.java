package io.postern.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * The tier that a policy gives to each address on one server, port and instant, when no identity is
 * proven or when any may be: a partition of the whole address space. Immutable.
 */
public final class AddressTiers {
    private final Map<Tier, AddressSet> byTier;

    private AddressTiers(Map<Tier, AddressSet> byTier) {
        this.byTier = byTier;
    }

    /** Computes the partition; entries that ask for an identity never match. */
    public static AddressTiers of(Policy policy, Server server, int port, Instant at) {
        return of(policy, server, port, at, grant -> AddressSet.EMPTY);
    }

    /** {@link #ofAnyIdentity(Policy, Server, int, Instant, AddressSet)}, provable from anywhere. */
    public static AddressTiers ofAnyIdentity(Policy policy, Server server, int port, Instant at) {
        return ofAnyIdentity(policy, server, port, at, AddressSet.ALL);
    }

    /**
     * The highest tier that anybody gets from each address, whatever identity he proves: what a
     * layer must let through that sees only addresses and stands behind one that sees identities.
     *
     * @param provable from where an identity can be proven; empty = from nowhere
     */
    public static AddressTiers ofAnyIdentity(
            Policy policy, Server server, int port, Instant at, AddressSet provable) {
        IdentityReach reach = new IdentityReach(policy, server, port);
        return of(policy, server, port, at, grant -> reach.of(grant).intersect(provable));
    }

    private static AddressTiers of(
            Policy policy,
            Server server,
            int port,
            Instant at,
            Function<Grant, AddressSet> ofIdentityGrant) {
        List<AddressRange> blocked = new ArrayList<>();
        for (Block block : policy.blocks()) {
            if (!block.from().needsIdentity() && applies(block.to(), server, port)) {
                blocked.addAll(block.from().effective().ranges());
            }
        }
        AddressSet open = AddressSet.ALL.subtract(AddressSet.of(blocked));
        Map<Tier, AddressSet> byTier = new EnumMap<>(Tier.class);
        Map<Tier, List<AddressRange>> matching = new EnumMap<>(Tier.class);
        for (Tier tier : Tier.values()) {
            matching.put(tier, new ArrayList<>());
        }
        for (Grant grant : ProtectedSources.withGrants(policy)) {
            if (applies(grant.to(), server, port) && grant.holdsAt(at)) {
                AddressSet reached =
                        grant.from().needsIdentity()
                                ? ofIdentityGrant.apply(grant)
                                : grant.from().effective();
                matching.get(grant.tier()).addAll(reached.ranges());
            }
        }
        AddressSet left = open;
        for (Tier tier : List.of(Tier.TRUSTED, Tier.RELAY, Tier.INTERNAL)) {
            AddressSet matched = AddressSet.of(matching.get(tier)).intersect(left);
            byTier.put(tier, matched);
            left = left.subtract(matched);
        }
        byTier.put(Tier.NONE, AddressSet.ALL.subtract(open).union(left));
        return new AddressTiers(byTier);
    }

    static boolean applies(To to, Server server, int port) {
        return (to.servers().isEmpty()
                        || to.servers().stream().anyMatch(server.name()::equalsIgnoreCase))
                && (to.ports().isEmpty()
                        ? server.ports().contains(port)
                        : to.ports().contains(port));
    }

    /** The addresses of that tier; empty = none. */
    public AddressSet of(Tier tier) {
        return byTier.get(Objects.requireNonNull(tier));
    }
}
