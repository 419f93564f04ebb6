package io.postern.enforcement;

import io.postern.policy.AddressRange;
import java.util.Arrays;

/**
 * What connectors claim of the clients of one family, a cache line each: a sweep over a million
 * claims in the order of their addresses waits for memory more than for anything else.
 */
final class Claims {
    private static final int STRIDE = 8;
    private static final int LOW_HIGH = 0;
    private static final int LOW_LOW = 1;
    private static final int HIGH_HIGH = 2;
    private static final int HIGH_LOW = 3;
    private static final int SIZE_HIGH = 4;
    private static final int SIZE_LOW = 5;
    private static final int RANK = 6;

    private long[] numbers = new long[16 * STRIDE];
    private int count;

    /**
     * Adds one.
     *
     * @param rank who wins among equal sizes: the lowest
     * @return its number, from 0 on
     */
    int add(AddressRange range, long rank) {
        int at = count * STRIDE;
        if (at == numbers.length) {
            numbers = Arrays.copyOf(numbers, at * 2);
        }
        RangeSize size = RangeSize.of(range);
        numbers[at + LOW_HIGH] = range.low().high();
        numbers[at + LOW_LOW] = range.low().low();
        numbers[at + HIGH_HIGH] = range.high().high();
        numbers[at + HIGH_LOW] = range.high().low();
        numbers[at + SIZE_HIGH] = size.high();
        numbers[at + SIZE_LOW] = size.low();
        numbers[at + RANK] = rank;
        return count++;
    }

    int count() {
        return count;
    }

    /** The upper half of a claim's first address. */
    long lowHigh(int claim) {
        return numbers[claim * STRIDE + LOW_HIGH];
    }

    /** The lower half. */
    long lowLow(int claim) {
        return numbers[claim * STRIDE + LOW_LOW];
    }

    /** The upper half of a claim's last address. */
    long highHigh(int claim) {
        return numbers[claim * STRIDE + HIGH_HIGH];
    }

    /** The lower half. */
    long highLow(int claim) {
        return numbers[claim * STRIDE + HIGH_LOW];
    }

    /** Whether Exchange prefers the one: fewer addresses, then the lower rank. */
    boolean isBetter(int one, int other) {
        int a = one * STRIDE;
        int b = other * STRIDE;
        int bySize =
                compare(
                        numbers[a + SIZE_HIGH],
                        numbers[a + SIZE_LOW],
                        numbers[b + SIZE_HIGH],
                        numbers[b + SIZE_LOW]);
        return bySize != 0 ? bySize < 0 : numbers[a + RANK] < numbers[b + RANK];
    }

    /** Compares two unsigned numbers of 128 bits. */
    static int compare(long oneHigh, long oneLow, long otherHigh, long otherLow) {
        return oneHigh != otherHigh
                ? Long.compareUnsigned(oneHigh, otherHigh)
                : Long.compareUnsigned(oneLow, otherLow);
    }
}
