package io.postern.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The tier that a policy gives to each address on one server, port and instant when no identity is
 * proven: a partition of the whole address space. Immutable.
 */
public final class AddressTiers {
    private final Map<Tier, AddressSet> byTier;

    private AddressTiers(Map<Tier, AddressSet> byTier) {
        this.byTier = byTier;
    }

    /** Computes the partition; entries that ask for an identity never match. */
    public static AddressTiers of(Policy policy, Server server, int port, Instant at) {
        AddressSet open = AddressSet.ALL;
        for (Block block : policy.blocks()) {
            if (!block.from().needsIdentity() && applies(block.to(), server, port)) {
                open = open.subtract(block.from().effective());
            }
        }
        Map<Tier, AddressSet> byTier = new EnumMap<>(Tier.class);
        Map<Tier, List<AddressRange>> matching = new EnumMap<>(Tier.class);
        for (Tier tier : Tier.values()) {
            matching.put(tier, new ArrayList<>());
        }
        for (Grant grant : ProtectedSources.withGrants(policy)) {
            if (!grant.from().needsIdentity()
                    && applies(grant.to(), server, port)
                    && grant.holdsAt(at)) {
                matching.get(grant.tier()).addAll(grant.from().effective().ranges());
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
