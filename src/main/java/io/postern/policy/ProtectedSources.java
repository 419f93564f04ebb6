package io.postern.policy;

import java.util.ArrayList;
import java.util.List;

/**
 * The protected sources of a policy, implicit ones included, in the form that decisions know:
 * grants.
 */
public final class ProtectedSources {
    /** The rest of 127.0.0.0/8 is ordinary. */
    public static final AddressSet LOOPBACK = AddressSet.parse("127.0.0.1", "::1");

    private ProtectedSources() {}

    /**
     * The policy's grants, then one grant for each protected source, stated or implicit, on all
     * servers and ports.
     */
    public static List<Grant> withGrants(Policy policy) {
        List<Grant> grants = new ArrayList<>(policy.grants());
        for (ProtectedSource source : policy.protectedSources()) {
            grants.add(grant(source.grantKey(), source.addresses(), source.tier()));
        }
        for (Server server : policy.servers()) {
            if (!server.addresses().isEmpty()) {
                grants.add(
                        grant(
                                "protected:" + server.name(),
                                addresses(server.addresses()),
                                Tier.INTERNAL));
            }
        }
        grants.add(grant("protected:loopback", addresses(LOOPBACK), Tier.INTERNAL));
        return grants;
    }

    /** Every protected address, implicit ones included. */
    public static AddressSet all(Policy policy) {
        AddressSet all = LOOPBACK;
        for (ProtectedSource source : policy.protectedSources()) {
            all = all.union(source.addresses().set());
        }
        for (Server server : policy.servers()) {
            all = all.union(server.addresses());
        }
        return all;
    }

    private static Addresses addresses(AddressSet set) {
        return new Addresses(set.texts(), set);
    }

    private static Grant grant(String key, Addresses addresses, Tier tier) {
        return new Grant(
                key,
                new From(addresses, Addresses.NOT_ASKED, List.of(), List.of()),
                To.EVERYWHERE,
                tier,
                null,
                "protected source",
                null,
                null,
                null);
    }
}
