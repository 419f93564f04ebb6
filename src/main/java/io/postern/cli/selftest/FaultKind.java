package io.postern.cli.selftest;

import java.util.Set;
import java.util.function.Function;

/**
 * A kind of enforcement fault, each with an effect of its own.
 *
 * @param name as in {@code --kinds}
 * @param effect one sentence
 * @param expected what the rollout may end with; several where chance decides which evidence comes
 *     first
 * @param trial draws one at a place
 */
record FaultKind(
        String name,
        String effect,
        Set<FaultVerdict> expected,
        Function<TrialDraw, FaultTrial> trial) {}
