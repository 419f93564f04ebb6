package io.postern.agent;

import io.postern.client.model.ReportedAuthenticationSet;
import io.postern.client.model.ReportedFirewall;
import io.postern.client.model.ReportedFirewallProfile;
import io.postern.client.model.ReportedFirewallRule;
import io.postern.client.model.ReportedSecurityRule;
import io.postern.enforcement.firewall.AuthenticationSet;
import io.postern.enforcement.firewall.ConnectionSecurityRule;
import io.postern.enforcement.firewall.FirewallProfile;
import io.postern.enforcement.firewall.FirewallRelevance;
import io.postern.enforcement.firewall.FirewallRule;
import io.postern.enforcement.firewall.ObservedFirewall;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Puts a firewall that was read into the contract's words. */
final class FirewallReports {
    private static final int MAX_RULES = 5000;
    private static final int MAX_NOTES = 100;
    private static final int MAX_NOTE = 2000;
    private static final int MAX_VALUE = 1000;

    private FirewallReports() {}

    /**
     * The part that counts for some ports.
     *
     * @throws IOException if it is more than a report can hold: less would say what is not so
     */
    static ReportedFirewall of(ObservedFirewall observed, List<Integer> ports) throws IOException {
        ObservedFirewall relevant = FirewallRelevance.of(observed, ports);
        if (relevant.rules().size() > MAX_RULES) {
            throw new IOException(
                    relevant.rules().size()
                            + " firewall rules cover the server's ports; a report holds "
                            + MAX_RULES);
        }
        ReportedFirewall report =
                new ReportedFirewall()
                        .profiles(relevant.profiles().stream().map(FirewallReports::of).toList())
                        .rules(relevant.rules().stream().map(FirewallReports::of).toList())
                        .notes(
                                relevant.notes().stream()
                                        .limit(MAX_NOTES)
                                        .map(
                                                note ->
                                                        note.length() > MAX_NOTE
                                                                ? note.substring(0, MAX_NOTE)
                                                                : note)
                                        .toList());
        if (relevant.securityRules() != null) {
            report.securityRules(
                    relevant.securityRules().stream().map(FirewallReports::of).toList());
        }
        if (relevant.authenticationSets() != null) {
            report.authenticationSets(
                    relevant.authenticationSets().stream().map(FirewallReports::of).toList());
        }
        return report;
    }

    private static ReportedFirewallProfile of(FirewallProfile profile) {
        return new ReportedFirewallProfile()
                .name(profile.name())
                .enabled(profile.enabled())
                .inboundAllowed(profile.inboundAllowed())
                .blocksAll(profile.blocksAll())
                .localRules(profile.localRules())
                .localSecurityRules(profile.localSecurityRules())
                .active(profile.active());
    }

    private static ReportedFirewallRule of(FirewallRule rule) {
        return new ReportedFirewallRule()
                .name(rule.name())
                .displayName(rule.displayName())
                .group(rule.group())
                .enabled(rule.enabled())
                .action(rule.action())
                .profile(rule.profile())
                .protocol(rule.protocol())
                .localPorts(rule.localPorts())
                .localAddresses(rule.localAddresses())
                .remoteAddresses(rule.remoteAddresses())
                .remoteUser(rule.remoteUser())
                .remoteMachine(rule.remoteMachine())
                .authentication(rule.authentication())
                .encryption(rule.encryption())
                .program(rule.program())
                .service(rule.service())
                .interfaces(rule.interfaces())
                .source(rule.source())
                .other(narrowing(rule));
    }

    /** What is not known to narrow a rule says nothing to the service. */
    private static Map<String, String> narrowing(FirewallRule rule) {
        Map<String, String> narrowing = new TreeMap<>();
        rule.narrowing()
                .forEach(
                        (name, value) ->
                                narrowing.put(
                                        name,
                                        value.length() > MAX_VALUE
                                                ? value.substring(0, MAX_VALUE)
                                                : value));
        return narrowing;
    }

    private static ReportedSecurityRule of(ConnectionSecurityRule rule) {
        return new ReportedSecurityRule()
                .name(rule.name())
                .displayName(rule.displayName())
                .group(rule.group())
                .enabled(rule.enabled())
                .profile(rule.profile())
                .inboundSecurity(rule.inboundSecurity())
                .outboundSecurity(rule.outboundSecurity())
                .protocol(rule.protocol())
                .localPorts(rule.localPorts())
                .remotePorts(rule.remotePorts())
                .localAddresses(rule.localAddresses())
                .remoteAddresses(rule.remoteAddresses())
                .phase1Set(rule.phase1Set())
                .phase2Set(rule.phase2Set())
                .source(rule.source());
    }

    private static ReportedAuthenticationSet of(AuthenticationSet set) {
        return new ReportedAuthenticationSet()
                .name(set.name())
                .displayName(set.displayName())
                .group(set.group())
                .phase(set.phase())
                .proposals(set.proposals());
    }
}
