package io.postern.policy;

import io.postern.policy.PolicyCheck.Level;
import java.util.Optional;

/**
 * The rules that guardrails are made of. All are built in and on; a policy's guardrails re-weigh
 * them.
 */
public enum GuardrailRule {
    /** A policy grants something. */
    NO_EMPTY_POLICY("no-empty-policy", Level.HARD),
    /** An entry says who it is about. */
    NO_EMPTY_FROM("no-empty-from", Level.HARD),
    /** Relay asks for addresses: identity alone opens at most internal. */
    RELAY_NEEDS_ADDRESSES("relay-needs-addresses", Level.HARD),
    /** Trusted asks for addresses: identity alone opens at most internal. */
    TRUSTED_NEEDS_ADDRESSES("trusted-needs-addresses", Level.HARD),
    /** Trusted asks for a proven account or computer beside the addresses. */
    TRUSTED_NEEDS_TWO_FACTORS("trusted-needs-two-factors", Level.SOFT),
    /** Protected sources are neither blocked nor lose their tier. */
    PROTECTED_SOURCES("protected-sources", Level.HARD),
    /** No IPv4 network of a grant is wider than the limit, a prefix length. */
    MAX_PREFIX_V4("max-prefix-v4", Level.SOFT, 16, 32, AddressSet.EMPTY),
    /** No IPv6 network of a grant is wider than the limit, a prefix length. */
    MAX_PREFIX_V6("max-prefix-v6", Level.SOFT, 48, 128, AddressSet.EMPTY),
    /** Relay and trusted come from the ranges only; private and loopback ones unless stated. */
    RELAY_RANGES(
            "relay-ranges",
            Level.SOFT,
            null,
            -1,
            AddressSet.parse(
                    "10.0.0.0/8",
                    "127.0.0.0/8",
                    "172.16.0.0/12",
                    "192.168.0.0/16",
                    "::1",
                    "fc00::/7")),
    /** A grant has an owner. */
    OWNER_STATED("owner-stated", Level.SOFT),
    /** A grant has a reason. */
    REASON_STATED("reason-stated", Level.SOFT),
    /** A grant has an expiry. */
    EXPIRY_STATED("expiry-stated", Level.ADVISORY),
    /** A change alters at most the limit, in percent, of the addresses that its base grants. */
    MAX_CHANGE("max-change", Level.SOFT, 20, 100, AddressSet.EMPTY);

    private final String word;
    private final Level level;
    private final Integer limit;
    private final int highestLimit;
    private final AddressSet ranges;

    GuardrailRule(String word, Level level) {
        this(word, level, null, -1, AddressSet.EMPTY);
    }

    GuardrailRule(String word, Level level, Integer limit, int highestLimit, AddressSet ranges) {
        this.word = word;
        this.level = level;
        this.limit = limit;
        this.highestLimit = highestLimit;
        this.ranges = ranges;
    }

    /** The rule's name in policy files and findings. */
    public String word() {
        return word;
    }

    /** The rule of that name; empty if there is none. */
    public static Optional<GuardrailRule> ofWord(String word) {
        for (GuardrailRule rule : values()) {
            if (rule.word.equals(word)) {
                return Optional.of(rule);
            }
        }
        return Optional.empty();
    }

    /**
     * What it weighs where the policy states no level.
     *
     * @param ownBound whether the policy states its own limit or ranges: whoever draws a line means
     *     it, so that is hard
     */
    public Level level(boolean ownBound) {
        return ownBound ? Level.HARD : level;
    }

    public boolean takesLimit() {
        return limit != null;
    }

    public boolean takesRanges() {
        return !ranges.isEmpty();
    }

    /** The limit where the policy states none; null = the rule takes none. */
    public Integer limit() {
        return limit;
    }

    /** Highest limit that can be stated; the lowest is 0; -1 = the rule takes none. */
    public int highestLimit() {
        return highestLimit;
    }

    /** The ranges where the policy states none; empty = the rule takes none. */
    public AddressSet ranges() {
        return ranges;
    }
}
