package io.postern.enforcement.server;

import io.postern.enforcement.ConnectorData;
import io.postern.enforcement.ConnectorPartition;
import io.postern.enforcement.ConnectorPlan;
import io.postern.enforcement.ConnectorStep;
import io.postern.enforcement.EnforcementStep;
import io.postern.enforcement.Listeners;
import io.postern.enforcement.NetworkLayer.Opening;
import io.postern.enforcement.ReceiveConnector;
import io.postern.enforcement.firewall.FirewallEffect;
import io.postern.enforcement.firewall.FirewallPlan;
import io.postern.enforcement.firewall.FirewallRule;
import io.postern.enforcement.firewall.FirewallState;
import io.postern.enforcement.firewall.FirewallStep;
import io.postern.enforcement.firewall.LocalPorts;
import io.postern.enforcement.firewall.ObservedFirewall;
import io.postern.enforcement.nftables.NftablesEffect;
import io.postern.enforcement.nftables.NftablesPlan;
import io.postern.enforcement.nftables.NftablesState;
import io.postern.enforcement.nftables.NftablesStep;
import io.postern.enforcement.nftables.ObservedNftables;
import io.postern.enforcement.outlook.ObservedOutlookGuard;
import io.postern.enforcement.outlook.OutlookGuardPlan;
import io.postern.enforcement.outlook.OutlookGuardStep;
import io.postern.enforcement.pickup.ObservedPickup;
import io.postern.enforcement.pickup.PickupPlan;
import io.postern.enforcement.pickup.PickupStep;
import io.postern.enforcement.postfix.ObservedPostfix;
import io.postern.enforcement.postfix.PostfixEffect;
import io.postern.enforcement.postfix.PostfixPlan;
import io.postern.enforcement.postfix.PostfixState;
import io.postern.enforcement.postfix.PostfixStep;
import io.postern.policy.Address;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import io.postern.policy.IdentityCondition;
import io.postern.policy.Passage;
import io.postern.policy.Server;
import io.postern.policy.Tier;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The steps that bring the enforcement points of a server to what they should hold, in an order in
 * which no submission gets further on the way than it got before or gets afterwards.
 */
public final class ServerSteps {
    private final ObservedServer observed;
    private final List<ReceiveConnector> wanted;
    private final ServerLayers layers;

    private ServerSteps(
            ObservedServer observed, List<ReceiveConnector> wanted, ServerLayers layers) {
        this.observed = observed;
        this.wanted = wanted;
        this.layers = layers;
    }

    /**
     * The steps.
     *
     * @param managed the managed connectors that there should be
     * @throws IllegalArgumentException if no plan leads there
     * @throws IllegalStateException if the server's own objects conflict
     */
    public static List<EnforcementStep> between(
            ObservedServer observed, List<ConnectorData> managed, ServerLayers layers) {
        ServerSteps steps = new ServerSteps(observed, with(observed.connectors(), managed), layers);
        return steps.plan();
    }

    /**
     * What a server is after steps.
     *
     * @throws IllegalStateException if a step cannot be taken there
     */
    public static ObservedServer apply(ObservedServer observed, List<EnforcementStep> steps) {
        List<ReceiveConnector> connectors = observed.connectors();
        ObservedFirewall firewall = observed.firewall();
        ObservedPickup pickup = observed.pickup();
        ObservedOutlookGuard guard = observed.outlookGuard();
        ObservedNftables nftables = observed.nftables();
        ObservedPostfix postfix = observed.postfix();
        for (EnforcementStep step : steps) {
            if (step instanceof ConnectorStep one) {
                connectors = ConnectorPlan.apply(connectors, one);
            } else if (step instanceof FirewallStep one) {
                firewall = FirewallPlan.apply(firewall, one);
            } else if (step instanceof PickupStep one) {
                pickup = PickupPlan.apply(pickup, one);
            } else if (step instanceof OutlookGuardStep one) {
                guard = OutlookGuardPlan.apply(guard, one);
            } else if (step instanceof NftablesStep one) {
                nftables = NftablesPlan.apply(nftables, one);
            } else if (step instanceof PostfixStep one) {
                postfix = PostfixPlan.apply(postfix, one);
            } else {
                throw new IllegalStateException("unknown step: " + step.description());
            }
        }
        return new ObservedServer(
                connectors, firewall, pickup, guard, nftables, postfix, observed.showsIdentities());
    }

