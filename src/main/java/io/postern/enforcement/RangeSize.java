package io.postern.enforcement;

import io.postern.policy.AddressRange;

/** How many addresses a range holds less one, as an unsigned 128-bit number: cheap to compare. */
record RangeSize(long high, long low) implements Comparable<RangeSize> {
    static RangeSize of(AddressRange range) {
        long low = range.high().low() - range.low().low();
        boolean borrow = Long.compareUnsigned(range.high().low(), range.low().low()) < 0;
        return new RangeSize(range.high().high() - range.low().high() - (borrow ? 1 : 0), low);
    }

    @Override
    public int compareTo(RangeSize other) {
        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }
}
