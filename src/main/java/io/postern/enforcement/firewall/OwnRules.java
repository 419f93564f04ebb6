package io.postern.enforcement.firewall;

import java.util.List;
import java.util.Map;

/** Our own rules among those of a server, in the one form in which they are compared. */
final class OwnRules {
    private OwnRules() {}

    /** Whether it is a copy of an original, made by us and in reach of an agent. */
    static boolean isCopy(FirewallRule rule) {
        return rule.isOwn() && rule.isLocal() && rule.name().startsWith(OwnNames.COPY_PREFIX);
    }

    /** The others of ours that an agent can write. */
    static List<FirewallRule> of(ObservedFirewall observed) {
        return observed.rules().stream()
                .filter(rule -> rule.isOwn() && rule.isLocal() && !isCopy(rule))
                .map(OwnRules::known)
                .toList();
    }

    /** Our connection security rules that an agent can write; none if they were not read. */
    static List<ConnectionSecurityRule> security(ObservedFirewall observed) {
        return observed.securityRules() == null
                ? List.of()
                : observed.securityRules().stream()
                        .filter(rule -> rule.isOwn() && rule.source().equals(FirewallRule.LOCAL))
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
        return new FirewallRule(
                rule.name(),
                rule.displayName(),
                rule.group(),
                rule.enabled(),
                rule.action(),
                rule.profile(),
                rule.protocol(),
                rule.localPorts(),
                rule.localAddresses(),
                rule.remoteAddresses(),
                user,
                machine,
                rule.authentication(),
                rule.encryption(),
                rule.program(),
                rule.service(),
                rule.interfaces(),
                rule.source(),
                Map.of());
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
