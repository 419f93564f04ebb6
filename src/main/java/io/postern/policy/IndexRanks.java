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

    /** So few are sorted key by key. */
    private static final int SMALL = 8;

    private final String[] keys;
    private final byte[] tiers;

    /**
     * Ranks by tier, then by key, the smaller key the stronger.
     *
     * @param entryTiers of the entries with these keys
     * @param strengths receives the strength of each
     */
    IndexRanks(List<String> entryKeys, List<Tier> entryTiers, int[] strengths) {
        int count = entryKeys.size();
        keys = new String[count + 1];
        tiers = new byte[count + 1];
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
        int[] order = new int[keys.size()];
        int next = 0;
        for (int tier = Tier.TRUSTED.ordinal(); tier >= Tier.NONE.ordinal(); tier--) {
            int from = next;
            for (int i = 0; i < order.length; i++) {
                if (tiers.get(i).ordinal() == tier) {
                    order[next++] = i;
                }
            }
            sort(order, from, next, keys, -1);
        }
        return order;
    }

    /**
     * Sorts order[from, to) by key: by the first characters after those that all share, packed into
     * numbers, then each run that ties by what follows.
     *
     * @param shared what is already known to be shared
     */
    private static void sort(int[] order, int from, int to, List<String> keys, int shared) {
        int count = to - from;
        int skipped = count > SMALL ? commonPrefix(order, from, to, keys) : 0;
        if (count <= SMALL || skipped <= shared) {
            sortByKey(order, from, to, keys);
            return;
        }
        int indexBits = Integer.SIZE - Integer.numberOfLeadingZeros(count);
        int characters = (Long.SIZE - 1 - indexBits) / CHARACTER_BITS;
        long[] packed = new long[count];
        for (int i = 0; i < count; i++) {
            long start = start(keys.get(order[from + i]), skipped, characters);
            packed[i] = start << indexBits | i;
        }
        Arrays.sort(packed);
        int[] before = Arrays.copyOfRange(order, from, to);
        for (int i = 0; i < count; i++) {
            order[from + i] = before[(int) (packed[i] & (1L << indexBits) - 1)];
        }
        int run = 0;
        for (int i = 1; i <= count; i++) {
            if (i == count || packed[i] >>> indexBits != packed[run] >>> indexBits) {
                sort(order, from + run, from + i, keys, skipped);
                run = i;
            }
        }
    }

    private static int commonPrefix(int[] order, int from, int to, List<String> keys) {
        String first = keys.get(order[from]);
        int length = first.length();
        for (int i = from; i < to; i++) {
            String key = keys.get(order[i]);
            length = Math.min(length, key.length());
            for (int j = 0; j < length; j++) {
                if (key.charAt(j) != first.charAt(j)) {
                    length = j;
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
        if (to - from < 2) {
            return;
        }
        Integer[] run = new Integer[to - from];
        for (int i = 0; i < run.length; i++) {
            run[i] = order[from + i];
        }
        Arrays.sort(run, Comparator.comparing(keys::get, KeyOrder.CODE_POINT));
        for (int i = 0; i < run.length; i++) {
            order[from + i] = run[i];
        }
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
