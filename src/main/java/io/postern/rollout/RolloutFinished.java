package io.postern.rollout;

/** Fired in the transaction that ends a rollout. */
public record RolloutFinished(Rollout rollout) {}