    /**
     * Whether bringing a firewall to what it should hold lets nobody through who is not let through
     * now, whatever the port; not so where no plan leads there.
     */
    public static boolean opensNothing(ObservedFirewall observed, FirewallState wanted) {
        List<FirewallStep> steps;
        try {
            steps = FirewallPlan.between(observed, wanted);
        } catch (IllegalArgumentException e) {
            return false;
        }
        Set<Integer> ports = new TreeSet<>(wanted.ports());
        for (FirewallStep step : steps) {
            if (step instanceof FirewallStep.CopyRule copy && copy.copy().enabled()) {
                ports.addAll(bounds(copy.copy(), observed));
            } else if (step instanceof FirewallStep.EnableOriginal) {
                return false;
            }
        }
        FirewallEffect then = FirewallEffect.of(FirewallPlan.apply(observed, steps));
        FirewallEffect now = FirewallEffect.of(observed);
        return ports.stream()
                .allMatch(port -> more(then.openings(port), now.openings(port)).isEmpty());
    }

    /** Likewise of a table of nftables. */
    public static boolean opensNothing(ObservedNftables observed, NftablesState wanted) {
        ObservedNftables after = observed;
        for (NftablesStep step : NftablesPlan.between(observed, wanted)) {
            after = NftablesPlan.apply(after, step);
        }
        NftablesEffect now = NftablesEffect.of(observed);
        NftablesEffect then = NftablesEffect.of(after);
        Set<Integer> ports = new TreeSet<>(wanted.ports());
        ports.addAll(observed.held().ports());
        return ports.stream()
                .allMatch(port -> more(then.openings(port), now.openings(port)).isEmpty());
    }

    /** Likewise of a Postfix: nobody gets further than now. */
    public static boolean opensNothing(ObservedPostfix observed, PostfixState wanted) {
        ObservedPostfix after = observed;
        try {
            for (PostfixStep step : PostfixPlan.between(observed, wanted)) {
                after = PostfixPlan.apply(after, step);
            }
        } catch (IllegalArgumentException | IllegalStateException e) {
            return false;
        }
        PostfixEffect now = PostfixEffect.of(observed);
        PostfixEffect then = PostfixEffect.of(after);
        // Restrictions hold for every port alike.
        int port = Server.DEFAULT_PORTS.get(0);
        for (Tier tier : List.of(Tier.INTERNAL, Tier.RELAY, Tier.TRUSTED)) {
            if (!atLeast(tier, then.passages(port))
                    .subtract(atLeast(tier, now.passages(port)))
                    .isEmpty()) {
                return false;
            }
        }
        return true;
    }

    private static AddressSet atLeast(Tier tier, List<Passage> passages) {
        List<AddressRange> ranges = new ArrayList<>();
        passages.stream()
                .filter(passage -> passage.tier().compareTo(tier) >= 0)
                .forEach(passage -> ranges.addAll(passage.addresses().ranges()));
        return AddressSet.of(ranges);
    }

    /** Of the ports of a rule those that all are alike to: where some other rule begins or ends. */
    private static Set<Integer> bounds(FirewallRule rule, ObservedFirewall observed) {
        Set<Integer> bounds = new TreeSet<>();
        LocalPorts ports = LocalPorts.of(rule.localPorts());
        ports.ranges().forEach(range -> bounds.add(range.first()));
        for (FirewallRule one : observed.rules()) {
            for (LocalPorts.Range range : LocalPorts.of(one.localPorts()).ranges()) {
                bounds.add(range.first());
                bounds.add(range.last() + 1);
            }
        }
        bounds.removeIf(port -> !ports.contains(port));
        return bounds;
    }

    private static List<ReceiveConnector> with(
            List<ReceiveConnector> observed, List<ConnectorData> managed) {
        List<ReceiveConnector> all =
                new ArrayList<>(observed.stream().filter(one -> !one.managed()).toList());
        managed.stream().map(ConnectorData::toConnector).forEach(all::add);
        return all;
    }

    private List<EnforcementStep> plan() {
        List<EnforcementStep> steps = new ArrayList<>(submission());
        // By address alone, each layer goes straight from old to new: whoever is let through by an
        // old and a new one at once had or gets as much, so no order among them can open more.
        if (layers.nftables() != null) {
            require(observed.nftables() != null, "nftables table");
            steps.addAll(NftablesPlan.between(observed.nftables(), layers.nftables()));
        }
        if (layers.postfix() != null) {
            require(observed.postfix() != null, "Postfix");
            steps.addAll(PostfixPlan.between(observed.postfix(), layers.postfix()));
        }
        // Ways of their own: nothing of them depends on the others.
        if (layers.pickup() != null) {
            require(observed.pickup() != null, "pickup folder");
            steps.addAll(PickupPlan.between(observed.pickup(), layers.pickup()));
        }
        if (layers.outlookGuard() != null) {
            require(observed.outlookGuard() != null, "object model guard");
            steps.addAll(OutlookGuardPlan.between(observed.outlookGuard(), layers.outlookGuard()));
        }
        return List.copyOf(steps);
    }

