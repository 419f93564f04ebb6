package io.postern.enforcement.firewall;

import io.postern.policy.AddressSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What of ours differs between a server and a state, as steps. */
final class FirewallDifference {
    /** Exemptions are made first and removed last: nobody exempt is asked in between. */
    private static final Comparator<ConnectionSecurityRule> EXEMPTIONS_FIRST =
            Comparator.comparing((ConnectionSecurityRule rule) -> !rule.isExemption())
                    .thenComparing(ConnectionSecurityRule::name);

    private final ObservedFirewall observed;
    private final FirewallState wanted;
    private final List<FirewallStep> steps = new ArrayList<>();

    FirewallDifference(ObservedFirewall observed, FirewallState wanted) {
        this.observed = observed;
        this.wanted = wanted;
    }

    List<FirewallStep> steps() {
        FirewallState held = FirewallPlan.held(observed, wanted.ports());
        Map<String, AuthenticationSet> sets =
                byName(held.authenticationSets(), AuthenticationSet::name);
        Map<String, ConnectionSecurityRule> security =
                byName(inOrder(held.securityRules()), ConnectionSecurityRule::name);
        Map<String, FirewallRule> rules = byName(held.rules(), FirewallRule::name);
        removeDead(rules);
        releaseChanged(sets, security);
        for (AuthenticationSet set : wanted.authenticationSets()) {
            AuthenticationSet there = sets.remove(set.name());
            make(set, there, FirewallStep.CreateSet::new, FirewallStep.RemoveSet::new);
        }
        for (ConnectionSecurityRule rule : inOrder(wanted.securityRules())) {
            ConnectionSecurityRule there = security.remove(rule.name());
            make(
                    rule,
                    there,
                    FirewallStep.CreateSecurityRule::new,
                    FirewallStep.RemoveSecurityRule::new);
        }
        for (FirewallRule rule : wanted.rules()) {
            FirewallRule there = rules.remove(rule.name());
            make(rule, there, FirewallStep.CreateRule::new, FirewallStep.RemoveRule::new);
        }
        OriginalCopies copies = new OriginalCopies(observed, wanted.ports());
        steps.addAll(wanted.originalsClosed() ? copies.closing() : copies.opening());
        reversed(rules.values()).forEach(one -> steps.add(new FirewallStep.RemoveRule(one)));
        reversed(security.values())
                .forEach(one -> steps.add(new FirewallStep.RemoveSecurityRule(one)));
        reversed(sets.values()).forEach(one -> steps.add(new FirewallStep.RemoveSet(one)));
        return List.copyOf(steps);
    }

    /**
     * Rules of ours that admit nobody, since nobody is asked for proof where they hold: before
     * somebody is asked again those that are not wanted go, or they would come to life meanwhile.
     */
    private void removeDead(Map<String, FirewallRule> rules) {
        if (observed.securityRules() == null) {
            return;
        }
        Map<String, FirewallRule> kept = byName(wanted.rules(), FirewallRule::name);
        List<Asked> asked =
                observed.securityRules().stream()
                        .filter(one -> one.enabled() && !one.inboundSecurity().equals("None"))
                        .map(Asked::of)
                        .toList();
        for (FirewallRule rule : List.copyOf(rules.values())) {
            if (rule.isSecure()
                    && !rule.equals(kept.get(rule.name()))
                    && asked.stream().noneMatch(one -> one.concerns(rule))) {
                steps.add(new FirewallStep.RemoveRule(rule));
                rules.remove(rule.name());
            }
        }
    }

    /** Where somebody is asked for proof; addresses that cannot be read are every one. */
    private record Asked(LocalPorts ports, AddressSet addresses) {
        static Asked of(ConnectionSecurityRule rule) {
            return new Asked(LocalPorts.of(rule.localPorts()), addresses(rule.remoteAddresses()));
        }

        private static AddressSet addresses(List<String> texts) {
            try {
                return RemoteAddresses.of(texts).set();
            } catch (IllegalArgumentException e) {
                return AddressSet.ALL;
            }
        }

        boolean concerns(FirewallRule rule) {
            LocalPorts some = LocalPorts.of(rule.localPorts());
            return (some.any()
                            || some.ranges().stream()
                                    .anyMatch(range -> ports.contains(range.first())))
                    && !addresses(rule.remoteAddresses()).intersect(addresses).isEmpty();
        }
    }

    /** A set in use cannot be removed: the rules that use one that somebody changed go first. */
    private void releaseChanged(
            Map<String, AuthenticationSet> sets, Map<String, ConnectionSecurityRule> security) {
        for (AuthenticationSet set : wanted.authenticationSets()) {
            AuthenticationSet there = sets.get(set.name());
            if (there != null && !there.equals(set)) {
                for (ConnectionSecurityRule rule : reversed(security.values())) {
                    if (rule.phase1Set().equals(set.name())
                            || rule.phase2Set().equals(set.name())) {
                        steps.add(new FirewallStep.RemoveSecurityRule(rule));
                        security.remove(rule.name());
                    }
                }
            }
        }
    }

    private <T> void make(
            T wantedOne,
            T there,
            Function<T, FirewallStep> create,
            Function<T, FirewallStep> remove) {
        if (wantedOne.equals(there)) {
            return;
        }
        if (there != null) {
            steps.add(remove.apply(there));
        }
        steps.add(create.apply(wantedOne));
    }

    private static List<ConnectionSecurityRule> inOrder(List<ConnectionSecurityRule> rules) {
        return rules.stream().sorted(EXEMPTIONS_FIRST).toList();
    }

    private static <T> Map<String, T> byName(List<T> all, Function<T, String> name) {
        Map<String, T> byName = new LinkedHashMap<>();
        all.forEach(one -> byName.put(name.apply(one), one));
        return byName;
    }

    private static <T> List<T> reversed(Collection<T> all) {
        List<T> reversed = new ArrayList<>(all);
        Collections.reverse(reversed);
        return reversed;
    }
}
