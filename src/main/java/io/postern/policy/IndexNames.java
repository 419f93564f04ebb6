package io.postern.policy;

/**
 * Numbers by ASCII name in any case, without garbage. A name it does not hold may still mean
 * something: whoever asks must then ask the slow way. Filled once, then safe for any number of
 * threads.
 */
final class IndexNames {
    static final int ABSENT = -1;

    private final String[] names;
    // Hash above, number below: a name is fetched only when it is most likely the one.
    private final long[] slots;

    /** Room for that many names. */
    IndexNames(int count) {
        int size = Integer.highestOneBit(Math.max(4, count + count / 2)) * 2;
        names = new String[size];
        slots = new long[size];
    }

    /** Keeps the number under the name unless the name is taken or is not plain ASCII. */
    void put(String name, int number) {
        int hash = hash(name);
        if (hash < 0) {
            return;
        }
        int slot = hash & names.length - 1;
        while (names[slot] != null) {
            if (names[slot].equalsIgnoreCase(name)) {
                return;
            }
            slot = slot + 1 & names.length - 1;
        }
        names[slot] = name;
        // No hash is negative, so that this marks a slot that is taken.
        slots[slot] = (long) ~hash << 32 | number;
    }

    /** The number of the name, or ABSENT. */
    int find(String name) {
        int hash = hash(name);
        if (hash < 0) {
            return ABSENT;
        }
        int slot = hash & names.length - 1;
        for (long held = slots[slot]; held != 0; held = slots[slot]) {
            if ((int) (held >>> 32) == ~hash && isSame(names[slot], name)) {
                return (int) held;
            }
            slot = slot + 1 & names.length - 1;
        }
        return ABSENT;
    }

    private static boolean isSame(String held, String name) {
        return held.equals(name) || held.equalsIgnoreCase(name);
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
