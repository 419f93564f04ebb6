package io.postern.policy;

import java.util.List;
import java.util.Objects;

/**
 * An address list of an entry: what was written, and what it means.
 *
 * @param terms the terms as written, in order: an address, CIDR or range, or {@code @name} of an
 *     address set; empty = the list is absent or empty
 * @param set the union of the terms, sets resolved; empty exactly when {@code terms} is empty or
 *     names only empty sets
 */
public record Addresses(List<String> terms, AddressSet set) {
    /** Nothing was written. */
    public static final Addresses NOT_ASKED = new Addresses(List.of(), AddressSet.EMPTY);

    public Addresses {
        terms = List.copyOf(terms);
        Objects.requireNonNull(set);
    }

    /** Whether nothing was written, which in {@code from} means any address. */
    public boolean isAny() {
        return terms.isEmpty();
    }
}
