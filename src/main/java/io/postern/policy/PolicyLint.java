package io.postern.policy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds what is allowed but probably not meant. */
final class PolicyLint {
    private static final AddressRange MAPPED =
            new AddressRange(
                    Address.ipv6(0, 0xFFFF_0000_0000L), Address.ipv6(0, 0xFFFF_FFFF_FFFFL));

    private PolicyLint() {}

    static List<PolicyCheck.Finding> findings(Policy policy) {
        List<PolicyCheck.Finding> findings = new ArrayList<>();
        Set<String> declared = new HashSet<>();
        for (Principal principal : policy.principals()) {
            declared.add(Principals.fold(principal.name()));
            if (principal.sid() != null) {
                declared.add(Principals.fold(principal.sid()));
            }
        }
        for (Grant grant : policy.grants()) {
            undeclared("Grant", grant.key(), grant.from(), declared, findings);
            ipv6Only(grant, findings);
            if (grant.notBefore() != null
                    && grant.expires() != null
                    && !grant.notBefore().isBefore(grant.expires())) {
                findings.add(
                        advisory(
                                PolicyCheck.NEVER_VALID,
                                grant.key(),
                                "Grant '" + grant.key() + "' expires before it begins.",
                                "Correct notBefore or expires, or remove the grant."));
            }
        }
        policy.blocks()
                .forEach(
                        block ->
                                undeclared("Block", block.key(), block.from(), declared, findings));
        policy.principals().stream()
                .filter(Principal::isExpandable)
                .forEach(
                        group ->
                                undeclared(
                                        "Group",
                                        group.name(),
                                        group.members(),
                                        declared,
                                        findings));
        unknownExceptions(policy, findings);
        return findings;
    }

    private static void undeclared(
            String what,
            String key,
            From from,
            Set<String> declared,
            List<PolicyCheck.Finding> findings) {
        undeclared(what, key, from.accounts(), declared, findings);
        undeclared(what, key, from.computers(), declared, findings);
    }

    private static void undeclared(
            String what,
            String key,
            List<String> names,
            Set<String> declared,
            List<PolicyCheck.Finding> findings) {
        for (String name : names) {
            if (!declared.contains(Principals.fold(name))) {
                findings.add(
                        advisory(
                                PolicyCheck.UNDECLARED,
                                key,
                                what
                                        + " '"
                                        + key
                                        + "' names '"
                                        + name
                                        + "', which principals does"
                                        + " not declare.",
                                "Declare it in principals, or correct the name."));
            }
        }
    }

    /** ::/0 looks like everything and is not: IPv4 is never matched by it. */
    private static void ipv6Only(Grant grant, List<PolicyCheck.Finding> findings) {
        boolean looksWider =
                grant.from().addresses().set().ranges(AddressFamily.IPV6).stream()
                        .anyMatch(range -> range.overlaps(MAPPED));
        if (looksWider) {
            findings.add(
                    advisory(
                            PolicyCheck.IPV6_ONLY,
                            grant.key(),
                            "Grant '"
                                    + grant.key()
                                    + "' has an IPv6 range around ::ffff:0:0/96; it never matches"
                                    + " an IPv4 address.",
                            "Write the IPv4 range beside it if IPv4 is meant."));
        }
    }

    private static void unknownExceptions(Policy policy, List<PolicyCheck.Finding> findings) {
        Set<String> keys = new HashSet<>();
        policy.grants().forEach(grant -> keys.add(grant.key()));
        policy.blocks().forEach(block -> keys.add(block.key()));
        for (Guardrail guardrail : policy.guardrails()) {
            for (String key : guardrail.except()) {
                if (!keys.contains(key)) {
                    findings.add(
                            advisory(
                                    PolicyCheck.UNKNOWN_EXCEPTION,
                                    guardrail.rule(),
                                    "Guardrail '"
                                            + guardrail.rule()
                                            + "' spares '"
                                            + key
                                            + "', which is no grant or block.",
                                    "Take it out of except."));
                }
            }
        }
    }

    private static PolicyCheck.Finding advisory(
            String rule, String entry, String message, String remedy) {
        return new PolicyCheck.Finding(PolicyCheck.Level.ADVISORY, rule, entry, message, remedy);
    }
}
