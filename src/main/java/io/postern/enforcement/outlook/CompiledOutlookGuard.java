package io.postern.enforcement.outlook;

import io.postern.enforcement.Unsupported;
import java.util.List;
import java.util.Objects;

/**
 * What the guard of one machine should be.
 *
 * @param unsupported what could not be expressed; empty = everything is
 */
public record CompiledOutlookGuard(OutlookGuardState state, List<Unsupported> unsupported) {
    public CompiledOutlookGuard {
        Objects.requireNonNull(state);
        unsupported = List.copyOf(unsupported);
    }
}
