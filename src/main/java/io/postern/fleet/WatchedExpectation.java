package io.postern.fleet;

import io.postern.policy.Tier;
import java.time.Instant;

/**
 * An expectation that is not simply met.
 *
 * @param ending how its last probe ended
 * @param askedAt when it was asked last
 * @param findingId its open finding; null = none yet
 */
public record WatchedExpectation(
        Expectation expectation,
        Tier expected,
        ExpectationHistory history,
        ProbeEnding ending,
        Instant askedAt,
        Long findingId) {}
