package io.postern.enforcement;

import io.postern.policy.AddressRange;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The way from the connectors a server has to those it should have, one safe write at a time. */
public final class ConnectorPlan {
    private ConnectorPlan() {}

    /**
     * The steps from observed to desired; empty = nothing to do. Only managed connectors are
     * touched, every state between is one Exchange accepts. New connectors are created disabled,
     * completed, enabled; a moving range is taken over in narrower parts before it is given up; the
     * closed connector is enabled last, and disabled first when it goes. Where bindings, or
     * anything else that cannot be changed in place, differ, everything managed is removed and
     * built anew: the wide connector takes the clients in between.
     *
     * @param desired complete or managed ones only; unmanaged ones in it are not read
     * @throws IllegalArgumentException if the relay right of an observed managed connector is
     *     unknown
     * @throws IllegalStateException with Exchange's refusal, if desired cannot stand beside the
     *     unmanaged connectors observed
     */
    public static List<ConnectorStep> between(
            List<ReceiveConnector> observed, List<ReceiveConnector> desired) {
        List<ReceiveConnector> target = desired.stream().filter(ReceiveConnector::managed).toList();
        for (ReceiveConnector one : observed) {
            if (one.managed() && one.anonymousRelay() == null) {
                throw new IllegalArgumentException(
                        "the relay right of '" + one.name() + "' is unknown; read it first");
            }
        }
        if (PlanDraft.canChangeInPlace(observed, target)) {
            try {
                return PlanDraft.inPlace(observed, target);
            } catch (IllegalStateException refused) {
                // Some drift that careful moves cannot mend; building anew always can.
                return PlanDraft.anew(observed, target);
            }
        }
        return PlanDraft.anew(observed, target);
    }

    /**
     * What the connectors are after a step.
     *
     * @throws IllegalStateException if Exchange would refuse it, if its connector is not there
     *     exactly once with our mark, or if it is not in the state the step starts from
     */
    public static List<ReceiveConnector> apply(
            List<ReceiveConnector> connectors, ConnectorStep step) {
        List<ReceiveConnector> result = new ArrayList<>(connectors);
        if (step instanceof ConnectorStep.CreateDisabled create) {
            if (!create.connector().managed()) {
                throw new IllegalStateException("'" + step.name() + "' lacks Postern's mark");
            }
            refuse(connectors, create.connector());
            result.add(create.connector());
            return result;
        }
        int place = placeOf(connectors, step.name());
        ReceiveConnector before = connectors.get(place);
        result.remove(place);
        if (step instanceof ConnectorStep.Remove remove) {
            if (!ConnectorData.of(before).equals(ConnectorData.of(remove.connector()))) {
                throw new IllegalStateException("'" + step.name() + "' is not what it was");
            }
            return result;
        }
        ReceiveConnector after = changed(before, step);
        refuse(result, after);
        result.add(place, after);
        return result;
    }

    private static int placeOf(List<ReceiveConnector> connectors, String name) {
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < connectors.size(); i++) {
            if (connectors.get(i).name().equalsIgnoreCase(name)) {
                places.add(i);
            }
        }
        if (places.size() != 1) {
            throw new IllegalStateException(
                    "'" + name + "' must be there exactly once, found " + places.size());
        }
        if (!connectors.get(places.get(0)).managed()) {
            throw new IllegalStateException("'" + name + "' is not managed by Postern");
        }
        return places.get(0);
    }

    private static void refuse(List<ReceiveConnector> others, ReceiveConnector added) {
        Optional<String> refusal = ConnectorConflicts.refusing(others, added);
        if (refusal.isPresent()) {
            throw new IllegalStateException("Exchange would refuse: " + refusal.get());
        }
    }

    private static ReceiveConnector changed(ReceiveConnector before, ConnectorStep step) {
        if (step instanceof ConnectorStep.AddRanges add) {
            return replaced(before, List.of(), add.ranges());
        }
        if (step instanceof ConnectorStep.RemoveRanges remove) {
            return replaced(before, remove.ranges(), List.of());
        }
        if (step instanceof ConnectorStep.ReplaceRanges replace) {
            return replaced(before, replace.removed(), replace.added());
        }
        if (step instanceof ConnectorStep.GrantRelay) {
            return before.withAnonymousRelay(true);
        }
        if (step instanceof ConnectorStep.RevokeRelay) {
            return before.withAnonymousRelay(false);
        }
        if (step instanceof ConnectorStep.Enable) {
            return before.withEnabled(true);
        }
        if (step instanceof ConnectorStep.Disable) {
            return before.withEnabled(false);
        }
        if (step instanceof ConnectorStep.SetProperties set) {
            return before.withProperties(set.after());
        }
        throw new IllegalArgumentException("unknown step: " + step.description());
    }

    private static ReceiveConnector replaced(
            ReceiveConnector before, List<AddressRange> removed, List<AddressRange> added) {
        List<AddressRange> ranges = new ArrayList<>(before.remoteIpRanges());
        for (AddressRange range : removed) {
            if (!ranges.remove(range)) {
                throw new IllegalStateException("'" + before.name() + "' does not hold " + range);
            }
        }
        Set<AddressRange> held = new HashSet<>(ranges);
        for (AddressRange range : added) {
            if (!held.add(range)) {
                throw new IllegalStateException("'" + before.name() + "' already holds " + range);
            }
            ranges.add(range);
        }
        return before.withRemoteIpRanges(ranges);
    }
}
