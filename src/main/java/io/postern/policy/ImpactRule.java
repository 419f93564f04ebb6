package io.postern.policy;

import java.time.Instant;

/**
 * An entry reduced to what can change a tier: entries of both policies that are alike but for their
 * keys are one rule.
 */
final class ImpactRule {
    /** Account or computer set of an entry that does not ask. */
    static final int ANY = -1;

    /** Level of a block; grants have the ordinal of their tier. */
    static final int BLOCK = 0;

    final int number;
    final int level;
    final AddressSet addresses;
    final int accounts;
    final int computers;
    final Instant notBefore;
    final Instant expires;
    final int to;

    private String beforeKey;
    private String afterKey;

    ImpactRule(
            int number,
            int level,
            AddressSet addresses,
            int accounts,
            int computers,
            Instant notBefore,
            Instant expires,
            int to) {
        this.number = number;
        this.level = level;
        this.addresses = addresses;
        this.accounts = accounts;
        this.computers = computers;
        this.notBefore = notBefore;
        this.expires = expires;
        this.to = to;
    }

    /** Of alike entries of one side the smallest key speaks. */
    void addKey(String key, boolean ofBefore) {
        if (ofBefore) {
            beforeKey = smaller(beforeKey, key);
        } else {
            afterKey = smaller(afterKey, key);
        }
    }

    private static String smaller(String known, String key) {
        return known == null || KeyOrder.CODE_POINT.compare(key, known) < 0 ? key : known;
    }

    /** The smallest key on a side; null = the side lacks the rule. */
    String key(boolean ofBefore) {
        return ofBefore ? beforeKey : afterKey;
    }

    boolean isOn(boolean ofBefore) {
        return key(ofBefore) != null;
    }

    boolean asksIdentity() {
        return accounts != ANY || computers != ANY;
    }

    boolean isDated() {
        return notBefore != null || expires != null;
    }

    boolean isEverywhere() {
        return addresses == AddressSet.ALL;
    }

    /**
     * Whether it holds at an instant.
     *
     * @param at null = before all time
     */
    boolean holdsAt(Instant at) {
        return (notBefore == null || at != null && !at.isBefore(notBefore))
                && (expires == null || at == null || at.isBefore(expires));
    }
}
