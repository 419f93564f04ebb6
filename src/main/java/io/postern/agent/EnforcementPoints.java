package io.postern.agent;

import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.ConnectorStep;
import io.postern.enforcement.EnforcementStep;
import io.postern.enforcement.firewall.FirewallPlan;
import io.postern.enforcement.firewall.FirewallRefusal;
import io.postern.enforcement.firewall.FirewallStep;
import io.postern.enforcement.nftables.NftablesStep;
import io.postern.enforcement.outlook.OutlookGuardStep;
import io.postern.enforcement.pickup.PickupStep;
import io.postern.enforcement.postfix.PostfixStep;
import io.postern.enforcement.server.DesiredState;
import io.postern.enforcement.server.ObservedServer;
import io.postern.enforcement.server.ServerLayers;
import io.postern.enforcement.server.ServerSteps;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Everything that enforces on one server, read and written as one. One caller at a time. */
final class EnforcementPoints {
    /** How much longer than the confirm window the originals stay disabled by themselves. */
    private static final Duration GRACE = Duration.ofMinutes(2);

    /** What a step may take on a slow server: the window begins when all are taken. */
    private static final Duration PER_STEP = Duration.ofSeconds(10);

    private static final Duration LONGEST = Duration.ofDays(3);

    private final Driver driver;

    /** Whether what is under way was prepared already. */
    private boolean isBegun;

    EnforcementPoints(Driver driver) {
        this.driver = driver;
    }

    ObservedServer read() throws IOException {
        return new ObservedServer(
                driver.read(),
                driver.firewall().isPresent() ? driver.firewall().get().read() : null,
                driver.pickup().isPresent() ? driver.pickup().get().read() : null,
                driver.outlookGuard().isPresent() ? driver.outlookGuard().get().read() : null,
                driver.nftables().isPresent() ? driver.nftables().get().read() : null,
                driver.postfix().isPresent() ? driver.postfix().get().read() : null,
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
        if (wanted.layers().firewall() != null
                && !wanted.layers().firewall().rules().isEmpty()
                && observed.firewall() != null) {
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
     * Names of the rules that a dead agent's machine may enable again by itself. None where the
     * connectors are open to identities that only the firewall proves: opening the port alone would
     * open them to everybody.
     */
    static List<String> reopened(
            ObservedServer observed,
            List<EnforcementStep> steps,
            ServerLayers wanted,
            ServerLayers back) {
        boolean isProofNeeded = wanted.withoutIdentity() != null;
        if (back == null || back.firewall() == null || isProofNeeded) {
            return List.of();
        }
        ObservedServer after = ServerSteps.apply(observed, steps);
        return enabled(FirewallPlan.between(after.firewall(), back.firewall()));
    }

    /**
     * Takes steps that stay. What they open is opened even if this agent dies on the way, unless
     * connectors change with it: those must be narrowed first. An undo that is tried again moves no
     * deadline, and needs no dump.
     *
     * @return why the firewall could not be dumped or its dead man armed before; empty = all is
     *     well
     */
    Optional<String> carryOut(List<EnforcementStep> steps) throws IOException {
        Optional<String> unprepared = Optional.empty();
        boolean isOfFirewall = steps.stream().anyMatch(FirewallStep.class::isInstance);
        if (isOfFirewall && !isBegun) {
            boolean isAlone = steps.stream().noneMatch(ConnectorStep.class::isInstance);
            List<String> opened = isAlone ? enabled(steps) : List.of();
            try {
                point().begin(opened, opened.isEmpty() ? null : with(GRACE, steps));
            } catch (IOException e) {
                // Going on without a dump is better than staying half way.
                unprepared = Optional.of(e.getMessage());
            }
            isBegun = true;
        }
        take(steps);
        return unprepared;
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
        isBegun = false;
        take(steps);
    }

    private void take(List<EnforcementStep> steps) throws IOException {
        for (EnforcementStep step : steps) {
            if (step instanceof ConnectorStep one) {
                driver.execute(one);
            } else if (step instanceof FirewallStep one) {
                point().execute(one);
            } else if (step instanceof PickupStep one && driver.pickup().isPresent()) {
                driver.pickup().get().execute(one);
            } else if (step instanceof OutlookGuardStep one && driver.outlookGuard().isPresent()) {
                driver.outlookGuard().get().execute(one);
            } else if (step instanceof NftablesStep one && driver.nftables().isPresent()) {
                driver.nftables().get().execute(one);
            } else if (step instanceof PostfixStep one && driver.postfix().isPresent()) {
                driver.postfix().get().execute(one);
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
        if (driver.nftables().isPresent()) {
            driver.nftables().get().settle();
        }
        isBegun = false;
    }
}
