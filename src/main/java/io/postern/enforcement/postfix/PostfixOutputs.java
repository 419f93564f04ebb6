package io.postern.enforcement.postfix;

import java.util.Objects;

/**
 * What the programs of a Postfix say and what our tables hold, as text.
 *
 * @param tableDirectory of our tables
 * @param clients content of our table of clients; null = there is none
 * @param relay likewise of who may relay
 * @param explicit output of {@code postconf -n} of the two parameters
 * @param effective output of {@code postconf -x} of {@link PostfixReading#PARAMETERS}
 * @param services output of {@code postconf -Mx}
 * @param overrides output of {@code postconf -Px}
 * @param isRunning whether {@code postfix status} says so
 * @param warnings what postconf complained about
 */
public record PostfixOutputs(
        String tableDirectory,
        String clients,
        String relay,
        String explicit,
        String effective,
        String services,
        String overrides,
        boolean isRunning,
        String warnings) {
    public PostfixOutputs {
        Objects.requireNonNull(tableDirectory);
        Objects.requireNonNull(explicit);
        Objects.requireNonNull(effective);
        Objects.requireNonNull(services);
        Objects.requireNonNull(overrides);
        Objects.requireNonNull(warnings);
    }
}
