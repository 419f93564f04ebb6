package io.postern.enforcement.firewall;

import io.postern.enforcement.Unsupported;
import java.util.List;

/**
 * What a policy means for the firewall of one server.
 *
 * @param state what the server should hold; null = nothing can be compiled, {@code unsupported}
 *     says why
 * @param unsupported what could not be expressed; empty = the policy is held exactly
 */
public record CompiledFirewall(FirewallState state, List<Unsupported> unsupported) {
    public CompiledFirewall {
        unsupported = List.copyOf(unsupported);
    }
}
