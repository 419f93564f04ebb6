package io.postern.enforcement.firewall;

import io.postern.enforcement.NetworkLayer;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import io.postern.policy.IdentityCondition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a Windows firewall lets through to a TCP port that Exchange listens on, from all its rules
 * and profiles: authenticated bypass before block before allow before the profile's default
 * (MS-FASP, FW_RULE_ACTION). What is not known counts as open and is told. Immutable.
 */
public final class FirewallEffect implements NetworkLayer {
    /** The kind of Windows firewalls. */
    public static final String KIND = "windows-firewall";

    private final List<FirewallProfile> profiles;
    private final List<RuleMeaning> rules;
    private final SecurityRules security;

    private FirewallEffect(ObservedFirewall observed) {
        profiles =
                observed.profiles().stream()
                        .filter(profile -> !Boolean.FALSE.equals(profile.active()))
                        .toList();
        rules = observed.rules().stream().map(RuleMeaning::of).toList();
        security = new SecurityRules(observed);
    }

    /** The effect of a firewall as it was read, or as it would be. */
    public static FirewallEffect of(ObservedFirewall observed) {
        return new FirewallEffect(observed);
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public List<Opening> openings(int port) {
        Set<Opening> openings = new LinkedHashSet<>();
        if (profiles.isEmpty()) {
            openings.add(everybody("profiles that were not read"));
        }
        List<RuleMeaning> touching = rules.stream().filter(rule -> rule.touches(port)).toList();
        SecurityRules.Port proof = security.at(port);
        for (FirewallProfile profile : profiles) {
            openings.addAll(ofProfile(profile, touching, proof));
        }
        return List.copyOf(openings);
    }

    private static Collection<Opening> ofProfile(
            FirewallProfile profile, List<RuleMeaning> rules, SecurityRules.Port proof) {
        String name = "profile " + profile.name();
        if (!Boolean.TRUE.equals(profile.enabled())) {
            return List.of(everybody(name + (profile.enabled() == null ? "" : " (off)")));
        }
        List<Opening> openings = new ArrayList<>();
        List<AddressRange> blocked = new ArrayList<>();
        for (RuleMeaning rule : rules) {
            if (rule.isBypass() && rule.mayHoldIn(profile)) {
                openings.addAll(proof.openings(rule));
            } else if (rule.isBlock() && rule.surelyHoldsIn(profile)) {
                blocked.addAll(rule.surelyBlocked().ranges());
            }
        }
        AddressSet open = AddressSet.of(blocked).complement();
        if (!Boolean.FALSE.equals(profile.inboundAllowed())) {
            openings.addAll(proof.everybody(name + " (inbound allowed)", open));
        }
        if (!Boolean.TRUE.equals(profile.blocksAll())) {
            for (RuleMeaning rule : rules) {
                if (rule.isAllow() && rule.mayHoldIn(profile)) {
                    for (Opening opening : proof.openings(rule)) {
                        openings.add(within(opening, open));
                    }
                }
            }
        }
        openings.removeIf(opening -> opening.addresses().isEmpty());
        return openings;
    }

    private static Opening within(Opening opening, AddressSet addresses) {
        return new Opening(
                opening.rule(),
                opening.addresses().intersect(addresses),
                opening.accounts(),
                opening.computers());
    }

    private static Opening everybody(String because) {
        return new Opening(
                because, AddressSet.ALL, IdentityCondition.ANYBODY, IdentityCondition.ANYBODY);
    }

    @Override
    public List<String> unknowns(int port) {
        Set<String> unknowns = new TreeSet<>();
        if (profiles.isEmpty()) {
            unknowns.add(
                    "Whether the firewall is on is not known (its profiles were not read); it counts"
                            + " as open to everybody.");
        }
        for (FirewallProfile profile : profiles) {
            if (profile.enabled() == null || profile.inboundAllowed() == null) {
                unknowns.add(
                        "Whether the profile "
                                + profile.name()
                                + " is on and blocks by default is not known; it counts as open.");
            }
        }
        boolean isAnySecure = false;
        for (RuleMeaning rule : rules) {
            if (rule.touches(port)) {
                rule.unknown().ifPresent(unknowns::add);
                isAnySecure |= rule.isSecure();
            }
        }
        if (isAnySecure) {
            unknowns.addAll(security.unknowns());
        }
        return List.copyOf(unknowns);
    }
}
