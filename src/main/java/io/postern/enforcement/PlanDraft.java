package io.postern.enforcement;

import io.postern.policy.Address;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A plan in the making: the steps so far, and the connectors as they are after them. */
final class PlanDraft {
    /** Enough for take-over, give-up and merging, and one more for addresses that swap. */
    private static final int MAX_ROUNDS = 5;

    private final List<ReceiveConnector> desired;
    private final List<ConnectorStep> steps = new ArrayList<>();
    private List<ReceiveConnector> state;

    private PlanDraft(List<ReceiveConnector> observed, List<ReceiveConnector> desired) {
        this.state = List.copyOf(observed);
        this.desired = desired;
    }

    /** Role and bindings are kept for life, in the plans made here. */
    static boolean canChangeInPlace(
            List<ReceiveConnector> observed, List<ReceiveConnector> desired) {
        for (ReceiveConnector want : desired) {
            for (ReceiveConnector have : observed) {
                if (have.managed()
                        && have.name().equalsIgnoreCase(want.name())
                        && !(have.name().equals(want.name())
                                && have.transportRole() == want.transportRole()
                                && Set.copyOf(have.bindings())
                                        .equals(Set.copyOf(want.bindings())))) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Removes everything managed, the closed ones last, and builds it again. */
    static List<ConnectorStep> anew(
            List<ReceiveConnector> observed, List<ReceiveConnector> desired) {
        PlanDraft draft = new PlanDraft(observed, desired);
        draft.managed(false).forEach(draft::remove);
        draft.managed(true).forEach(draft::remove);
        draft.tiers().forEach(one -> draft.create(one, one.remoteIpRanges()));
        draft.createClosed();
        draft.enableAll();
        return draft.finished();
    }

    /** Moves ranges so that no client falls through where that can be had. */
    static List<ConnectorStep> inPlace(
            List<ReceiveConnector> observed, List<ReceiveConnector> desired) {
        PlanDraft draft = new PlanDraft(observed, desired);
        if (desired.isEmpty()) {
            draft.managed(true).forEach(draft::remove);
        }
        draft.setProperties();
        draft.tiers().forEach(one -> draft.takeOver(one, AddressSet.EMPTY));
        draft.closeMore();
        AddressSet reach = draft.reach();
        draft.settleAll(reach);
        draft.changeClosed();
        draft.settleAll(AddressSet.ALL);
        draft.enableAll();
        return draft.finished();
    }

    private List<ConnectorStep> finished() {
        List<ConnectorData> reached =
                state.stream().filter(ReceiveConnector::managed).map(ConnectorData::of).toList();
        List<ConnectorData> wanted = desired.stream().map(ConnectorData::of).toList();
        if (!new HashSet<>(reached).equals(new HashSet<>(wanted))) {
            throw new IllegalStateException("the plan does not reach the desired connectors");
        }
        return List.copyOf(steps);
    }

    private void add(ConnectorStep step) {
        state = ConnectorPlan.apply(state, step);
        steps.add(step);
    }

    private List<ReceiveConnector> tiers() {
        return desired.stream().filter(o -> !ManagedConnectors.isClosed(o.name())).toList();
    }

    private List<ReceiveConnector> closed() {
        return desired.stream().filter(o -> ManagedConnectors.isClosed(o.name())).toList();
    }

    private List<ReceiveConnector> managed(boolean closed) {
        return state.stream()
                .filter(ReceiveConnector::managed)
                .filter(one -> ManagedConnectors.isClosed(one.name()) == closed)
                .toList();
    }

    private static ReceiveConnector named(List<ReceiveConnector> list, String name) {
        return list.stream().filter(o -> o.name().equalsIgnoreCase(name)).findFirst().orElse(null);
    }

    private void create(ReceiveConnector want, List<AddressRange> ranges) {
        add(
                new ConnectorStep.CreateDisabled(
                        want.withEnabled(false)
                                .withAnonymousRelay(false)
                                .withRemoteIpRanges(ranges)));
        if (Boolean.TRUE.equals(want.anonymousRelay())) {
            add(new ConnectorStep.GrantRelay(want.name()));
        }
        if (want.enabled() && !ManagedConnectors.isClosed(want.name())) {
            add(new ConnectorStep.Enable(want.name()));
        }
    }

    private void remove(ReceiveConnector have) {
        if (have.enabled()) {
            add(new ConnectorStep.Disable(have.name()));
        }
        if (Boolean.TRUE.equals(have.anonymousRelay())) {
            add(new ConnectorStep.RevokeRelay(have.name()));
        }
        add(new ConnectorStep.Remove(named(state, have.name())));
    }

    private void setProperties() {
        for (ReceiveConnector want : desired) {
            ReceiveConnector have = named(state, want.name());
            if (have == null) {
                continue;
            }
            if (!want.anonymousRelay() && have.anonymousRelay()) {
                add(new ConnectorStep.RevokeRelay(have.name()));
            }
            ConnectorStep.Properties before = ConnectorStep.Properties.of(have);
            ConnectorStep.Properties after = ConnectorStep.Properties.of(want);
            if (!before.equals(after)) {
                add(new ConnectorStep.SetProperties(have.name(), before, after));
            }
            if (want.anonymousRelay() && !have.anonymousRelay()) {
                add(new ConnectorStep.GrantRelay(have.name()));
            }
        }
    }

    /** Everything that the closed connectors and the tiers will hold; the rest is left alone. */
    private AddressSet reach() {
        return AddressSet.of(desired.stream().flatMap(o -> o.remoteIpRanges().stream()).toList());
    }

    private RangeFitting fittingFor(ReceiveConnector want) {
        return new RangeFitting(
                state.stream()
                        .filter(other -> !other.name().equalsIgnoreCase(want.name()))
                        .filter(other -> ConnectorConflicts.bindingsOverlap(other, want))
                        .flatMap(other -> other.remoteIpRanges().stream())
                        .toList());
    }

    /** Closes what will be closed before its tier lets go of it, so that it never falls open. */
    private void closeMore() {
        AddressSet open =
                AddressSet.of(tiers().stream().flatMap(o -> o.remoteIpRanges().stream()).toList());
        for (ReceiveConnector want : closed()) {
            if (named(state, want.name()) != null) {
                takeOver(want, open);
            }
        }
    }

    /** Adds what a connector gains, beside or inside what others still hold. */
    private void takeOver(ReceiveConnector want, AddressSet except) {
        ReceiveConnector have = named(state, want.name());
        AddressSet mine = have == null ? AddressSet.EMPTY : AddressSet.of(have.remoteIpRanges());
        List<AddressRange> gained = new ArrayList<>();
        for (AddressRange range : want.remoteIpRanges()) {
            gained.addAll(AddressSet.of(range).subtract(mine).subtract(except).ranges());
        }
        List<AddressRange> pieces = fittingFor(want).fit(gained).ranges();
        int room =
                ConnectorConflicts.MAX_RANGES - (have == null ? 0 : have.remoteIpRanges().size());
        pieces = pieces.subList(0, Math.min(pieces.size(), Math.max(0, room)));
        if (pieces.isEmpty()) {
            return;
        }
        if (have == null) {
            create(want, pieces);
        } else {
            add(new ConnectorStep.AddRanges(have.name(), pieces));
        }
    }

    /**
     * Gives up what is no longer wanted and merges what was taken over in parts, until nothing
     * moves.
     *
     * @param reach a stale range is kept where it lies outside: closing those addresses before the
     *     closed connector has changed would cut off a new protected source
     */
    private void settleAll(AddressSet reach) {
        int before;
        int rounds = 0;
        do {
            before = steps.size();
            for (String name : tierNames()) {
                Set<Address> freed = settle(name, reach);
                for (ReceiveConnector other : tiers()) {
                    boolean waiting =
                            other.remoteIpRanges().stream()
                                    .anyMatch(
                                            range ->
                                                    range.low().equals(range.high())
                                                            && freed.contains(range.low()));
                    if (waiting && !other.name().equalsIgnoreCase(name)) {
                        settle(other.name(), reach);
                    }
                }
            }
        } while (steps.size() > before && ++rounds < MAX_ROUNDS);
    }

    private Set<String> tierNames() {
        Set<String> names = new LinkedHashSet<>();
        managed(false).forEach(one -> names.add(one.name()));
        tiers().forEach(one -> names.add(one.name()));
        return names;
    }

    /** Brings one tier connector as near to its end as the others allow; what it set free. */
    private Set<Address> settle(String name, AddressSet reach) {
        ReceiveConnector want = named(desired, name);
        ReceiveConnector have = named(state, name);
        if (have == null) {
            List<AddressRange> possible =
                    want == null ? List.of() : fittingFor(want).fit(want.remoteIpRanges()).ranges();
            if (!possible.isEmpty()) {
                create(want, capped(possible));
            }
            return Set.of();
        }
        List<AddressRange> target = target(want, have, reach);
        Set<AddressRange> kept = new HashSet<>(target);
        List<AddressRange> removed =
                have.remoteIpRanges().stream().filter(range -> !kept.contains(range)).toList();
        Set<AddressRange> held = new HashSet<>(have.remoteIpRanges());
        List<AddressRange> added = target.stream().filter(range -> !held.contains(range)).toList();
        if (target.isEmpty()) {
            remove(have);
        } else if (!removed.isEmpty() && !added.isEmpty()) {
            add(new ConnectorStep.ReplaceRanges(name, removed, added));
        } else if (!removed.isEmpty()) {
            add(new ConnectorStep.RemoveRanges(name, removed));
        } else if (!added.isEmpty()) {
            add(new ConnectorStep.AddRanges(name, added));
        }
        Set<Address> freed = new TreeSet<>();
        for (AddressRange range : removed) {
            if (range.low().equals(range.high())) {
                freed.add(range.low());
            }
        }
        return freed;
    }

    private List<AddressRange> target(
            ReceiveConnector want, ReceiveConnector have, AddressSet reach) {
        List<AddressRange> wanted = want == null ? List.of() : want.remoteIpRanges();
        Set<AddressRange> last = new HashSet<>(wanted);
        List<AddressRange> stale =
                have.remoteIpRanges().stream().filter(range -> !last.contains(range)).toList();
        Set<AddressRange> held = new HashSet<>(have.remoteIpRanges());
        RangeFitting fitting = fittingFor(have);
        Set<AddressRange> target = new LinkedHashSet<>(wanted);
        target.retainAll(held);
        target.addAll(
                fitting.fit(wanted.stream().filter(range -> !held.contains(range)).toList())
                        .ranges());
        AddressSet outside = AddressSet.of(stale).subtract(reach);
        if (!outside.isEmpty()) {
            target.addAll(fitting.fit(outside.ranges()).ranges());
        }
        return capped(new ArrayList<>(target));
    }

    private static List<AddressRange> capped(List<AddressRange> ranges) {
        return ranges.subList(0, Math.min(ranges.size(), ConnectorConflicts.MAX_RANGES));
    }

    private void changeClosed() {
        for (ReceiveConnector have : managed(true)) {
            if (named(desired, have.name()) == null) {
                remove(have);
            }
        }
        for (ReceiveConnector want : closed()) {
            ReceiveConnector have = named(state, want.name());
            if (have != null) {
                List<AddressRange> removed = new ArrayList<>(have.remoteIpRanges());
                removed.removeAll(new HashSet<>(want.remoteIpRanges()));
                List<AddressRange> added = new ArrayList<>(want.remoteIpRanges());
                added.removeAll(new HashSet<>(have.remoteIpRanges()));
                if (!removed.isEmpty() || !added.isEmpty()) {
                    add(change(want.name(), removed, added));
                }
            }
        }
        createClosed();
    }

    private static ConnectorStep change(
            String name, List<AddressRange> removed, List<AddressRange> added) {
        if (removed.isEmpty()) {
            return new ConnectorStep.AddRanges(name, added);
        }
        return added.isEmpty()
                ? new ConnectorStep.RemoveRanges(name, removed)
                : new ConnectorStep.ReplaceRanges(name, removed, added);
    }

    private void createClosed() {
        for (ReceiveConnector want : closed()) {
            if (named(state, want.name()) == null) {
                create(want, want.remoteIpRanges());
            }
        }
    }

    private void enableAll() {
        List<ReceiveConnector> order = new ArrayList<>(tiers());
        order.addAll(closed());
        for (ReceiveConnector want : order) {
            ReceiveConnector have = named(state, want.name());
            if (have == null) {
                throw new IllegalStateException("'" + want.name() + "' could not be built");
            }
            boolean now = have.enabled();
            if (now != want.enabled()) {
                add(
                        now
                                ? new ConnectorStep.Disable(want.name())
                                : new ConnectorStep.Enable(want.name()));
            }
        }
    }
}
