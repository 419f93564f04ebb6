package io.postern.enforcement;

import java.math.BigInteger;

/** How many addresses, for people. */
public final class AddressCount {
    private static final int WRITTEN_OUT_BITS = 48;

    private AddressCount() {}

    /** {@code 1 address}, {@code 4,096 addresses}, {@code 2^64 addresses} or {@code about 2^65}. */
    public static String of(BigInteger count) {
        if (count.equals(BigInteger.ONE)) {
            return "1 address";
        }
        if (count.bitLength() <= WRITTEN_OUT_BITS) {
            return String.format(java.util.Locale.ROOT, "%,d addresses", count);
        }
        int power = count.bitLength() - 1;
        return count.bitCount() == 1
                ? "2^" + power + " addresses"
                : "about 2^" + (count.testBit(power - 1) ? power + 1 : power) + " addresses";
    }
}
