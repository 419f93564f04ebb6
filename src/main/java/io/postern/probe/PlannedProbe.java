package io.postern.probe;

import io.postern.policy.Address;
import io.postern.policy.Tier;
import java.util.Objects;

/**
 * One question to one server, with the answer that the policy demands.
 *
 * @param target where to connect to: an address of the server, or one of its load-balanced names;
 *     null = its first address of the source's family
 * @param source where the submission comes from
 * @param account proven account; null = none
 * @param computer proven computer; null = none
 * @param expected the decision engine's tier
 * @param reason why it is asked, for people
 * @param sentinel whether it lies outside the impact and only shows that nothing else moved
 * @param region what it stands for: probes of one region to one target must all end alike, so that
 *     vantages can be held against each other; empty = for itself alone
 * @param vantage name of the vantage that is asked; null = whoever stands at the source
 */
public record PlannedProbe(
        String server,
        String target,
        int port,
        Address source,
        String account,
        String computer,
        Tier expected,
        String reason,
        boolean sentinel,
        String region,
        String vantage) {
    public PlannedProbe {
        Objects.requireNonNull(server);
        Objects.requireNonNull(source);
        Objects.requireNonNull(expected);
        Objects.requireNonNull(reason);
        Objects.requireNonNull(region);
    }
}
