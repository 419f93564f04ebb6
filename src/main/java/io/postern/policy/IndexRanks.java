package io.postern.policy;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Entries in rising strength: of two that match, the stronger one decides. The strength of an entry
 * is its place in this order, counted from 1; 0 means no entry.
 */
final class IndexRanks {
    private static final int CHARACTER_BITS = 7;
    private static final int LAST_CHARACTER = 127;
    private static final int TIER_BITS = 2;

    private final String[] keys;
    private final byte[] tiers;
    private final int[] strengths;

    /**
     * Ranks by tier, then by key, the smaller key the stronger.
     *
     * @param tiers of the entries with these keys
     */
    IndexRanks(List<String> entryKeys, List<Tier> entryTiers) {
        int count = entryKeys.size();
        keys = new String[count + 1];
        tiers = new byte[count + 1];
        strengths = new int[count];
        int[] order = order(entryKeys, entryTiers);
        for (int i = 0; i < count; i++) {
            int entry = order[i];
            int strength = count - i;
            strengths[entry] = strength;
            keys[strength] = entryKeys.get(entry);
            tiers[strength] = (byte) entryTiers.get(entry).ordinal();
        }
    }

    /** Strongest first. */
    private static int[] order(List<String> keys, List<Tier> tiers) {
        int count = keys.size();
        int indexBits = Integer.SIZE - Integer.numberOfLeadingZeros(count);
        int characters = (Long.SIZE - 1 - TIER_BITS - indexBits) / CHARACTER_BITS;
        int skipped = commonPrefix(keys);
        long[] packed = new long[count];
        for (int i = 0; i < count; i++) {
            long start = Tier.TRUSTED.ordinal() - tiers.get(i).ordinal();
            start = start << characters * CHARACTER_BITS | start(keys.get(i), skipped, characters);
            packed[i] = start << indexBits | i;
        }
        Arrays.sort(packed);
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            order[i] = (int) (packed[i] & (1L << indexBits) - 1);
        }
        int run = 0;
        for (int i = 1; i <= count; i++) {
            if (i == count || packed[i] >>> indexBits != packed[run] >>> indexBits) {
                if (i - run > 1) {
                    sortByKey(order, run, i, keys);
                }
                run = i;
            }
        }
        return order;
    }

    private static int commonPrefix(List<String> keys) {
        if (keys.isEmpty()) {
            return 0;
        }
        String first = keys.get(0);
        int length = first.length();
        for (String key : keys) {
            length = Math.min(length, key.length());
            for (int i = 0; i < length; i++) {
                if (key.charAt(i) != first.charAt(i)) {
                    length = i;
                }
            }
        }
        return length;
    }

    /** The next characters as one number that sorts like them; where it ties they may differ. */
    private static long start(String key, int skipped, int characters) {
        long start = 0;
        for (int i = skipped; i < skipped + characters; i++) {
            int c = i < key.length() ? Math.min(key.charAt(i) + 1, LAST_CHARACTER) : 0;
            start = start << CHARACTER_BITS | c;
            if (c == LAST_CHARACTER) {
                // What follows must not outweigh a difference that the cap hides.
                return start << CHARACTER_BITS * (skipped + characters - 1 - i);
            }
        }
        return start;
    }

    private static void sortByKey(int[] order, int from, int to, List<String> keys) {
        Integer[] run = new Integer[to - from];
        for (int i = 0; i < run.length; i++) {
            run[i] = order[from + i];
        }
        Arrays.sort(run, Comparator.comparing(keys::get, KeyOrder.CODE_POINT));
        for (int i = 0; i < run.length; i++) {
            order[from + i] = run[i];
        }
    }

    /** The strength of the entry at that place of the lists. */
    int strength(int entry) {
        return strengths[entry];
    }

    /** The key of the entry of that strength; null for 0. */
    String key(int strength) {
        return keys[strength];
    }

    /** The ordinal of its tier; that of NONE for 0. */
    int tier(int strength) {
        return tiers[strength];
    }
}
