package io.postern.policy;

import java.util.Objects;

/**
 * What a policy gives a submission.
 *
 * @param tier the tier
 * @param grant key of the deciding grant, or, when a block decided, of the grant it beat; null =
 *     none matched
 * @param block key of the deciding block; null = none matched
 */
public record Decision(Tier tier, String grant, String block) {
    public Decision {
        Objects.requireNonNull(tier);
    }
}
