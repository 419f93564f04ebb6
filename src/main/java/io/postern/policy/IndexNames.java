package io.postern.policy;

/**
 * Numbers by ASCII name in any case, without garbage. A name it does not hold may still mean
 * something: whoever asks must then ask the slow way. Filled once, then safe for any number of
 * threads.
 */
final class IndexNames {
    static final int ABSENT = -1;

    private final String[] names;
    private final int[] numbers;

    /** Room for that many names. */
    IndexNames(int count) {
        int size = Integer.highestOneBit(Math.max(4, count)) * 4;
        names = new String[size];
        numbers = new int[size];
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
        numbers[slot] = number;
    }

    /** The number of the name, or ABSENT. */
    int find(String name) {
        int hash = hash(name);
        if (hash < 0) {
            return ABSENT;
        }
        int slot = hash & names.length - 1;
        for (String held = names[slot]; held != null; held = names[slot]) {
            if (held.equals(name) || held.equalsIgnoreCase(name)) {
                return numbers[slot];
            }
            slot = slot + 1 & names.length - 1;
        }
        return ABSENT;
    }

    /** Not negative, equal for names that differ in case only; -1 if a character is not ASCII. */
    private static int hash(String name) {
        int hash = 0;
        int seen = 0;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            seen |= c;
            // Setting the bit folds the letters; that it also folds a few signs only costs probes.
            hash = hash * 31 + (c | 0x20);
        }
        if (seen >= 128) {
            return -1;
        }
        hash *= 0x9E3779B9;
        return (hash ^ hash >>> 15) & Integer.MAX_VALUE;
    }
}
