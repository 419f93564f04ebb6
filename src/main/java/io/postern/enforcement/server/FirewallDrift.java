package io.postern.enforcement.server;

import io.postern.enforcement.ConnectorDrift;
import io.postern.enforcement.firewall.FirewallPlan;
import io.postern.enforcement.firewall.FirewallRefusal;
import io.postern.enforcement.firewall.FirewallRule;
import io.postern.enforcement.firewall.FirewallState;
import io.postern.enforcement.firewall.FirewallStep;
import io.postern.enforcement.firewall.LocalPorts;
import io.postern.enforcement.firewall.ObservedFirewall;
import io.postern.enforcement.firewall.OriginalRules;
import io.postern.enforcement.firewall.RemoteAddresses;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How a firewall differs from what it should hold: whatever would have to be written, and whatever
 * else opens a port that Postern keeps. Rules are found by what they do, whatever their names: an
 * update that puts Exchange's own rules back gives them new ones.
 */
public final class FirewallDrift {
    private static final String REWRITE = "write Postern's firewall rules again";

    private FirewallDrift() {}

    /** Every difference; empty = none that is known. */
    public static List<DriftFinding> of(FirewallState desired, ObservedFirewall observed) {
        List<DriftFinding> findings = new ArrayList<>();
        List<FirewallStep> steps;
        boolean isPlanned = true;
        try {
            steps = FirewallPlan.between(observed, desired);
        } catch (IllegalArgumentException e) {
            findings.add(
                    DriftFinding.ofFirewall(
                            ConnectorDrift.CHANGED,
                            "firewall",
                            "what is ours cannot be compared or written: " + e.getMessage(),
                            "see to what it says",
                            false));
            steps = List.of();
            isPlanned = false;
        }
        Set<String> removed = new HashSet<>();
        for (FirewallStep step : steps) {
            if (isRemoval(step)) {
                removed.add(step.name());
            }
        }
        Set<String> made = new HashSet<>();
        for (FirewallStep step : steps) {
            if (isCreation(step)) {
                made.add(step.name());
                if (isOnlyReleased(step, observed)) {
                    continue;
                }
                boolean isChanged = removed.contains(step.name());
                findings.add(
                        DriftFinding.ofFirewall(
                                isChanged ? ConnectorDrift.CHANGED : ConnectorDrift.MISSING,
                                step.name(),
                                isChanged ? "it is not as it was written" : "it is not there",
                                REWRITE,
                                true));
            }
        }
        for (FirewallStep step : steps) {
            if (isRemoval(step) && !made.contains(step.name())) {
                findings.add(
                        DriftFinding.ofFirewall(
                                ConnectorDrift.FOREIGN,
                                step.name(),
                                "it carries our group but is not desired",
                                REWRITE,
                                true));
            } else if (step instanceof FirewallStep.DisableOriginal
                    || step instanceof FirewallStep.EnableOriginal) {
                findings.add(switched(step, observed, desired));
            }
        }
        if (desired.originalsClosed()) {
            others(desired, observed, isPlanned, findings);
            lostCopies(desired, observed, findings);
        }
        return findings;
    }

    /**
     * One of Exchange's own rules that is off while nothing keeps its other ports: its copy was
     * taken away. What somebody disabled before Postern came looks alike, and is told too.
     */
    private static void lostCopies(
            FirewallState desired, ObservedFirewall observed, List<DriftFinding> findings) {
        for (FirewallRule rule : observed.rules()) {
            boolean isClosed =
                    !rule.enabled()
                            && OriginalRules.isClosable(rule)
                            && OriginalRules.isExchanges(rule)
                            && desired.ports().stream().anyMatch(rule::coversTcp);
            if (!isClosed) {
                continue;
            }
            List<String> others = LocalPorts.of(rule.localPorts()).without(desired.ports());
            boolean isKept =
                    observed.rules().stream()
                            .anyMatch(
                                    one ->
                                            one.displayName().equals(rule.displayName())
                                                            && one.enabled()
                                                    || one.displayName()
                                                            .equals("!" + rule.displayName()));
            if (!others.isEmpty() && !isKept) {
                findings.add(
                        DriftFinding.ofFirewall(
                                ConnectorDrift.MISSING,
                                rule.name(),
                                "'"
                                        + rule.displayName()
                                        + "' is off and no copy keeps its other ports ("
                                        + String.join(", ", others)
                                        + ")",
                                "enable that rule: Postern then copies it and closes it again",
                                false));
            }
        }
    }

    private static boolean isCreation(FirewallStep step) {
        return step instanceof FirewallStep.CreateRule
                || step instanceof FirewallStep.CopyRule
                || step instanceof FirewallStep.CreateSet
                || step instanceof FirewallStep.CreateSecurityRule;
    }

