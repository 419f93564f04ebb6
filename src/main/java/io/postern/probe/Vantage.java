package io.postern.probe;

import io.postern.policy.AddressSet;
import java.util.List;
import java.util.Objects;

/**
 * Where and as whom probes can run.
 *
 * @param name {@code agent:NAME}, {@code service}, or {@code external:NAME}; unique
 * @param sources the addresses that it says it owns; nobody has to believe it alone
 * @param contexts the accounts that it can run as, besides nobody in particular
 */
public record Vantage(String name, AddressSet sources, List<Context> contexts) {
    /**
     * As whom a probe can run there.
     *
     * @param account name of the account; null = none
     * @param computer name of the computer; null = none
     */
    public record Context(String account, String computer) {}

    public Vantage {
        Objects.requireNonNull(name);
        Objects.requireNonNull(sources);
        contexts = List.copyOf(contexts);
    }
}
