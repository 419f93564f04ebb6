package io.postern.policy;

import java.util.Arrays;

/**
 * Address ranges of one family, each with the table it belongs to, the subtree of places it holds
 * in, and the strength of its entry. Grows while it is filled.
 */
final class IndexRows {
    private static final int DIGITS = 256;

    private int size;
    private int[] tables = new int[64];
    private int[] subtrees = new int[64];
    private int[] codes = new int[64];
    // Upper and lower halves of the first and the last address, as a digit sort wants them.
    private long[] lowHigh = new long[64];
    private long[] lowLow = new long[64];
    private long[] highHigh = new long[64];
    private long[] highLow = new long[64];

    void add(int table, int subtree, boolean isBlock, int strength, AddressRange range) {
        add(
                table,
                subtree,
                isBlock ? -strength : strength,
                range.low().high(),
                range.low().low(),
                range.high().high(),
                range.high().low());
    }

    /** Adds a row that stands for every address. */
    void add(int table, int subtree, boolean isBlock, int strength) {
        add(table, subtree, isBlock ? -strength : strength, 0, 0, 0, 0);
    }

    private void add(int table, int subtree, int code, long a, long b, long c, long d) {
        if (size == tables.length) {
            int room = size * 2;
            tables = Arrays.copyOf(tables, room);
            subtrees = Arrays.copyOf(subtrees, room);
            codes = Arrays.copyOf(codes, room);
            lowHigh = Arrays.copyOf(lowHigh, room);
            lowLow = Arrays.copyOf(lowLow, room);
            highHigh = Arrays.copyOf(highHigh, room);
            highLow = Arrays.copyOf(highLow, room);
        }
        tables[size] = table;
        subtrees[size] = subtree;
        codes[size] = code;
        lowHigh[size] = a;
        lowLow[size] = b;
        highHigh[size] = c;
        highLow[size] = d;
        size++;
    }

    int size() {
        return size;
    }

    int table(int row) {
        return tables[row];
    }

    int subtree(int row) {
        return subtrees[row];
    }

    boolean isBlock(int row) {
        return codes[row] < 0;
    }

    int strength(int row) {
        return Math.abs(codes[row]);
    }

    long lowHigh(int row) {
        return lowHigh[row];
    }

    long lowLow(int row) {
        return lowLow[row];
    }

    long highHigh(int row) {
        return highHigh[row];
    }

    long highLow(int row) {
        return highLow[row];
    }

    /** The rows by table, then by first address. */
    int[] byLow(int tableCount) {
        return byTable(sorted(lowHigh, lowLow), tableCount);
    }

    /** The rows by table, then by last address. */
    int[] byHigh(int tableCount) {
        return byTable(sorted(highHigh, highLow), tableCount);
    }

    private int[] sorted(long[] high, long[] low) {
        int[] order = new int[size];
        for (int i = 0; i < size; i++) {
            order[i] = i;
        }
        int[] spare = new int[size];
        for (int digit = 0; digit < 16; digit++) {
            long[] half = digit < 8 ? low : high;
            int shift = digit % 8 * 8;
            int[] starts = new int[DIGITS + 1];
            for (int i = 0; i < size; i++) {
                starts[(int) (half[i] >>> shift & 255) + 1]++;
            }
            if (size == 0 || starts[(int) (half[0] >>> shift & 255) + 1] == size) {
                continue;
            }
            for (int i = 1; i < DIGITS; i++) {
                starts[i] += starts[i - 1];
            }
            for (int row : order) {
                spare[starts[(int) (half[row] >>> shift & 255)]++] = row;
            }
            int[] swap = order;
            order = spare;
            spare = swap;
        }
        return order;
    }

    private int[] byTable(int[] order, int tableCount) {
        int[] starts = new int[tableCount + 1];
        for (int i = 0; i < size; i++) {
            starts[tables[i] + 1]++;
        }
        for (int i = 1; i < tableCount; i++) {
            starts[i] += starts[i - 1];
        }
        int[] result = new int[size];
        for (int row : order) {
            result[starts[tables[row]]++] = row;
        }
        return result;
    }
}
