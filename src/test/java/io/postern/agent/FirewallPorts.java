package io.postern.agent;

import io.postern.enforcement.firewall.FirewallRule;
import io.postern.enforcement.firewall.ObservedFirewall;
import java.util.ArrayList;
import java.util.List;

/** Firewalls with other rules and ports, for tests. */
final class FirewallPorts {
    private FirewallPorts() {}

    static FirewallRule with(FirewallRule rule, String... ports) {
        return new FirewallRule(
                rule.name(),
                "Somebody's",
                rule.group(),
                rule.enabled(),
                rule.action(),
                rule.profile(),
                rule.protocol(),
                List.of(ports),
                rule.localAddresses(),
                rule.remoteAddresses(),
                rule.remoteUser(),
                rule.remoteMachine(),
                rule.authentication(),
                rule.encryption(),
                rule.program(),
                rule.service(),
                rule.interfaces(),
                rule.source(),
                rule.other());
    }

    static ObservedFirewall withRule(ObservedFirewall firewall, FirewallRule rule) {
        List<FirewallRule> rules = new ArrayList<>(firewall.rules());
        rules.add(rule);
        return new ObservedFirewall(
                firewall.profiles(),
                rules,
                firewall.securityRules(),
                firewall.authenticationSets(),
                firewall.notes());
    }
}
