package io.postern.probe;

import io.postern.policy.Address;
import io.postern.policy.Tier;
import java.util.Objects;

/**
 * One question to one server, with the answer that the policy demands.
 *
 * @param source where the submission comes from
 * @param account proven account; null = none
 * @param computer proven computer; null = none
 * @param expected the decision engine's tier
 * @param reason why it is asked, for people
 * @param sentinel whether it lies outside the impact and only shows that nothing else moved
 */
public record PlannedProbe(
        String server,
        int port,
        Address source,
        String account,
        String computer,
        Tier expected,
        String reason,
        boolean sentinel) {
    public PlannedProbe {
        Objects.requireNonNull(server);
        Objects.requireNonNull(source);
        Objects.requireNonNull(expected);
        Objects.requireNonNull(reason);
    }
}
