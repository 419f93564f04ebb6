package io.postern.rollout;

import java.util.List;

/** What the law says must happen next. */
public sealed interface RolloutStep {
    /** Publish the revision to these servers of a ring. */
    record Publish(String ring, List<String> servers) implements RolloutStep {}

    /** Ask for the probes of a ring. */
    record AskProbes(String ring) implements RolloutStep {}

    /** Let a ring wait for somebody who promotes it by name. */
    record AwaitPromotion(String ring) implements RolloutStep {}

    /** Confirm a ring: its agents stop their clocks. Without a bake time it is done. */
    record ConfirmRing(String ring) implements RolloutStep {}

    /** The bake time of a ring is over and nothing spoke against it. */
    record FinishRing(String ring) implements RolloutStep {}

    /** Halt until a person decides. */
    record Pause(RolloutCause cause, String reason) implements RolloutStep {}

    /** Put every touched server back and move the authority off the revision. */
    record Brake(RolloutCause cause, String reason) implements RolloutStep {}

    /** Ask for the probes that prove the undoing. */
    record AskRollbackProbes(List<String> servers) implements RolloutStep {}

    /**
     * The end.
     *
     * @param reason null = nothing wrong
     * @param outstanding servers that are not back as they were
     */
    record Finish(RolloutState state, String reason, String proof, List<String> outstanding)
            implements RolloutStep {}

    /**
     * Servers need not be waited for any longer.
     *
     * @param restored they report that they are back as they were
     * @param replaced something newer was published to them meanwhile
     */
    record Returned(List<String> restored, List<String> replaced) implements RolloutStep {}
}
