package io.postern.security;

import java.util.List;
import java.util.Optional;

/** The stored accounts. */
public interface Accounts {
    /** The account of that name in any case; empty = none. */
    Optional<Account> find(String name);

    /** All accounts by name. */
    List<Account> all();

    /** How many there are. */
    long count();

    /** Lets an account that there is sign in, or not. */
    void setEnabled(String name, boolean enabled);

    /** Adds one. The name must be free. */
    void add(Account account);
}
