package io.postern.policy;

import java.util.Arrays;

/**
 * What is to be asked for a pair of an account unit and a computer unit. Immutable once built.
 *
 * <p>A reference holds the cell that counts at every address in its lower half and the number of
 * the table of addresses, 0 for none, in its upper half; 0 is nothing at all.
 */
final class IndexPairs {
    private static final int[] NONE = {};
    private static final long[] NO_REFERENCE = {};

    private final long[] byAccount;
    private final long[] byComputer;
    // Key and reference side by side.
    private final long[] slots;
    private final int[] partnerStarts;
    private final int[] partners;

    private IndexPairs(Builder builder, long[] references, int accountUnits, int computerUnits) {
        long[] ofAccounts = NO_REFERENCE;
        long[] ofComputers = NO_REFERENCE;
        int[] starts = new int[accountUnits + 1];
        int pairCount = 0;
        for (int table = 1; table < builder.count; table++) {
            int account = builder.account(table);
            int computer = builder.computer(table);
            if (computer == IndexIdentities.ANY) {
                ofAccounts = ofAccounts.length == 0 ? new long[accountUnits] : ofAccounts;
                ofAccounts[account] = references[table];
            } else if (account == IndexIdentities.ANY) {
                ofComputers = ofComputers.length == 0 ? new long[computerUnits] : ofComputers;
                ofComputers[computer] = references[table];
            } else {
                starts[account + 1]++;
                pairCount++;
            }
        }
        byAccount = ofAccounts;
        byComputer = ofComputers;
        for (int i = 0; i < accountUnits; i++) {
            starts[i + 1] += starts[i];
        }
        partnerStarts = pairCount == 0 ? NONE : starts;
        partners = new int[pairCount];
        slots = new long[pairCount == 0 ? 2 : Integer.highestOneBit(pairCount) * 8];
        int[] next = starts.clone();
        for (int table = 1; table < builder.count; table++) {
            int account = builder.account(table);
            int computer = builder.computer(table);
            if (account != IndexIdentities.ANY && computer != IndexIdentities.ANY) {
                partners[next[account]++] = computer;
                int slot = slot(slots, builder.keys[table]);
                slots[slot] = builder.keys[table];
                slots[slot + 1] = references[table];
            }
        }
    }

    /** The reference for an account unit and any computer. */
    long ofAccount(int account) {
        return byAccount.length == 0 ? 0 : byAccount[account];
    }

    /** The reference for a computer unit and any account. */
    long ofComputer(int computer) {
        return byComputer.length == 0 ? 0 : byComputer[computer];
    }

    /** The reference for both. */
    long of(int account, int computer) {
        int slot = slot(slots, key(account, computer));
        return slots[slot + 1];
    }

    /** Where the computer units begin that the account unit has a pair with. */
    int partnersFrom(int account) {
        return partnerStarts.length == 0 ? 0 : partnerStarts[account];
    }

    /** Where they end. */
    int partnersTo(int account) {
        return partnerStarts.length == 0 ? 0 : partnerStarts[account + 1];
    }

    int partner(int index) {
        return partners[index];
    }

    private static long key(int account, int computer) {
        return (long) account << 32 | computer;
    }

    /** The slot that holds the key or is free for it. */
    private static int slot(long[] slots, long key) {
        long hash = key * 0x9E3779B97F4A7C15L;
        int mask = slots.length - 2;
        int slot = (int) (hash >>> 32) & mask;
        while (slots[slot] != key && slots[slot] != 0) {
            slot = slot + 2 & mask;
        }
        return slot;
    }

    /** Numbers the pairs; the pair of ANY and ANY is 0. */
    static final class Builder {
        private long[] keys = new long[16];
        private int count = 1;
        private long[] slots = new long[64];

        int pair(int account, int computer) {
            long key = key(account, computer);
            if (key == 0) {
                return 0;
            }
            int slot = slot(slots, key);
            if (slots[slot] == 0) {
                if (count == keys.length) {
                    keys = Arrays.copyOf(keys, count * 2);
                }
                slots[slot] = key;
                slots[slot + 1] = count;
                keys[count++] = key;
                if (count * 4 > slots.length) {
                    grow();
                    return count - 1;
                }
            }
            return (int) slots[slot + 1];
        }

        private void grow() {
            slots = new long[slots.length * 2];
            for (int table = 1; table < count; table++) {
                int slot = slot(slots, keys[table]);
                slots[slot] = keys[table];
                slots[slot + 1] = table;
            }
        }

        int count() {
            return count;
        }

        int account(int pair) {
            return (int) (keys[pair] >>> 32);
        }

        int computer(int pair) {
            return (int) keys[pair];
        }

        IndexPairs build(long[] references, int accountUnits, int computerUnits) {
            return new IndexPairs(this, references, accountUnits, computerUnits);
        }
    }
}
