package io.postern.rollout;

import java.util.List;

/** What the law says must happen next. */
public sealed interface RolloutStep {
    /** Publish the revision to a ring's servers. */
    record PublishRing(String ring) implements RolloutStep {}

    /** Ask for the probes of a ring. */
    record AskProbes(String ring) implements RolloutStep {}

    /** Confirm a ring: its agents stop their clocks. */
    record ConfirmRing(String ring) implements RolloutStep {}

    /** Put every touched server back and move the authority off the revision. */
    record Brake(String reason) implements RolloutStep {}

    /** Ask for the probes that prove the undoing. */
    record AskRollbackProbes(List<String> servers) implements RolloutStep {}

    /** The end. @param reason null = nothing wrong */
    record Finish(RolloutState state, String reason, String proof) implements RolloutStep {}
}
