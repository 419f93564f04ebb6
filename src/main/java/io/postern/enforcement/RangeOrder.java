package io.postern.enforcement;

/**
 * Sorts many claims of one family by their first address. A radix sort on the bytes that differ at
 * all: a million ranges compared one by one took most of a partition's time.
 */
final class RangeOrder {
    private static final int BYTE = 256;

    private RangeOrder() {}

    /**
     * The numbers of the claims in ascending order of their low ends; equal ones keep their order.
     */
    static int[] byLow(Claims claims) {
        int count = claims.count();
        long[] high = new long[count];
        long[] low = new long[count];
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            high[i] = claims.lowHigh(i);
            low[i] = claims.lowLow(i);
            order[i] = i;
        }
        order = byHalf(order, low);
        return byHalf(order, high);
    }

    private static int[] byHalf(int[] order, long[] key) {
        long differing = 0;
        for (long one : key) {
            differing |= one ^ key[0];
        }
        int[] from = order;
        int[] to = new int[order.length];
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            if ((differing >>> shift & 0xFF) != 0) {
                byByte(from, to, key, shift);
                int[] swapped = from;
                from = to;
                to = swapped;
            }
        }
        return from;
    }

    private static void byByte(int[] from, int[] to, long[] key, int shift) {
        int[] place = new int[BYTE + 1];
        for (long one : key) {
            place[(int) (one >>> shift & 0xFF) + 1]++;
        }
        for (int i = 0; i < BYTE; i++) {
            place[i + 1] += place[i];
        }
        for (int index : from) {
            to[place[(int) (key[index] >>> shift & 0xFF)]++] = index;
        }
    }
}
