package io.postern.policy;

import java.util.Objects;

/**
 * What enforcement lets through on one port of a server: whoever comes from these addresses, as one
 * of these identities, gets this tier. Of several that match, the highest tier counts.
 *
 * @param key what lets it through, such as the name of a connector
 * @param tier never NONE: what nothing lets through is not listed
 * @param accounts which accounts
 * @param computers which computers
 */
public record Passage(
        String key,
        int port,
        Tier tier,
        AddressSet addresses,
        IdentityCondition accounts,
        IdentityCondition computers) {
    public Passage {
        Objects.requireNonNull(key);
        Objects.requireNonNull(addresses);
        if (tier == Tier.NONE) {
            throw new IllegalArgumentException("a passage lets something through");
        }
        Objects.requireNonNull(accounts);
        Objects.requireNonNull(computers);
    }

    /** For everybody from these addresses. */
    public static Passage of(String key, int port, Tier tier, AddressSet addresses) {
        return new Passage(
                key, port, tier, addresses, IdentityCondition.ANYBODY, IdentityCondition.ANYBODY);
    }
}
