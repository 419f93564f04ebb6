package io.postern.policy;

import java.util.List;
import java.util.Objects;

/**
 * What enforcement lets through on one port of a server: whoever comes from these addresses, as one
 * of these identities, gets this tier. Of several that match, the highest tier counts.
 *
 * @param key what lets it through, such as the name of a connector
 * @param tier never NONE: what nothing lets through is not listed
 * @param accounts names of principals of which one must be proven; empty = not asked
 * @param computers likewise
 */
public record Passage(
        String key,
        int port,
        Tier tier,
        AddressSet addresses,
        List<String> accounts,
        List<String> computers) {
    public Passage {
        Objects.requireNonNull(key);
        Objects.requireNonNull(addresses);
        if (tier == Tier.NONE) {
            throw new IllegalArgumentException("a passage lets something through");
        }
        accounts = List.copyOf(accounts);
        computers = List.copyOf(computers);
    }

    /** For everybody from these addresses. */
    public static Passage of(String key, int port, Tier tier, AddressSet addresses) {
        return new Passage(key, port, tier, addresses, List.of(), List.of());
    }
}
