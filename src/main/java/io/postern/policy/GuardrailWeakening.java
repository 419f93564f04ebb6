package io.postern.policy;

import io.postern.policy.PolicyCheck.Finding;
import io.postern.policy.PolicyCheck.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Tells when a change loosens the guardrails it is judged by, so that this cannot pass unseen. No
 * guardrail weighs it.
 */
final class GuardrailWeakening {
    private GuardrailWeakening() {}

    static List<Finding> findings(Policy before, Policy after, Guardrails now) {
        if (before.guardrails().equals(after.guardrails())) {
            return List.of();
        }
        Guardrails then = new Guardrails(before);
        List<Finding> findings = new ArrayList<>();
        for (GuardrailRule rule : GuardrailRule.values()) {
            List<String> looser = looser(rule, then.of(rule), now.of(rule));
            if (!looser.isEmpty()) {
                findings.add(
                        new Finding(
                                Level.SOFT,
                                PolicyCheck.GUARDRAIL_WEAKENED,
                                EntryKind.GUARDRAIL,
                                rule.word(),
                                "The change loosens the guardrail '"
                                        + rule.word()
                                        + "': "
                                        + String.join("; ", looser)
                                        + ".",
                                "Loosen it in a change of its own, or leave it as it was."));
            }
        }
        return findings;
    }

    private static List<String> looser(
            GuardrailRule rule, Guardrails.Weight then, Guardrails.Weight now) {
        List<String> looser = new ArrayList<>();
        if (now.level().compareTo(then.level()) < 0) {
            looser.add("its level falls from " + then.level().word() + " to " + now.level().word());
        }
        boolean higherAllowsMore = rule == GuardrailRule.MAX_CHANGE;
        int byLimit = Integer.compare(now.limit(), then.limit());
        if (higherAllowsMore ? byLimit > 0 : byLimit < 0) {
            looser.add("its limit goes from " + then.limit() + " to " + now.limit());
        }
        AddressSet more = now.ranges().subtract(then.ranges());
        if (!more.isEmpty()) {
            looser.add("its ranges gain " + more);
        }
        Set<String> spared = new TreeSet<>(KeyOrder.CODE_POINT);
        spared.addAll(now.except());
        spared.removeAll(then.except());
        if (!spared.isEmpty()) {
            looser.add("it now spares " + PolicyCheck.some(spared));
        }
        return looser;
    }
}
