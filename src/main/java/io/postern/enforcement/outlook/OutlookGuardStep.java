package io.postern.enforcement.outlook;

import io.postern.enforcement.EnforcementStep;
import java.util.Objects;

/**
 * One write to the registry: a value of the guard, with its exact inverse. A key that is made for
 * it stays, empty, when the value is taken away again.
 *
 * @param before null = absent
 * @param after null = taken away
 */
public record OutlookGuardStep(GuardKey key, String name, Integer before, Integer after)
        implements EnforcementStep {
    public OutlookGuardStep {
        Objects.requireNonNull(key);
        if (!key.names().contains(name)) {
            throw new IllegalArgumentException("'" + name + "' is no value of " + key.path());
        }
        if (Objects.equals(before, after)) {
            throw new IllegalArgumentException("a step changes something");
        }
    }

    @Override
    public String description() {
        String where = name + " of " + key.path();
        return after == null
                ? "Remove " + where + " (was " + GuardValues.meaning(name, before) + ")."
                : "Set "
                        + where
                        + " to "
                        + GuardValues.meaning(name, after)
                        + " (was "
                        + GuardValues.meaning(name, before)
                        + ").";
    }

    @Override
    public OutlookGuardStep inverse() {
        return new OutlookGuardStep(key, name, after, before);
    }
}
