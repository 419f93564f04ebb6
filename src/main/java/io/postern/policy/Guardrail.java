package io.postern.policy;

import java.util.List;
import java.util.Objects;

/**
 * An invariant over every policy.
 *
 * @param rule the rule's name, such as {@code max-prefix-v4}
 * @param level advisory, soft or hard
 * @param limit the rule's number; null = the rule has none
 * @param ranges the rule's ranges; empty = none
 * @param except keys of entries it spares
 */
public record Guardrail(
        String rule, String level, Integer limit, Addresses ranges, List<String> except) {
    public Guardrail {
        Objects.requireNonNull(rule);
        Objects.requireNonNull(level);
        Objects.requireNonNull(ranges);
        except = List.copyOf(except);
    }
}
