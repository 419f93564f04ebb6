package io.postern.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
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
     * @param kind of the entry; null = the policy as a whole
     * @param entry key of the entry it is about, which a change may have removed; null = the policy
     *     as a whole
     * @param message what is wrong
     * @param remedy what to do about it
     */
    public record Finding(
            Level level, String rule, EntryKind kind, String entry, String message, String remedy) {
        public Finding {
            Objects.requireNonNull(level);
            Objects.requireNonNull(rule);
            Objects.requireNonNull(message);
            Objects.requireNonNull(remedy);
            if ((kind == null) != (entry == null)) {
                throw new IllegalArgumentException("kind and entry are given together");
            }
        }

        static Finding ofPolicy(Level level, String rule, String message, String remedy) {
            return new Finding(level, rule, null, null, message, remedy);
        }

        static Finding advice(
                String rule, EntryKind kind, String entry, String message, String remedy) {
            return new Finding(Level.ADVISORY, rule, kind, entry, message, remedy);
        }

        /** A breach of a guardrail; only worth knowing if the base already had it. */
        static Finding weighed(
                Level level,
                GuardrailRule rule,
                EntryKind kind,
                String entry,
                boolean had,
                String message,
                String remedy) {
            return new Finding(
                    had ? Level.ADVISORY : level,
                    rule.word(),
                    kind,
                    entry,
                    had ? message + " It is already in the base." : message,
                    remedy);
        }
    }

    static final String NO_EMPTY_POLICY = GuardrailRule.NO_EMPTY_POLICY.word();
    static final String ASSERTION = "assertion";
    static final String ASSERTION_CHANGED = "assertion-changed";
    static final String GUARDRAIL_WEAKENED = "guardrail-weakened";
    static final String DUPLICATE = "duplicate";
    static final String SHADOWED = "shadowed";
    static final String MERGEABLE = "mergeable";
    static final String EXPIRED = "expired";
    static final String NEVER_VALID = "never-valid";
    static final String TOO_WIDE = "too-wide";
    static final String IPV6_ONLY = "ipv6-only";
    static final String UNDECLARED = "undeclared-principal";
    static final String UNKNOWN_SERVER = "unknown-server";
    static final String UNUSED_SET = "unused-address-set";
    static final String UNUSED_PRINCIPAL = "unused-principal";
    static final String UNKNOWN_EXCEPTION = "unknown-exception";

    /** Every rule that a guardrail may name. */
    public static final List<String> RULES =
            Arrays.stream(GuardrailRule.values()).map(GuardrailRule::word).toList();

    /** Every other rule of a finding: its level is fixed. */
    public static final List<String> FIXED_RULES =
            List.of(
                    ASSERTION,
                    ASSERTION_CHANGED,
                    GUARDRAIL_WEAKENED,
                    DUPLICATE,
                    SHADOWED,
                    MERGEABLE,
                    EXPIRED,
                    NEVER_VALID,
                    TOO_WIDE,
                    IPV6_ONLY,
                    UNDECLARED,
                    UNKNOWN_SERVER,
                    UNUSED_SET,
                    UNUSED_PRINCIPAL,
                    UNKNOWN_EXCEPTION);

    private static final int SHOWN_NAMES = 5;
    private static final Comparator<Finding> ORDER =
            Comparator.comparing(Finding::level, Comparator.reverseOrder())
                    .thenComparing(Finding::rule, KeyOrder.CODE_POINT)
                    .thenComparing(Finding::entry, Comparator.nullsFirst(KeyOrder.CODE_POINT))
                    .thenComparing(Finding::message, KeyOrder.CODE_POINT);

    private PolicyCheck() {}

    /**
     * Every finding, the heaviest first, then by rule and entry.
     *
     * @param before the base of the change; {@link Policy#EMPTY} to judge a policy as a whole
     * @param at when assertions that state no time are judged, and what is expired
     */
    public static List<Finding> check(Policy before, Policy after, Instant at) {
        Guardrails guardrails = new Guardrails(after);
        List<Finding> findings = new ArrayList<>();
        findings.addAll(new GuardrailCheck(before, after, guardrails, at).findings());
        findings.addAll(new AssertionCheck(before, after, at).findings());
        findings.addAll(new PolicyLint(after, guardrails, at).findings());
        findings.sort(ORDER);
        return List.copyOf(findings);
    }

    /** Names in quotes, the first few and how many more. */
    static String some(Collection<String> names) {
        StringBuilder shown = new StringBuilder();
        int left = SHOWN_NAMES;
        for (String name : names) {
            if (left-- == 0) {
                return shown + " and " + (names.size() - SHOWN_NAMES) + " more";
            }
            shown.append(shown.isEmpty() ? "'" : ", '").append(name).append('\'');
        }
        return shown.toString();
    }
}
