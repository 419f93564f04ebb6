package io.postern.enforcement.firewall;

import java.util.List;

/** The part of a firewall that says who reaches some ports: what an agent reports. */
public final class FirewallRelevance {
    private FirewallRelevance() {}

    /**
     * The same without rules that neither cover one of the ports nor are ours. Disabled ones stay:
     * they may be originals that we closed.
     */
    public static ObservedFirewall of(ObservedFirewall observed, List<Integer> ports) {
        return new ObservedFirewall(
                observed.profiles(),
                observed.rules().stream()
                        .filter(rule -> rule.isOwn() || ports.stream().anyMatch(rule::coversTcp))
                        .toList(),
                observed.securityRules(),
                observed.authenticationSets(),
                observed.notes());
    }
}
