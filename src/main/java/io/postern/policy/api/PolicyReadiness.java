package io.postern.policy.api;

import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready to decide: a revision is in memory. */
@Readiness
class PolicyReadiness implements HealthCheck {
    private final PolicySnapshots snapshots;

    PolicyReadiness(PolicySnapshots snapshots) {
        this.snapshots = snapshots;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("policy in memory")
                .status(snapshots.find(null) != null)
                .build();
    }
}
