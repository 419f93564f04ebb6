package io.postern.web;

import java.math.BigInteger;

/** Counts for people. */
final class Numbers {
    private static final BigInteger EXACT = BigInteger.TEN.pow(12);

    private Numbers() {}

    /** With thin spaces between thousands; what is too long to read as a power of two at least. */
    static String grouped(BigInteger count) {
        if (count.compareTo(EXACT) >= 0) {
            return "about 2^" + (count.bitLength() - (isMostlyBelow(count) ? 1 : 0));
        }
        StringBuilder text = new StringBuilder(count.toString());
        for (int i = text.length() - 3; i > 0; i -= 3) {
            text.insert(i, '\u202f');
        }
        return text.toString();
    }

    /** Whether the power of two below is nearer than the one above. */
    private static boolean isMostlyBelow(BigInteger count) {
        int bits = count.bitLength();
        BigInteger middle = BigInteger.valueOf(3).shiftLeft(bits - 2);
        return count.compareTo(middle) < 0;
    }
}
