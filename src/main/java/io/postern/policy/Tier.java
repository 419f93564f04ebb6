package io.postern.policy;

import java.util.Locale;

/**
 * How far a submission may go, in rising order. The order of the constants is the order of the
 * tiers.
 */
public enum Tier {
    /** Nothing is accepted. */
    NONE,
    /** Only recipients in the organisation's own accepted domains. */
    INTERNAL,
    /** Any recipient, still as anonymous mail. */
    RELAY,
    /** Treated as authenticated, skips anti-spam: high risk. */
    TRUSTED;

    /** The word used in policy files and JSON: the lower-case name. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads the word of a policy file.
     *
     * @throws IllegalArgumentException if it is none of the four words
     */
    public static Tier ofWord(String word) {
        for (Tier tier : values()) {
            if (tier.word().equals(word)) {
                return tier;
            }
        }
        throw new IllegalArgumentException(
                "'" + word + "' is not a tier (none, internal, relay, trusted)");
    }

    public static Tier highest(Tier a, Tier b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    public static Tier lowest(Tier a, Tier b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
