package io.postern.policy;

import java.math.BigInteger;
import java.util.Objects;

/**
 * The addresses from {@code low} to {@code high}, both included, of one family. Sorts by low, then
 * high.
 *
 * @param low the first address
 * @param high the last address, never below {@code low}
 */
public record AddressRange(Address low, Address high) implements Comparable<AddressRange> {
    public AddressRange {
        Objects.requireNonNull(low);
        Objects.requireNonNull(high);
        if (low.family() != high.family()) {
            throw new IllegalArgumentException(
                    "a range cannot span IPv4 and IPv6: " + low + "-" + high);
        }
        if (low.compareTo(high) > 0) {
            throw new IllegalArgumentException(
                    "range " + low + "-" + high + " is backwards (write " + high + "-" + low + ")");
        }
    }

    public static AddressRange single(Address address) {
        return new AddressRange(address, address);
    }

    /** Every address of a family. */
    public static AddressRange all(AddressFamily family) {
        return new AddressRange(Address.first(family), Address.last(family));
    }

    /**
     * Reads {@code a}, {@code a-b} or {@code a/n}. A text wholly inside ::ffff:0:0/96 becomes IPv4;
     * any other IPv6 range stays IPv6. Host bits set in a CIDR and zone ids are refused, the
     * canonical form suggested.
     *
     * @throws IllegalArgumentException saying what is wrong, for a user to read
     */
    public static AddressRange parse(String text) {
        int slash = text.indexOf('/');
        if (slash >= 0) {
            return parsePrefix(text, text.substring(0, slash), text.substring(slash + 1));
        }
        int dash = text.indexOf('-');
        if (dash >= 0) {
            return new AddressRange(
                            Address.parseLiteral(text.substring(0, dash).strip()),
                            Address.parseLiteral(text.substring(dash + 1).strip()))
                    .unmapped();
        }
        return single(Address.parse(text));
    }

    private static AddressRange parsePrefix(String whole, String address, String bits) {
        Address low = Address.parseLiteral(address);
        int width = low.family().bits();
        int prefix = prefix(bits);
        if (prefix < 0 || prefix > width) {
            throw new IllegalArgumentException(
                    "'" + whole + "' has no valid prefix length (0 to " + width + ")");
        }
        long hostHigh = low.family() == AddressFamily.IPV4 ? 0 : lastBits(64 - prefix);
        long hostLow = lastBits(Math.min(64, width - prefix));
        if ((low.high() & hostHigh | low.low() & hostLow) != 0) {
            throw new IllegalArgumentException(
                    "'"
                            + whole
                            + "' has host bits set; write '"
                            + of(low.family(), low.high() & ~hostHigh, low.low() & ~hostLow)
                            + "/"
                            + prefix
                            + "' for the network or '"
                            + address
                            + "' for the one address");
        }
        Address high = of(low.family(), low.high() | hostHigh, low.low() | hostLow);
        return new AddressRange(low, high).unmapped();
    }

    /** The number that one to three digits write, else -1. */
    private static int prefix(String bits) {
        int prefix = bits.isEmpty() || bits.length() > 3 ? -1 : 0;
        for (int i = 0; i < bits.length() && prefix >= 0; i++) {
            int digit = bits.charAt(i) - '0';
            prefix = digit < 0 || digit > 9 ? -1 : prefix * 10 + digit;
        }
        return prefix;
    }

    private static long lastBits(int count) {
        return count <= 0 ? 0 : -1L >>> 64 - count;
    }

    private static Address of(AddressFamily family, long high, long low) {
        return family == AddressFamily.IPV4 ? Address.ipv4(low) : Address.ipv6(high, low);
    }

    private AddressRange unmapped() {
        if (low.mapped().isPresent() && high.mapped().isPresent()) {
            return new AddressRange(low.mapped().get(), high.mapped().get());
        }
        return this;
    }

    public AddressFamily family() {
        return low.family();
    }

    public boolean contains(Address address) {
        return low.family() == address.family()
                && low.compareTo(address) <= 0
                && address.compareTo(high) <= 0;
    }

    public boolean contains(AddressRange other) {
        return contains(other.low) && contains(other.high);
    }

    public boolean overlaps(AddressRange other) {
        return family() == other.family()
                && low.compareTo(other.high) <= 0
                && other.low.compareTo(high) <= 0;
    }

    /** How many addresses it holds, 1 or more. */
    public BigInteger count() {
        return high.value().subtract(low.value()).add(BigInteger.ONE);
    }

    @Override
    public int compareTo(AddressRange other) {
        int byLow = low.compareTo(other.low);
        return byLow != 0 ? byLow : high.compareTo(other.high);
    }

    /** The shortest form: {@code a}, {@code a/n} where the range is a network, else {@code a-b}. */
    @Override
    public String toString() {
        if (low.equals(high)) {
            return low.toString();
        }
        BigInteger count = count();
        if (count.bitCount() == 1 && low.value().mod(count).signum() == 0) {
            return low + "/" + (family().bits() - count.bitLength() + 1);
        }
        return low + "-" + high;
    }
}
