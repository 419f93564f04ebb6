package io.postern.enforcement.nftables;

import io.postern.enforcement.Unsupported;
import java.util.List;

/**
 * What a policy means for the nftables of one server.
 *
 * @param state what its table should hold; null = nothing can be compiled, {@code unsupported} says
 *     why
 * @param unsupported what could not be expressed; empty = the policy is held exactly
 */
public record CompiledNftables(NftablesState state, List<Unsupported> unsupported) {
    public CompiledNftables {
        unsupported = List.copyOf(unsupported);
    }
}
