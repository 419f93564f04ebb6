package io.postern.agent.simulated;

import io.postern.enforcement.firewall.AccountList;
import io.postern.enforcement.firewall.FirewallProfile;
import io.postern.enforcement.firewall.FirewallRule;
import io.postern.enforcement.firewall.ObservedFirewall;
import io.postern.enforcement.firewall.OriginalRules;
import io.postern.enforcement.firewall.RemoteAddresses;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** What faults make of the firewall that was asked for. Pure. */
final class FirewallFaults {
    private FirewallFaults() {}

    /**
     * The firewall in force.
     *
     * @param asked what is read back
     * @param before what was held when the faults were armed
     * @param faults those that hold now
     */
    static ObservedFirewall inForce(
            ObservedFirewall asked, ObservedFirewall before, List<SimulatedFault> faults) {
        ObservedFirewall firewall = asked;
        for (SimulatedFault fault : faults) {
            firewall = apply(firewall, before, fault);
        }
        return firewall;
    }

    private static ObservedFirewall apply(
            ObservedFirewall asked, ObservedFirewall before, SimulatedFault fault) {
        return switch (fault.kind()) {
            case OLD_FIREWALL -> before;
            case DISABLE_RULE -> each(asked, admitting(fault), rule -> rule.enabled(false));
            case ORIGINAL_RULES ->
                    each(asked, OriginalRules::isClosable, rule -> rule.enabled(true));
            case DROP_DENIALS -> withoutDenials(asked);
            case DROP_IDENTITY ->
                    each(
                            asked,
                            FirewallRule::isOwn,
                            rule -> without(rule, fault.arguments().get(0)));
            case ASK_NO_PROOF -> each(asked, FirewallRule::isOwn, FirewallRule::forEverybody);
            case INBOUND_ALLOWED -> inboundAllowed(asked);
            default -> asked;
        };
    }

    private static Predicate<FirewallRule> admitting(SimulatedFault fault) {
        return rule ->
                rule.isOwn()
                        && RemoteAddresses.of(rule.remoteAddresses())
                                .set()
                                .contains(fault.address(0));
    }

    private static ObservedFirewall each(
            ObservedFirewall firewall,
            Predicate<FirewallRule> which,
            UnaryOperator<FirewallRule> change) {
        return firewall.withRules(
                firewall.rules().stream()
                        .map(rule -> which.test(rule) ? change.apply(rule) : rule)
                        .toList());
    }

    private static ObservedFirewall inboundAllowed(ObservedFirewall firewall) {
        return new ObservedFirewall(
                firewall.profiles().stream()
                        .map(
                                one ->
                                        new FirewallProfile(
                                                one.name(),
                                                one.enabled(),
                                                true,
                                                one.blocksAll(),
                                                one.localRules(),
                                                one.localSecurityRules(),
                                                one.active()))
                        .toList(),
                firewall.rules(),
                firewall.securityRules(),
                firewall.authenticationSets(),
                firewall.notes());
    }

    /** One rule only: every chunk repeats all denials, and one that lacks them opens. */
    private static ObservedFirewall withoutDenials(ObservedFirewall firewall) {
        List<FirewallRule> rules = new ArrayList<>();
        boolean isDone = false;
        for (FirewallRule rule : firewall.rules()) {
            boolean isIt =
                    !isDone
                            && rule.isOwn()
                            && (denies(rule.remoteUser()) || denies(rule.remoteMachine()));
            isDone |= isIt;
            rules.add(
                    isIt
                            ? rule.forOthers(
                                    allowedOnly(rule.remoteUser()),
                                    allowedOnly(rule.remoteMachine()))
                            : rule);
        }
        return firewall.withRules(rules);
    }

    private static boolean denies(String sddl) {
        return !sddl.isEmpty() && !AccountList.parse(sddl).denied().isEmpty();
    }

    private static String allowedOnly(String sddl) {
        if (sddl.isEmpty()) {
            return sddl;
        }
        AccountList list = AccountList.parse(sddl);
        // As the list was before the denials cut it: whom they name would still be allowed.
        Set<String> allowed = new LinkedHashSet<>(list.allowed());
        allowed.addAll(list.denied());
        return new AccountList(allowed, Set.of()).sddl();
    }

    private static FirewallRule without(FirewallRule rule, String sid) {
        return rule.forOthers(without(rule.remoteUser(), sid), without(rule.remoteMachine(), sid));
    }

    private static String without(String sddl, String sid) {
        if (sddl.isEmpty()) {
            return sddl;
        }
        AccountList list = AccountList.parse(sddl);
        Set<String> allowed = new LinkedHashSet<>(list.allowed());
        allowed.remove(sid.toUpperCase(Locale.ROOT));
        return new AccountList(allowed, list.denied()).sddl();
    }
}
