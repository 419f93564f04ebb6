package io.postern.agent;

import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.ConnectorStep;
import io.postern.enforcement.EnforcementStep;
import io.postern.enforcement.firewall.FirewallPlan;
import io.postern.enforcement.firewall.FirewallStep;
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

    /** What a step may take on a slow server: the window begins when all are taken. */
    private static final Duration PER_STEP = Duration.ofSeconds(10);

    private static final Duration LONGEST = Duration.ofDays(1);

    private final Driver driver;

    EnforcementPoints(Driver driver) {
        this.driver = driver;
    }

    ObservedServer read() throws IOException {
        return new ObservedServer(
                driver.read(),
                driver.firewall().isPresent() ? driver.firewall().get().read() : null);
    }

    /** The digest of what is held of a publication's business. */
    static String digest(ObservedServer observed, DesiredPublication wanted) {
        return DesiredState.digestOf(
                wanted.keepsConnectors() ? observed.managed() : wanted.connectors(),
                observed.held(wanted.layers()));
    }

    /** The steps from what was read to what a publication wants. */
    static List<EnforcementStep> steps(ObservedServer observed, DesiredPublication wanted) {
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

    /** Names of the rules that going back from after the steps would enable again. */
    static List<String> reopened(
            ObservedServer observed, List<EnforcementStep> steps, ServerLayers back) {
        if (back == null || back.firewall() == null) {
            return List.of();
        }
        ObservedServer after = ServerSteps.apply(observed, steps);
        return enabled(FirewallPlan.between(after.firewall(), back.firewall()));
    }

    /** Takes steps that stay; what they open is opened even if this agent dies on the way. */
    void carryOut(List<EnforcementStep> steps) throws IOException {
        if (steps.stream().anyMatch(FirewallStep.class::isInstance)) {
            List<String> opened = enabled(steps);
            point().begin(opened, opened.isEmpty() ? null : with(GRACE, steps));
        }
        take(steps);
    }

    private static Duration with(Duration time, List<EnforcementStep> steps) {
        Duration all = time.plus(PER_STEP.multipliedBy(steps.size()));
        return all.compareTo(LONGEST) > 0 ? LONGEST : all;
    }

    private static List<String> enabled(List<? extends EnforcementStep> steps) {
        return steps.stream()
                .filter(FirewallStep.EnableOriginal.class::isInstance)
                .map(step -> ((FirewallStep.EnableOriginal) step).name())
                .toList();
    }

    /**
     * Takes steps that are undone unless confirmed.
     *
     * @param reopened what would then be enabled again
     */
    void carryOut(List<EnforcementStep> steps, List<String> reopened, int confirmWindowSeconds)
            throws IOException {
        // Also without a step of the firewall's: what an earlier change closed waits on, longer.
        if (!reopened.isEmpty() || steps.stream().anyMatch(FirewallStep.class::isInstance)) {
            Duration window = Duration.ofSeconds(confirmWindowSeconds).plus(GRACE);
            point().begin(reopened, with(window, steps));
        }
        take(steps);
    }

    private void take(List<EnforcementStep> steps) throws IOException {
        for (EnforcementStep step : steps) {
            if (step instanceof ConnectorStep one) {
                driver.execute(one);
            } else if (step instanceof FirewallStep one) {
                point().execute(one);
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
