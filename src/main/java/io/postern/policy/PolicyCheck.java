package io.postern.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Judges a policy, or a change of one, by its guardrails, its assertions and the lint. A rule
 * refuses what the change adds or widens; what the base already had is a finding of level ADVISORY.
 */
public final class PolicyCheck {
    /** How much a finding weighs. */
    public enum Level {
        /** Worth knowing. */
        ADVISORY,
        /** Needs an approver's attention. */
        SOFT,
        /** Cannot be approved. */
        HARD;

        /** The word used in policy files and JSON: the lower-case name. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One thing found.
     *
     * @param entry key of the entry it is about; null = the policy as a whole
     * @param message what is wrong
     * @param remedy what to do about it
     */
    public record Finding(Level level, String rule, String entry, String message, String remedy) {
        public Finding {
            Objects.requireNonNull(level);
            Objects.requireNonNull(rule);
            Objects.requireNonNull(message);
            Objects.requireNonNull(remedy);
        }
    }

    public static final String NO_EMPTY_POLICY = "no-empty-policy";
    public static final String RELAY_NEEDS_ADDRESSES = "relay-needs-addresses";
    public static final String TRUSTED_NEEDS_ADDRESSES = "trusted-needs-addresses";
    public static final String PROTECTED_SOURCES = "protected-sources";
    public static final String MAX_PREFIX_V4 = "max-prefix-v4";
    public static final String MAX_PREFIX_V6 = "max-prefix-v6";
    public static final String RELAY_RANGES = "relay-ranges";
    static final String ASSERTION = "assertion";
    static final String UNDECLARED = "undeclared-principal";
    static final String NEVER_VALID = "never-valid";
    static final String IPV6_ONLY = "ipv6-only";
    static final String UNKNOWN_EXCEPTION = "unknown-exception";

    /** Every rule that a guardrail may name. */
    public static final List<String> RULES =
            List.of(
                    NO_EMPTY_POLICY,
                    RELAY_NEEDS_ADDRESSES,
                    TRUSTED_NEEDS_ADDRESSES,
                    PROTECTED_SOURCES,
                    MAX_PREFIX_V4,
                    MAX_PREFIX_V6,
                    RELAY_RANGES);

    private static final Comparator<Finding> ORDER =
            Comparator.comparing(Finding::level, Comparator.reverseOrder())
                    .thenComparing(Finding::rule, KeyOrder.CODE_POINT)
                    .thenComparing(Finding::entry, Comparator.nullsFirst(KeyOrder.CODE_POINT))
                    .thenComparing(Finding::message, KeyOrder.CODE_POINT);

    private PolicyCheck() {}

    /** Highest limit of a rule; -1 = it takes none. */
    public static int highestLimit(String rule) {
        return switch (rule) {
            case MAX_PREFIX_V4 -> AddressFamily.IPV4.bits();
            case MAX_PREFIX_V6 -> AddressFamily.IPV6.bits();
            default -> -1;
        };
    }

    /**
     * Every finding, the heaviest first, then by rule and entry.
     *
     * @param before the base of the change; {@link Policy#EMPTY} to judge a policy as a whole
     * @param at when assertions that state no time are judged
     */
    public static List<Finding> check(Policy before, Policy after, Instant at) {
        List<Finding> findings = new ArrayList<>();
        findings.addAll(new GuardrailCheck(before, after).findings());
        findings.addAll(new AssertionCheck(before, after, at).findings());
        findings.addAll(PolicyLint.findings(after));
        findings.sort(ORDER);
        return List.copyOf(findings);
    }
}
