package io.postern.policy;

/**
 * A grant or block as the lint compares it: every dimension a set with a number.
 *
 * @param kind GRANT, BLOCK or PROTECTED_SOURCE
 * @param position in its list of the policy
 * @param addresses number of the set of its addresses less its exceptions
 * @param accounts number of the set; {@link LintSpace#NOT_ASKED} = not asked
 * @param computers as accounts
 * @param places number of the set of its servers' ports
 * @param pickup a grant for the pickup folder opens another path and never stands in for others
 * @param from first second it holds; {@link Long#MIN_VALUE} = always did
 * @param until first second it no longer holds; {@link Long#MAX_VALUE} = never ends
 * @param tier null = a block
 */
record LintEntry(
        EntryKind kind,
        int position,
        String key,
        int addresses,
        int accounts,
        int computers,
        int places,
        boolean pickup,
        long from,
        long until,
        Tier tier) {
    /** All that tells what it does, and not who it belongs to. */
    record Effect(
            int addresses,
            int accounts,
            int computers,
            int places,
            boolean pickup,
            long from,
            long until,
            Tier tier) {}

    boolean isBlock() {
        return tier == null;
    }

    Effect effect() {
        return new Effect(addresses, accounts, computers, places, pickup, from, until, tier);
    }

    /** The word for it in a sentence. */
    String word() {
        return isBlock() ? "block" : "grant";
    }

    /** Key in words: grant 'a'. */
    String named() {
        return word() + " '" + key + "'";
    }
}
