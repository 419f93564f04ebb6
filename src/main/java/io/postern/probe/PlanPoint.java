package io.postern.probe;

import io.postern.policy.Address;

/**
 * A submission to be tried, whoever tries it.
 *
 * @param target as in {@link PlannedProbe}
 */
record PlanPoint(String target, int port, Address source, ProvenIdentity as) {
    /** A submission, and the vantage that is asked to try it. */
    record Question(PlanPoint point, String vantage) {}

    Question askedOf(String vantage) {
        return new Question(this, vantage);
    }
}
