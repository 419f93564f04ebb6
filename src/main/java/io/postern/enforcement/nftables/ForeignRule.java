package io.postern.enforcement.nftables;

import io.postern.policy.AddressSet;
import java.util.List;
import java.util.Objects;

/**
 * Something in another table that bears on the ports of a server. Never touched.
 *
 * @param table with its family, such as {@code inet filter}
 * @param chain in that table
 * @param handle of the rule, as nft numbers it; of the chain where its policy is meant
 * @param effect what it does to a first packet of a connection
 * @param ports which of the server's ports it bears on, ascending
 * @param addresses from whom, as texts of an address set; empty = nobody for sure
 * @param isSure whether it does so to all of them; false = it depends on more than address and
 *     port, such as an interface, and {@code addresses} are those it may concern
 * @param text for people
 */
public record ForeignRule(
        String table,
        String chain,
        long handle,
        Effect effect,
        List<Integer> ports,
        List<String> addresses,
        boolean isSure,
        String text) {
    /** What it does. */
    public enum Effect {
        /** Drops or rejects: nobody behind it is reached, whatever our table lets through. */
        DROPS,

        /**
         * Takes the packet elsewhere or past our chain: redirect, dnat, tproxy, a flow table, a
         * forward to another interface.
         */
        REDIRECTS,

        /** Accepts: that ends its own chain only and opens nothing that our table drops. */
        ACCEPTS
    }

    public ForeignRule {
        Objects.requireNonNull(table);
        Objects.requireNonNull(chain);
        Objects.requireNonNull(effect);
        ports = List.copyOf(ports);
        addresses = AddressSet.parse(addresses.toArray(String[]::new)).texts();
        Objects.requireNonNull(text);
    }
}
