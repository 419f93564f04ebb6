package io.postern.enforcement.firewall;

import java.util.List;

/** Our own rules among those of a server, in the one form in which they are compared. */
final class OwnRules {
    private OwnRules() {}

    /** The others of ours that an agent can write. */
    static List<FirewallRule> of(ObservedFirewall observed) {
        return observed.rules().stream()
                .filter(rule -> rule.isOwn() && rule.isLocal() && !rule.isCopy())
                .map(OwnRules::known)
                .toList();
    }

    /** Our connection security rules that an agent can write; none if they were not read. */
    static List<ConnectionSecurityRule> security(ObservedFirewall observed) {
        return observed.securityRules() == null
                ? List.of()
                : observed.securityRules().stream()
                        .filter(rule -> rule.isOwn() && rule.isLocal())
                        .toList();
    }

    /** Our authentication sets; none if they were not read. */
    static List<AuthenticationSet> sets(ObservedFirewall observed) {
        return observed.authenticationSets() == null
                ? List.of()
                : observed.authenticationSets().stream().filter(AuthenticationSet::isOwn).toList();
    }

    /** The rule without what this model does not know, its account lists in canonical form. */
    static FirewallRule known(FirewallRule rule) {
        String user = canonical(rule.remoteUser());
        String machine = canonical(rule.remoteMachine());
        if (rule.other().isEmpty()
                && user.equals(rule.remoteUser())
                && machine.equals(rule.remoteMachine())) {
            return rule;
        }
        return rule.withoutOther().forOthers(user, machine);
    }

    /** One that cannot be read stays as it is, and so differs from every one of ours. */
    private static String canonical(String sddl) {
        try {
            return sddl.isEmpty() ? sddl : AccountList.parse(sddl).sddl();
        } catch (IllegalArgumentException e) {
            return sddl;
        }
    }
}