    private static void require(boolean isThere, String what) {
        if (!isThere) {
            throw new IllegalArgumentException("the agent keeps no " + what + " there");
        }
    }

    private List<EnforcementStep> submission() {
        if (layers.firewall() == null) {
            return List.copyOf(ConnectorPlan.between(observed.connectors(), wanted));
        }
        require(observed.firewall() != null, "Windows firewall");
        List<FirewallStep> firewall = FirewallPlan.between(observed.firewall(), layers.firewall());
        List<EnforcementStep> steps = new ArrayList<>();
        ObservedFirewall after = FirewallPlan.apply(observed.firewall(), firewall);
        if (isHarmless(observed.firewall(), after, observed.connectors(), wanted)) {
            steps.addAll(firewall);
            steps.addAll(ConnectorPlan.between(observed.connectors(), wanted));
        } else if (isHarmless(after, observed.firewall(), wanted, observed.connectors())) {
            steps.addAll(ConnectorPlan.between(observed.connectors(), wanted));
            steps.addAll(firewall);
        } else {
            // What is open only to proven identities is shut while their proof changes hands.
            List<ReceiveConnector> between =
                    layers.withoutIdentity() == null
                            ? wanted
                            : with(observed.connectors(), layers.withoutIdentity());
            List<ConnectorStep> first = ConnectorPlan.between(observed.connectors(), between);
            List<ReceiveConnector> reached = observed.connectors();
            for (ConnectorStep step : first) {
                reached = ConnectorPlan.apply(reached, step);
            }
            steps.addAll(first);
            steps.addAll(firewall);
            steps.addAll(ConnectorPlan.between(reached, wanted));
        }
        return List.copyOf(steps);
    }

    /**
     * Whether the firewall may change from one to the other before the connectors do: nobody whom
     * only the second lets through gets more from the connectors of before than from those of
     * after.
     */
    private boolean isHarmless(
            ObservedFirewall from,
            ObservedFirewall to,
            List<ReceiveConnector> before,
            List<ReceiveConnector> after) {
        for (int port : layers.firewall().ports()) {
            AddressSet loosened =
                    more(
                            FirewallEffect.of(to).openings(port),
                            FirewallEffect.of(from).openings(port));
            if (loosened.isEmpty()) {
                continue;
            }
            Map<Tier, AddressSet> had = tiers(before, port);
            Map<Tier, AddressSet> gets = tiers(after, port);
            for (Tier tier : Tier.values()) {
                AddressSet less = AddressSet.EMPTY;
                for (Tier lower : Tier.values()) {
                    less = lower.compareTo(tier) < 0 ? less.union(gets.get(lower)) : less;
                }
                if (!had.get(tier).intersect(less).intersect(loosened).isEmpty()) {
                    return false;
                }
            }
        }
        return true;
    }

    /** From where the one lets somebody through whom the other may not; never too small. */
    static AddressSet more(List<Opening> one, List<Opening> other) {
        AddressSet more = AddressSet.EMPTY;
        for (Opening opening : one) {
            AddressSet left = opening.addresses();
            for (Opening same : other) {
                boolean covers =
                        covers(same.accounts(), opening.accounts())
                                && covers(same.computers(), opening.computers());
                left = covers ? left.subtract(same.addresses()) : left;
            }
            more = more.union(left);
        }
        return more;
    }

    private static boolean covers(IdentityCondition wide, IdentityCondition narrow) {
        return !wide.mustBeProven() || wide.equals(narrow);
    }

    private static Map<Tier, AddressSet> tiers(List<ReceiveConnector> connectors, int port) {
        Map<Tier, List<AddressRange>> ranges = new EnumMap<>(Tier.class);
        for (Tier tier : Tier.values()) {
            ranges.put(tier, new ArrayList<>());
        }
        for (Address listener : Listeners.addresses(connectors, port)) {
            for (ConnectorPartition.Part part : ConnectorPartition.of(connectors, listener, port)) {
                ranges.get(part.tier()).add(part.range());
            }
        }
        Map<Tier, AddressSet> tiers = new EnumMap<>(Tier.class);
        ranges.forEach((tier, list) -> tiers.put(tier, AddressSet.of(list)));
        return tiers;
    }
}