    private static boolean isRemoval(FirewallStep step) {
        return step instanceof FirewallStep.RemoveRule
                || step instanceof FirewallStep.RemoveCopy
                || step instanceof FirewallStep.RemoveSet
                || step instanceof FirewallStep.RemoveSecurityRule;
    }

    private static DriftFinding switched(
            FirewallStep step, ObservedFirewall observed, FirewallState desired) {
        FirewallRule rule =
                observed.rules().stream()
                        .filter(one -> one.isLocal() && one.name().equals(step.name()))
                        .findFirst()
                        .orElseThrow();
        boolean isOpen = step instanceof FirewallStep.DisableOriginal;
        return DriftFinding.ofFirewall(
                isOpen ? ConnectorDrift.EFFECTIVE : ConnectorDrift.CHANGED,
                step.name(),
                "'"
                        + rule.displayName()
                        + (isOpen
                                ? "' is on again and opens "
                                        + ports(rule, desired)
                                        + " to "
                                        + from(rule)
                                : "' is off although it should be on"),
                REWRITE,
                true);
    }

    private static String ports(FirewallRule rule, FirewallState desired) {
        List<String> ports =
                desired.ports().stream().filter(rule::coversTcp).map(String::valueOf).toList();
        return "port " + String.join(", ", ports);
    }

    private static String from(FirewallRule rule) {
        try {
            List<String> texts = RemoteAddresses.of(rule.remoteAddresses()).texts();
            int shown = Math.min(3, texts.size());
            String more =
                    texts.size() > shown ? " and " + (texts.size() - shown) + " more ranges" : "";
            return texts.equals(List.of(FirewallRule.ANY))
                    ? "every address"
                    : String.join(", ", texts.subList(0, shown)) + more;
        } catch (IllegalArgumentException e) {
            return "addresses that cannot be read";
        }
    }

    /** Whether it is as it should be, and only made anew because a set that it uses is. */
    private static boolean isOnlyReleased(FirewallStep step, ObservedFirewall observed) {
        return step instanceof FirewallStep.CreateSecurityRule create
                && observed.securityRules() != null
                && observed.securityRules().contains(create.rule());
    }

    /**
     * What opens a port and is not Postern's to close. Of a firewall that is to be as it was found
     * nothing is: its own rules are what opens it.
     *
     * @param isPlanned whether originals that are to be closed were told already
     */
    private static void others(
            FirewallState desired,
            ObservedFirewall observed,
            boolean isPlanned,
            List<DriftFinding> findings) {
        for (FirewallRule rule : observed.rules()) {
            boolean isOurs = rule.isOwn() && rule.isLocal() || isDesired(rule, desired);
            boolean isTold =
                    isPlanned
                            && OriginalRules.isClosable(rule)
                            && desired.ports().stream()
                                    .anyMatch(port -> OriginalRules.opens(rule, port));
            boolean opens =
                    desired.ports().stream().anyMatch(port -> OriginalRules.lets(rule, port));
            if (opens && !isOurs && !isTold) {
                findings.add(
                        DriftFinding.ofFirewall(
                                ConnectorDrift.EFFECTIVE,
                                rule.name(),
                                "'"
                                        + rule.displayName()
                                        + "' ("
                                        + (rule.isLocal() ? "local" : rule.source())
                                        + ") opens "
                                        + ports(rule, desired)
                                        + " to "
                                        + from(rule)
                                        + (rule.isSecure() ? ", for proven identities" : ""),
                                "disable or narrow that rule where it comes from, or grant what it"
                                        + " opens",
                                false));
            }
        }
        for (String reason : FirewallRefusal.reasons(observed, desired)) {
            findings.add(
                    DriftFinding.ofFirewall(
                            ConnectorDrift.EFFECTIVE,
                            "profile",
                            reason,
                            "set the profile right in the Group Policy or locally",
                            false));
        }
    }

    /** Whether it is one of ours that Group Policy put there, where local rules are void. */
    private static boolean isDesired(FirewallRule rule, FirewallState desired) {
        return rule.isOwn()
                && desired.rules().stream()
                        .anyMatch(
                                one ->
                                        one.name().equals(rule.name())
                                                && one.action().equals(rule.action())
                                                && one.localPorts().equals(rule.localPorts())
                                                && one.remoteAddresses()
                                                        .equals(rule.remoteAddresses())
                                                && one.authentication()
                                                        .equals(rule.authentication())
                                                && one.remoteUser().equals(rule.remoteUser())
                                                && one.remoteMachine()
                                                        .equals(rule.remoteMachine()));
    }
}
