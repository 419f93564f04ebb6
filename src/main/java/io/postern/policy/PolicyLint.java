package io.postern.policy;

import io.postern.policy.PolicyCheck.Finding;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Finds what is allowed but probably not meant. */
final class PolicyLint {
    private final List<Finding> findings = new ArrayList<>();

    PolicyLint(Policy policy, Guardrails guardrails, Instant at) {
        LintSpace space = new LintSpace(policy);
        LintValidity validity = new LintValidity(space, guardrails, at);
        LintShadows shadows = new LintShadows(space, validity::isExpired);
        // One remedy for each grant is enough: what should go need not be merged first.
        List<LintEntry> kept =
                space.grants().stream()
                        .filter(space::canMatch)
                        .filter(entry -> !validity.isExpired(entry))
                        .filter(entry -> !shadows.found().contains(entry))
                        .toList();
        findings.addAll(validity.findings());
        findings.addAll(shadows.findings());
        findings.addAll(new LintMerges(space, kept).findings());
        findings.addAll(new LintNames(policy).findings());
    }

    List<Finding> findings() {
        return findings;
    }
}
