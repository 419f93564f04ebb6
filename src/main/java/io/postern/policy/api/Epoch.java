package io.postern.policy.api;

import io.postern.policy.PolicyIndex;
import io.postern.policy.Tier;

/** A policy compiled for one epoch. Immutable. */
final class Epoch {
    private static final String OTHER_WORD = "(other)";
    private static final byte[] BLOCK = JsonText.utf8(",\"block\":");
    private static final byte[][] TIERS = new byte[Tier.values().length][];

    static {
        for (Tier tier : Tier.values()) {
            TIERS[tier.ordinal()] = JsonText.utf8("\"tier\":\"" + tier.word() + "\",\"grant\":");
        }
    }

    private final PolicyIndex index;
    private final int other;

    Epoch(PolicyIndex index) {
        this.index = index;
        other = index.account(OTHER_WORD);
    }

    PolicyIndex index() {
        return index;
    }

    /** Whether an identity's number means that the policy does not know the name it came from. */
    boolean isStranger(int identity, String name) {
        return identity == other && !OTHER_WORD.equalsIgnoreCase(name);
    }

    /** Appends {@code "tier":…,"grant":…,"block":…}. */
    void write(long outcome, JsonText json) {
        json.add(TIERS[index.tier(outcome).ordinal()])
                .text(index.grant(outcome))
                .add(BLOCK)
                .text(index.block(outcome));
    }
}
