package io.postern.enforcement.server;

import io.postern.enforcement.EnforcementStep;
import io.postern.enforcement.Unsupported;
import java.util.List;
import java.util.Optional;

/**
 * What a revision means for every enforcement point of one server.
 *
 * @param desired what its agent must hold; null = nothing can be pushed, {@code refusal} says why
 * @param steps how it gets there from what was observed; empty also where nothing can be pushed
 * @param unsupported what the enforcement points cannot express together
 * @param notes what is not pushed although the policy names it, a sentence each
 * @param refusal why nothing can be pushed; null = something can
 */
public record CompiledServer(
        DesiredState desired,
        List<EnforcementStep> steps,
        List<Unsupported> unsupported,
        List<String> notes,
        String refusal) {
    public CompiledServer {
        steps = List.copyOf(steps);
        unsupported = List.copyOf(unsupported);
        notes = List.copyOf(notes);
        if ((desired == null) == (refusal == null)) {
            throw new IllegalArgumentException("a refusal, or something to push");
        }
    }

    static CompiledServer refused(String why, List<Unsupported> unsupported, List<String> notes) {
        return new CompiledServer(null, List.of(), unsupported, notes, why);
    }

    /** The reason of {@link #refusal}; empty = it may be pushed. */
    public Optional<String> refused() {
        return Optional.ofNullable(refusal);
    }
}
