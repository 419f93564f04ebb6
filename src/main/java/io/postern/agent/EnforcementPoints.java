package io.postern.agent;

import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.ConnectorStep;
import io.postern.enforcement.EnforcementStep;
import io.postern.enforcement.firewall.FirewallRefusal;
import io.postern.enforcement.firewall.FirewallStep;
import io.postern.enforcement.outlook.OutlookGuardStep;
import io.postern.enforcement.pickup.PickupStep;
import io.postern.enforcement.server.DesiredState;
import io.postern.enforcement.server.ObservedServer;
import io.postern.enforcement.server.ServerLayers;
import io.postern.enforcement.server.ServerSteps;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Everything that enforces on one server, read and written as one. One caller at a time. */
final class EnforcementPoints {
    /** How much longer than the confirm window the originals stay disabled by themselves. */
    private static final Duration GRACE = Duration.ofMinutes(2);

    private final Driver driver;

    EnforcementPoints(Driver driver) {
        this.driver = driver;
    }

    ObservedServer read() throws IOException {
        return new ObservedServer(
                driver.read(),
                driver.firewall().isPresent() ? driver.firewall().get().read() : null,
                driver.pickup().isPresent() ? driver.pickup().get().read() : null,
                driver.outlookGuard().isPresent() ? driver.outlookGuard().get().read() : null,
                driver.simulationToken().length > 0);
    }

    /** The digest of what is held of a publication's business. */
    static String digest(ObservedServer observed, DesiredPublication wanted) {
        return DesiredState.digestOf(
                wanted.keepsConnectors() ? observed.managed() : wanted.connectors(),
                observed.held(wanted.layers()));
    }

    /**
     * The steps from what was read to what a publication wants.
     *
     * @throws IllegalArgumentException if no plan leads there, or local firewall rules would not
     *     hold on this machine
     */
    static List<EnforcementStep> steps(ObservedServer observed, DesiredPublication wanted) {
        if (wanted.layers().firewall() != null && observed.firewall() != null) {
            List<String> reasons =
                    FirewallRefusal.reasons(observed.firewall(), wanted.layers().firewall());
            if (!reasons.isEmpty()) {
                throw new IllegalArgumentException(
                        "the Windows firewall is not written: " + String.join(" ", reasons));
            }
        }
        return ServerSteps.between(
                observed,
                wanted.keepsConnectors() ? wanted.connectors() : observed.managed(),
                wanted.layers());
    }

    /** The steps back to what was held. */
    static List<EnforcementStep> steps(
            ObservedServer observed, List<ConnectorData> managed, ServerLayers layers) {
        return ServerSteps.between(observed, managed, layers == null ? ServerLayers.NONE : layers);
    }

    /**
     * Takes the steps.
     *
     * @param confirmWindowSeconds after which they would be undone; null = they stay
     */
    void carryOut(List<EnforcementStep> steps, Integer confirmWindowSeconds) throws IOException {
        List<FirewallStep> firewall =
                steps.stream()
                        .filter(FirewallStep.class::isInstance)
                        .map(FirewallStep.class::cast)
                        .toList();
        if (!firewall.isEmpty()) {
            List<String> disabled =
                    firewall.stream()
                            .filter(FirewallStep.DisableOriginal.class::isInstance)
                            .map(FirewallStep::name)
                            .toList();
            Duration until =
                    confirmWindowSeconds == null
                            ? null
                            : Duration.ofSeconds(confirmWindowSeconds).plus(GRACE);
            point().begin(disabled, until);
        }
        for (EnforcementStep step : steps) {
            if (step instanceof ConnectorStep one) {
                driver.execute(one);
            } else if (step instanceof FirewallStep one) {
                point().execute(one);
            } else if (step instanceof PickupStep one && driver.pickup().isPresent()) {
                driver.pickup().get().execute(one);
            } else if (step instanceof OutlookGuardStep one && driver.outlookGuard().isPresent()) {
                driver.outlookGuard().get().execute(one);
            } else {
                throw new IllegalArgumentException("this agent cannot: " + step.description());
            }
        }
    }

    private FirewallPoint point() throws IOException {
        return driver.firewall()
                .orElseThrow(() -> new IOException("this agent keeps no Windows firewall"));
    }

    /** What was changed is kept or undone by now. */
    void settle() throws IOException {
        if (driver.firewall().isPresent()) {
            driver.firewall().get().settle();
        }
    }
}
