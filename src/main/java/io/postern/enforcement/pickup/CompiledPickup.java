package io.postern.enforcement.pickup;

import io.postern.enforcement.Unsupported;
import java.util.List;

/**
 * What a policy means for the pickup folder of one server.
 *
 * @param state what it should hold; null = nothing can be compiled, {@code unsupported} says why
 * @param unsupported what could not be expressed; empty = the policy is held exactly
 */
public record CompiledPickup(PickupState state, List<Unsupported> unsupported) {
    public CompiledPickup {
        unsupported = List.copyOf(unsupported);
    }
}
