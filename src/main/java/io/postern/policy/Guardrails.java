package io.postern.policy;

import io.postern.policy.PolicyCheck.Level;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What each rule weighs under one policy: as built in, unless the policy says otherwise. */
final class Guardrails {
    /**
     * One rule's weight.
     *
     * @param limit 0 where the rule takes none
     * @param ranges empty where the rule takes none
     * @param ownBound whether the policy states its own limit or ranges
     */
    record Weight(
            Level level, int limit, AddressSet ranges, Set<String> except, boolean ownBound) {}

    private final Map<GuardrailRule, Weight> weights = new EnumMap<>(GuardrailRule.class);
    private final Set<String> stated;

    Guardrails(Policy policy) {
        for (GuardrailRule rule : GuardrailRule.values()) {
            int limit = rule.takesLimit() ? rule.limit() : 0;
            weights.put(rule, new Weight(rule.level(false), limit, rule.ranges(), Set.of(), false));
        }
        for (Guardrail guardrail : policy.guardrails()) {
            GuardrailRule.ofWord(guardrail.rule())
                    .ifPresent(rule -> weights.put(rule, weight(rule, guardrail)));
        }
        stated =
                policy.guardrails().stream()
                        .map(Guardrail::rule)
                        .collect(java.util.stream.Collectors.toUnmodifiableSet());
    }

    private static Weight weight(GuardrailRule rule, Guardrail guardrail) {
        boolean ownLimit = rule.takesLimit() && guardrail.limit() != null;
        boolean ownRanges = rule.takesRanges() && !guardrail.ranges().isAny();
        int limit = rule.takesLimit() ? rule.limit() : 0;
        return new Weight(
                Level.valueOf(guardrail.level().toUpperCase(Locale.ROOT)),
                ownLimit ? guardrail.limit() : limit,
                ownRanges ? guardrail.ranges().set() : rule.ranges(),
                Set.copyOf(guardrail.except()),
                ownLimit || ownRanges);
    }

    Weight of(GuardrailRule rule) {
        return weights.get(rule);
    }

    boolean spares(GuardrailRule rule, String key) {
        return of(rule).except().contains(key);
    }

    /** Whether the policy states the rule, so that a finding can point to it. */
    boolean isStated(GuardrailRule rule) {
        return stated.contains(rule.word());
    }
}
