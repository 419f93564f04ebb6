package io.postern.enforcement.firewall;

import static io.postern.enforcement.AssessmentFinding.Severity.HIGH;
import static io.postern.enforcement.AssessmentFinding.Severity.LOW;
import static io.postern.enforcement.AssessmentFinding.Severity.MEDIUM;

import io.postern.enforcement.AddressCount;
import io.postern.enforcement.AssessmentFinding;
import io.postern.enforcement.AssessmentFinding.Severity;
import io.postern.enforcement.NetworkLayer.Opening;
import io.postern.policy.AddressSet;
import io.postern.policy.IdentityCondition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What an assessment finds in a server's firewall: what reaches a port at all, and through what.
 */
public final class FirewallFindings {
    private final ObservedFirewall observed;
    private final String server;
    private final int port;
    private final List<AssessmentFinding> found = new ArrayList<>();

    private FirewallFindings(ObservedFirewall observed, String server, int port) {
        this.observed = observed;
        this.server = server;
        this.port = port;
    }

    /**
     * The findings, worst first.
     *
     * @param server whose firewall it is; null = not known
     * @param port a TCP port that Exchange listens on
     */
    public static List<AssessmentFinding> of(ObservedFirewall observed, String server, int port) {
        FirewallFindings findings = new FirewallFindings(observed, server, port);
        FirewallEffect effect = FirewallEffect.of(observed);
        List<Opening> openings = effect.openings(port);
        findings.reach(openings);
        findings.profiles();
        findings.rules();
        for (String unknown : effect.unknowns(port)) {
            findings.add(
                    MEDIUM,
                    "firewall-unknown",
                    AddressSet.EMPTY,
                    unknown,
                    "export what is missing, or make the rule plain, and assess again");
        }
        findings.found.sort(Comparator.comparing(AssessmentFinding::severity));
        return List.copyOf(findings.found);
    }

    private void add(
            Severity severity, String rule, AddressSet addresses, String message, String remedy) {
        found.add(
                new AssessmentFinding(
                        severity, rule, server, null, addresses.texts(), message, remedy));
    }

    private void reach(List<Opening> openings) {
        AddressSet anybody = AddressSet.EMPTY;
        AddressSet proven = AddressSet.EMPTY;
        for (Opening opening : openings) {
            if (isAnybody(opening)) {
                anybody = anybody.union(opening.addresses());
            } else {
                proven = proven.union(opening.addresses());
            }
        }
        AddressSet onlyProven = proven.subtract(anybody);
        add(
                anybody.equals(AddressSet.ALL) ? MEDIUM : LOW,
                "firewall-reach",
                anybody,
                anybody.isEmpty() && proven.isEmpty()
                        ? "the firewall lets nobody reach port " + port
                        : "the firewall lets "
                                + AddressCount.of(anybody.count())
                                + " reach port "
                                + port
                                + " whoever they are"
                                + (onlyProven.isEmpty()
                                        ? ""
                                        : ", and "
                                                + AddressCount.of(onlyProven.count())
                                                + " more only with a proven account or computer"),
                "what the connectors let through counts for these addresses only; state in a"
                        + " policy who may, and compile windows-firewall");
    }

    private static boolean isAnybody(Opening opening) {
        return opening.accounts().equals(IdentityCondition.ANYBODY)
                && opening.computers().equals(IdentityCondition.ANYBODY);
    }

    private void profiles() {
        for (FirewallProfile profile : observed.profiles()) {
            if (Boolean.FALSE.equals(profile.active())) {
                continue;
            }
            String name = "profile " + profile.name() + ": ";
            if (Boolean.FALSE.equals(profile.enabled())) {
                add(
                        HIGH,
                        "firewall-off",
                        AddressSet.ALL,
                        name + "the firewall is off, so no rule does anything",
                        "turn it on (Set-NetFirewallProfile -Enabled True)");
            } else if (Boolean.TRUE.equals(profile.inboundAllowed())) {
                add(
                        HIGH,
                        "firewall-default-allow",
                        AddressSet.ALL,
                        name + "the default inbound action is Allow, so what no rule names is open",
                        "set it to Block (Set-NetFirewallProfile -DefaultInboundAction Block)");
            }
            if (Boolean.FALSE.equals(profile.localRules())) {
                add(
                        MEDIUM,
                        "firewall-local-rules-void",
                        AddressSet.EMPTY,
                        name + "Group Policy makes the local rules void",
                        "deploy the rules by Group Policy, or set AllowLocalFirewallRules");
            }
        }
    }

    private void rules() {
        for (FirewallRule rule : observed.rules()) {
            if (!rule.enabled() || !rule.coversTcp(port)) {
                continue;
            }
            String shown = "rule '" + rule.displayName() + "' (" + rule.name() + ") ";
            if (rule.action().equals("Block")) {
                add(
                        LOW,
                        "firewall-block",
                        addresses(rule),
                        shown
                                + "blocks port "
                                + port
                                + ": it beats every rule that allows, for whatever account",
                        "remove it once the default inbound action is Block and no wide rule is"
                                + " left");
            } else if (rule.action().equals("Bypass")) {
                add(
                        MEDIUM,
                        "firewall-bypass",
                        addresses(rule),
                        shown + "passes every rule that blocks port " + port,
                        "make it an ordinary rule that allows, or name who needs it");
            } else if (OriginalRules.opens(rule, port) && !rule.isSecure()) {
                opening(rule, shown);
            }
        }
    }

    private void opening(FirewallRule rule, String shown) {
        String opens = shown + "opens port " + port;
        if (!rule.isLocal()) {
            add(
                    MEDIUM,
                    "firewall-group-policy",
                    addresses(rule),
                    opens + " and comes from " + rule.source() + ", not from this server",
                    "narrow it where it is made; no agent can write it");
        } else if (!OriginalRules.isClosable(rule)) {
            add(
                    MEDIUM,
                    "firewall-any-port",
                    addresses(rule),
                    opens + " since it names no TCP ports of its own",
                    "narrow it to the ports that it is for");
        } else {
            add(
                    MEDIUM,
                    "firewall-original",
                    addresses(rule),
                    opens + " for every account",
                    "compile windows-firewall: it is copied without port "
                            + port
                            + " and disabled once your own rules are there");
        }
    }

    private static AddressSet addresses(FirewallRule rule) {
        return RemoteAddresses.of(rule.remoteAddresses()).set();
    }
}
