package io.postern.policy;

import java.util.List;
import java.util.Objects;

/**
 * Who an entry is about. The dimensions are ANDed.
 *
 * @param addresses empty = any address
 * @param except addresses taken out again
 * @param accounts names or SIDs of principals; empty = not asked; non-empty = one of them must be
 *     proven
 * @param computers names or SIDs of computers or groups; empty = not asked; non-empty = one of them
 *     must be proven
 */
public record From(
        Addresses addresses, Addresses except, List<String> accounts, List<String> computers) {
    public From {
        Objects.requireNonNull(addresses);
        Objects.requireNonNull(except);
        accounts = List.copyOf(accounts);
        computers = List.copyOf(computers);
    }

    /** The addresses it covers: those written (or all) less the exceptions. */
    public AddressSet effective() {
        AddressSet written = addresses.isAny() ? AddressSet.ALL : addresses.set();
        return except.set().isEmpty() ? written : written.subtract(except.set());
    }

    /** Whether a proven account or computer is asked for. */
    public boolean needsIdentity() {
        return !accounts.isEmpty() || !computers.isEmpty();
    }
}
