package io.postern.enforcement.postfix;

import io.postern.enforcement.Unsupported;
import java.util.List;

/**
 * What a policy means for one Postfix.
 *
 * @param state what it should hold; null = nothing can be compiled, {@code unsupported} says why
 * @param unsupported what could not be expressed; empty = the policy is held exactly
 */
public record CompiledPostfix(PostfixState state, List<Unsupported> unsupported) {
    public CompiledPostfix {
        unsupported = List.copyOf(unsupported);
    }
}
