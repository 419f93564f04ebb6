package io.postern.enforcement.firewall;

import java.util.List;

/**
 * What was read of a server's firewall. Immutable.
 *
 * @param profiles empty = not read: then nothing is known to be closed
 * @param rules inbound ones only
 * @param securityRules null = not read
 * @param authenticationSets null = not read
 * @param notes what was odd but readable, for people
 */
public record ObservedFirewall(
        List<FirewallProfile> profiles,
        List<FirewallRule> rules,
        List<ConnectionSecurityRule> securityRules,
        List<AuthenticationSet> authenticationSets,
        List<String> notes) {
    public ObservedFirewall {
        profiles = List.copyOf(profiles);
        rules = List.copyOf(rules);
        securityRules = securityRules == null ? null : List.copyOf(securityRules);
        authenticationSets = authenticationSets == null ? null : List.copyOf(authenticationSets);
        notes = List.copyOf(notes);
    }

    /** The same with other rules. */
    public ObservedFirewall withRules(List<FirewallRule> now) {
        return new ObservedFirewall(profiles, now, securityRules, authenticationSets, notes);
    }

    /** One that holds nothing but a state of ours. */
    public static ObservedFirewall of(FirewallState state) {
        return new ObservedFirewall(
                List.of(FirewallProfile.usual("Domain", true)),
                state.rules(),
                state.securityRules(),
                state.authenticationSets(),
                List.of());
    }
}
