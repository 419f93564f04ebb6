package io.postern.policy;

import java.util.Arrays;

/**
 * What is to be asked for a pair of an account unit and a computer unit. Immutable once built.
 *
 * <p>A reference holds the code of the cell that counts at every address in its lower half and the
 * number of the table of addresses, 0 for none, in its upper half; the bound of the cell lies
 * beside it.
 */
final class IndexPairs {
    private static final int[] NONE = {};
    private static final long[] NO_REFERENCE = {};
    private static final int ABSENT = -1;

    /** Key, reference and bound, and one to end where a line of the cache does. */
    private static final int SLOT = 4;

    private static final long FACTOR = 0x9E3779B97F4A7C15L;

    // Reference and bound at twice the unit.
    private final long[] byAccount;
    private final long[] byComputer;
    private final long[] slots;
    // A bit for each account unit in the row of each computer unit; where that would be much more
    // than the pairs, rows overlap and a bit may be set by another. It stays in a near cache and
    // turns away the pairs that nothing is to be asked for.
    private final long[] filter;
    private final int rowWords;
    private final int[] partnerStarts;
    private final int[] partners;

    private IndexPairs(
            Builder builder, long[] references, long[] bounds, int accountUnits, int units) {
        long[] ofAccounts = NO_REFERENCE;
        long[] ofComputers = NO_REFERENCE;
        int[] starts = new int[accountUnits + 1];
        int pairCount = 0;
        for (int table = 1; table < builder.count; table++) {
            int account = builder.account(table);
            int computer = builder.computer(table);
            if (computer == IndexIdentities.ANY) {
                ofAccounts = ofAccounts.length == 0 ? new long[accountUnits * 2] : ofAccounts;
                ofAccounts[account * 2] = references[table];
                ofAccounts[account * 2 + 1] = bounds[table];
            } else if (account == IndexIdentities.ANY) {
                ofComputers = ofComputers.length == 0 ? new long[units * 2] : ofComputers;
                ofComputers[computer * 2] = references[table];
                ofComputers[computer * 2 + 1] = bounds[table];
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
        slots = new long[Integer.highestOneBit(1 + pairCount + pairCount / 4) * 2 * SLOT];
        rowWords = (accountUnits >>> 6) + 1;
        long words = Math.min((long) rowWords * units, Math.max(1, pairCount));
        filter = new long[Integer.highestOneBit((int) words * 2 - 1)];
        int[] next = starts.clone();
        for (int table = 1; table < builder.count; table++) {
            int account = builder.account(table);
            int computer = builder.computer(table);
            if (account != IndexIdentities.ANY && computer != IndexIdentities.ANY) {
                partners[next[account]++] = computer;
                int slot = slot(slots, SLOT, builder.keys[table]);
                slots[slot] = builder.keys[table];
                slots[slot + 1] = references[table];
                slots[slot + 2] = bounds[table];
                filter[row(computer) + (account >>> 6) & filter.length - 1] |= 1L << account;
            }
        }
    }

    /** Whether there is anything to be asked for an account or a computer alone. */
    boolean hasAlone() {
        return byAccount.length + byComputer.length > 0;
    }

    /** The reference for an account unit and any computer. */
    long ofAccount(int account) {
        return byAccount.length == 0 ? 0 : byAccount[account * 2];
    }

    long boundOfAccount(int account) {
        return byAccount.length == 0 ? 0 : byAccount[account * 2 + 1];
    }

    /** The reference for a computer unit and any account. */
    long ofComputer(int computer) {
        return byComputer.length == 0 ? 0 : byComputer[computer * 2];
    }

    long boundOfComputer(int computer) {
        return byComputer.length == 0 ? 0 : byComputer[computer * 2 + 1];
    }

    /** Where the bits of a computer unit begin, for {@link #mayHave}. */
    int row(int computer) {
        return computer * rowWords;
    }

    /** Whether there may be something to be asked for both; false = there is not. */
    boolean mayHave(int account, int row) {
        return (filter[row + (account >>> 6) & filter.length - 1] >>> account & 1) != 0;
    }

    /** As {@link #mayHave}, for either of two computer units. */
    boolean mayHaveEither(int account, int row, int other) {
        int word = account >>> 6;
        int mask = filter.length - 1;
        return ((filter[row + word & mask] | filter[other + word & mask]) >>> account & 1) != 0;
    }

    /** Where the reference for both is; negative = there is none. */
    int find(int account, int computer) {
        long key = key(account, computer);
        int slot = slot(slots, SLOT, key);
        return slots[slot] == key ? slot : ABSENT;
    }

    /** The reference found there. */
    long reference(int found) {
        return slots[found + 1];
    }

    long bound(int found) {
        return slots[found + 2];
    }

    /** How many computer units the account unit has a pair with. */
    int partners(int account) {
        return partnerStarts.length == 0 ? 0 : partnerStarts[account + 1] - partnerStarts[account];
    }

    /** One of them. */
    int partner(int account, int index) {
        return partners[partnerStarts[account] + index];
    }

    private static long key(int account, int computer) {
        return (long) account << 32 | computer;
    }

    /** The slot that holds the key or is free for it. */
    private static int slot(long[] slots, int width, long key) {
        long hash = key * FACTOR;
        int mask = slots.length - width;
        int slot = (int) (hash >>> 32) & mask;
        while (slots[slot] != key && slots[slot] != 0) {
            slot = slot + width & mask;
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
            int slot = slot(slots, 2, key);
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
                int slot = slot(slots, 2, keys[table]);
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

        IndexPairs build(long[] references, long[] bounds, int accountUnits, int computerUnits) {
            return new IndexPairs(this, references, bounds, accountUnits, computerUnits);
        }
    }
}
