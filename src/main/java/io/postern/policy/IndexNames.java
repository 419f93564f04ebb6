package io.postern.policy;

import java.util.Arrays;

/**
 * Numbers by ASCII name in any case, without garbage. A name it does not hold may still mean
 * something: whoever asks must then ask the slow way. Filled once, then safe for any number of
 * threads.
 */
final class IndexNames {
    static final int ABSENT = -1;

    private static final int LONGEST = 255;
    private static final int HEAD = 5;
    private static final byte[] LOWER = new byte[128];

    static {
        for (int c = 0; c < LOWER.length; c++) {
            LOWER[c] = (byte) (c >= 'A' && c <= 'Z' ? c | 0x20 : c);
        }
    }

    private final IndexSids sids = new IndexSids();
    // Hash above, place in the pool below: a name is fetched only when it is most likely the one.
    private final long[] slots;
    // Of each name its number in four bytes, its length and its characters in lower case: in one
    // or two lines of the cache, where a String has its own and its characters another.
    private byte[] pool;
    private int size;

    /** Room for that many names. */
    IndexNames(int count) {
        slots = new long[Integer.highestOneBit(Math.max(4, count + count / 2)) * 2];
        pool = new byte[64];
    }

    /** Keeps the number under the name unless the name is taken or is not short plain ASCII. */
    void put(String name, int number) {
        int hash = hash(name);
        int length = name.length();
        if (hash < 0 || length > LONGEST || sids.put(name, number) || findInPool(name) >= 0) {
            return;
        }
        int slot = hash & slots.length - 1;
        while (slots[slot] != 0) {
            slot = slot + 1 & slots.length - 1;
        }
        // No hash is negative, so that this marks a slot that is taken.
        slots[slot] = (long) ~hash << 32 | size;
        if (size + HEAD + length > pool.length) {
            pool = Arrays.copyOf(pool, pool.length * 2 + HEAD + length);
        }
        for (int shift = 24; shift >= 0; shift -= 8) {
            pool[size++] = (byte) (number >>> shift);
        }
        pool[size++] = (byte) length;
        for (int i = 0; i < length; i++) {
            pool[size++] = LOWER[name.charAt(i)];
        }
    }

    /** The number of the name, or ABSENT. */
    int find(String name) {
        int found = sids.find(name);
        return found >= 0 ? found : findInPool(name);
    }

    private int findInPool(String name) {
        int hash = hash(name);
        if (hash < 0) {
            return ABSENT;
        }
        int slot = hash & slots.length - 1;
        for (long held = slots[slot]; held != 0; held = slots[slot]) {
            if ((int) (held >>> 32) == ~hash && isAt((int) held, name)) {
                return number((int) held);
            }
            slot = slot + 1 & slots.length - 1;
        }
        return ABSENT;
    }

    private boolean isAt(int place, String name) {
        int length = name.length();
        if ((pool[place + HEAD - 1] & 255) != length) {
            return false;
        }
        int different = 0;
        for (int i = 0; i < length; i++) {
            different |= LOWER[name.charAt(i)] ^ pool[place + HEAD + i];
        }
        return different == 0;
    }

    private int number(int place) {
        return pool[place] << 24
                | (pool[place + 1] & 255) << 16
                | (pool[place + 2] & 255) << 8
                | pool[place + 3] & 255;
    }

    /** Not negative, equal for names that differ in case only; -1 if a character is not ASCII. */
    private static int hash(String name) {
        int length = name.length();
        int seen = 0;
        int even = length;
        int odd = 0;
        int i = 0;
        // Two halves that do not wait for each other. Setting the bit folds the letters; that it
        // also folds a few signs only costs probes.
        for (; i + 1 < length; i += 2) {
            char a = name.charAt(i);
            char b = name.charAt(i + 1);
            seen |= a | b;
            even = even * 31 + (a | 0x20);
            odd = odd * 37 + (b | 0x20);
        }
        if (i < length) {
            seen |= name.charAt(i);
            even = even * 31 + (name.charAt(i) | 0x20);
        }
        if (seen >= 128) {
            return -1;
        }
        int hash = (even ^ Integer.rotateLeft(odd, 16)) * 0x9E3779B9;
        return (hash ^ hash >>> 15) & Integer.MAX_VALUE;
    }
}
