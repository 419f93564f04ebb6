package io.postern.policy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The rules of one destination that apply at the address a sweep has reached. What they amount to
 * is a number, so that a sweep sees at once whether anything is new.
 */
final class ImpactDestination {
    /** On which sides a rule stands. */
    private static final int SIDES = 3;

    private static final int BOTH = 0;
    private static final int BEFORE = 1;
    private static final int AFTER = 2;
    private static final int LEVELS = 4;
    private static final int BITS_PER_SIDE = 4;

    private record Special(int plain, List<ImpactRule> rules) {}

    private final int[][] counts = new int[SIDES][LEVELS];
    private final int[] active = new int[SIDES];
    private final List<ImpactRule> everywhere = new ArrayList<>();
    private final List<ImpactRule> special = new ArrayList<>();
    private final Map<Special, Integer> specialStates = new HashMap<>();
    private int state;

    /** Adds an identity rule without addresses: it always applies. */
    void addEverywhere(ImpactRule rule) {
        everywhere.add(rule);
        active[side(rule)]++;
    }

    List<ImpactRule> everywhere() {
        return everywhere;
    }

    /** Forgets what applied; what applies everywhere stays. */
    void restart() {
        for (int[] count : counts) {
            java.util.Arrays.fill(count, 0);
        }
        java.util.Arrays.fill(active, 0);
        everywhere.forEach(rule -> active[side(rule)]++);
        special.clear();
        state = summed();
    }

    private static int side(ImpactRule rule) {
        if (rule.isOn(true)) {
            return rule.isOn(false) ? BOTH : BEFORE;
        }
        return AFTER;
    }

    void open(ImpactRule rule) {
        active[side(rule)]++;
        if (isSpecial(rule)) {
            special.add(rule);
        } else {
            counts[side(rule)][rule.level]++;
        }
    }

    void close(ImpactRule rule) {
        active[side(rule)]--;
        if (isSpecial(rule)) {
            special.remove(rule);
        } else {
            counts[side(rule)][rule.level]--;
        }
    }

    private static boolean isSpecial(ImpactRule rule) {
        return rule.asksIdentity() || rule.isDated();
    }

    /** Works out the state anew; whether it is another one than before. */
    boolean isMoved() {
        int fresh = summed();
        boolean moved = fresh != state;
        state = fresh;
        return moved;
    }

    private int summed() {
        int plain = 0;
        for (int side = 0; side < SIDES; side++) {
            int bits =
                    highest(side)
                            | (counts[side][ImpactRule.BLOCK] > 0 ? 4 : 0)
                            | (active[side] > 0 ? 8 : 0);
            plain |= bits << side * BITS_PER_SIDE;
        }
        if (special.isEmpty()) {
            return plain;
        }
        special.sort((a, b) -> Integer.compare(a.number, b.number));
        Special key = new Special(plain, List.copyOf(special));
        int first = 1 << SIDES * BITS_PER_SIDE;
        return specialStates.computeIfAbsent(key, any -> first + specialStates.size());
    }

    private int highest(int side) {
        for (int level = LEVELS - 1; level > 0; level--) {
            if (counts[side][level] > 0) {
                return level;
            }
        }
        return 0;
    }

    /** What the rules that apply amount to; equal numbers of one destination mean the same. */
    int state() {
        return state;
    }

    /** Whether rules apply that one side lacks. */
    boolean isChanged(boolean appliesBefore, boolean appliesAfter) {
        return appliesBefore && active[BEFORE] > 0
                || appliesAfter && active[AFTER] > 0
                || appliesBefore != appliesAfter && active[BOTH] > 0;
    }

    /** Whether a block that asks for no identity applies on a side. */
    boolean isBlocked(boolean ofBefore) {
        return counts[BOTH][ImpactRule.BLOCK] > 0
                || counts[ofBefore ? BEFORE : AFTER][ImpactRule.BLOCK] > 0;
    }

    /** The highest level of undated rules of a side that ask for no identity. */
    int highest(boolean ofBefore) {
        return Math.max(highest(BOTH), highest(ofBefore ? BEFORE : AFTER));
    }

    /** Rules of a side with dates or identities and addresses, by number. */
    void addSpecial(boolean ofBefore, List<ImpactRule> into) {
        for (ImpactRule rule : special) {
            if (rule.isOn(ofBefore)) {
                into.add(rule);
            }
        }
    }

    boolean hasEverywhere(boolean ofBefore) {
        for (ImpactRule rule : everywhere) {
            if (rule.isOn(ofBefore)) {
                return true;
            }
        }
        return false;
    }
}
