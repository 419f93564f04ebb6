package io.postern.policy;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One IPv4 or IPv6 address, immutable. An address inside ::ffff:0:0/96 is the IPv4 address it maps.
 * IPv4 sorts before IPv6, then by unsigned value.
 */
public final class Address implements Comparable<Address> {
    private static final BigInteger TWO_TO_64 = BigInteger.ONE.shiftLeft(64);
    private static final long IPV4_MAX = 0xFFFF_FFFFL;

    private final AddressFamily family;
    private final long high;
    private final long low;

    private Address(AddressFamily family, long high, long low) {
        this.family = family;
        this.high = high;
        this.low = low;
    }

    /**
     * An IPv4 address.
     *
     * @param value 0 to 2^32-1
     */
    public static Address ipv4(long value) {
        if (value < 0 || value > IPV4_MAX) {
            throw new IllegalArgumentException("IPv4 value out of range: " + value);
        }
        return new Address(AddressFamily.IPV4, 0, value);
    }

    /**
     * The IPv6 address of the two unsigned halves, as it stands: mapped addresses are not converted
     * here.
     */
    public static Address ipv6(long high, long low) {
        return new Address(AddressFamily.IPV6, high, low);
    }

    public static Address first(AddressFamily family) {
        return new Address(family, 0, 0);
    }

    public static Address last(AddressFamily family) {
        return family == AddressFamily.IPV4 ? ipv4(IPV4_MAX) : ipv6(-1L, -1L);
    }

    /**
     * Reads a dotted quad (no leading zeros) or an RFC 4291 IPv6 text form; ::ffff:a.b.c.d becomes
     * IPv4.
     *
     * @throws IllegalArgumentException saying what is wrong, for a user to read
     */
    public static Address parse(String text) {
        Address parsed = parseLiteral(text);
        return parsed.isMapped() ? ipv4(parsed.low & IPV4_MAX) : parsed;
    }

    /** As {@link #parse} but keeps a mapped address as IPv6. */
    static Address parseLiteral(String text) {
        Objects.requireNonNull(text);
        Address ordinary = AddressText.read(text);
        if (ordinary != null) {
            return ordinary;
        }
        if (text.indexOf('%') >= 0) {
            throw new IllegalArgumentException(
                    "'"
                            + text
                            + "' has a zone id; write '"
                            + text.substring(0, text.indexOf('%'))
                            + "'");
        }
        if (text.length() > 45) {
            throw new IllegalArgumentException("not an IP address: longer than 45 characters");
        }
        return text.indexOf(':') >= 0 ? parseIpv6(text) : ipv4(parseIpv4(text, text));
    }

    private static long parseIpv4(String quad, String whole) {
        String[] parts = quad.split("\\.", -1);
        if (parts.length != 4) {
            throw notAnAddress(whole);
        }
        long value = 0;
        for (String part : parts) {
            if (part.isEmpty()
                    || part.length() > 3
                    || !part.chars().allMatch(c -> c >= '0' && c <= '9')) {
                throw notAnAddress(whole);
            }
            int octet = Integer.parseInt(part);
            if (octet > 255) {
                throw new IllegalArgumentException(
                        "'" + whole + "' is not an IP address: " + part + " is over 255");
            }
            if (part.length() > 1 && part.charAt(0) == '0') {
                throw new IllegalArgumentException(
                        "'"
                                + whole
                                + "' is ambiguous: '"
                                + part
                                + "' has a leading zero (write "
                                + octet
                                + ")");
            }
            value = value << 8 | octet;
        }
        return value;
    }

    private static Address parseIpv6(String text) {
        int gap = text.indexOf("::");
        List<Integer> before = new ArrayList<>();
        List<Integer> after = new ArrayList<>();
        if (gap >= 0) {
            if (text.indexOf("::", gap + 1) >= 0) {
                throw notAnAddress(text);
            }
            parseGroups(text.substring(0, gap), text, before);
            parseGroups(text.substring(gap + 2), text, after);
            if (before.size() + after.size() > 7) {
                throw notAnAddress(text);
            }
        } else {
            parseGroups(text, text, before);
            if (before.size() != 8) {
                throw notAnAddress(text);
            }
        }
        int[] groups = new int[8];
        for (int i = 0; i < before.size(); i++) {
            groups[i] = before.get(i);
        }
        for (int i = 0; i < after.size(); i++) {
            groups[8 - after.size() + i] = after.get(i);
        }
        long high = 0;
        long low = 0;
        for (int i = 0; i < 4; i++) {
            high = high << 16 | groups[i];
            low = low << 16 | groups[i + 4];
        }
        return ipv6(high, low);
    }

    private static void parseGroups(String part, String whole, List<Integer> into) {
        if (part.isEmpty()) {
            return;
        }
        String[] groups = part.split(":", -1);
        for (int i = 0; i < groups.length; i++) {
            String group = groups[i];
            if (group.indexOf('.') >= 0 && i == groups.length - 1) {
                long quad = parseIpv4(group, whole);
                into.add((int) (quad >>> 16));
                into.add((int) (quad & 0xFFFF));
            } else if (group.isEmpty()
                    || group.length() > 4
                    || !group.chars().allMatch(c -> c < 128 && Character.digit(c, 16) >= 0)) {
                throw notAnAddress(whole);
            } else {
                into.add(Integer.parseInt(group, 16));
            }
        }
    }

    private static IllegalArgumentException notAnAddress(String text) {
        return new IllegalArgumentException("'" + text + "' is not an IP address");
    }

    public AddressFamily family() {
        return family;
    }

    /** Upper 64 bits, unsigned; 0 for IPv4. */
    public long high() {
        return high;
    }

    /** Lower 64 bits, unsigned. */
    public long low() {
        return low;
    }

    /** The value as a number of {@code family().bits()} bits. */
    public BigInteger value() {
        return unsigned(high).shiftLeft(64).or(unsigned(low));
    }

    /**
     * The address of a number in a family.
     *
     * @throws IllegalArgumentException if the number does not fit the family
     */
    public static Address of(AddressFamily family, BigInteger value) {
        if (value.signum() < 0 || value.bitLength() > family.bits()) {
            throw new IllegalArgumentException("value out of range for " + family + ": " + value);
        }
        return new Address(family, value.shiftRight(64).longValue(), value.longValue());
    }

    private static BigInteger unsigned(long half) {
        BigInteger value = BigInteger.valueOf(half);
        return half >= 0 ? value : value.add(TWO_TO_64);
    }

    /** The IPv4 address that this IPv6 address maps (::ffff:0:0/96), else empty. */
    Optional<Address> mapped() {
        return isMapped() ? Optional.of(ipv4(low & IPV4_MAX)) : Optional.empty();
    }

    private boolean isMapped() {
        return family == AddressFamily.IPV6 && high == 0 && low >>> 32 == 0xFFFF;
    }

    /** The next address of the family; empty after the last one. */
    public Optional<Address> next() {
        if (equals(last(family))) {
            return Optional.empty();
        }
        return Optional.of(new Address(family, low == -1L ? high + 1 : high, low + 1));
    }

    /** The preceding address of the family; empty before the first one. */
    public Optional<Address> previous() {
        if (high == 0 && low == 0) {
            return Optional.empty();
        }
        return Optional.of(new Address(family, low == 0 ? high - 1 : high, low - 1));
    }

    @Override
    public int compareTo(Address other) {
        if (family != other.family) {
            return family.compareTo(other.family);
        }
        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Address that
                && family == that.family
                && high == that.high
                && low == that.low;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(high * 31 + low) * 31 + family.hashCode();
    }

    /** Canonical text: a dotted quad, or RFC 5952. */
    @Override
    public String toString() {
        if (family == AddressFamily.IPV4) {
            return (low >>> 24)
                    + "."
                    + (low >>> 16 & 255)
                    + "."
                    + (low >>> 8 & 255)
                    + "."
                    + (low & 255);
        }
        int[] groups = new int[8];
        for (int i = 0; i < 4; i++) {
            groups[i] = (int) (high >>> 48 - 16 * i & 0xFFFF);
            groups[i + 4] = (int) (low >>> 48 - 16 * i & 0xFFFF);
        }
        int gapStart = -1;
        int gapLength = 1;
        for (int i = 0; i < 8; i++) {
            int end = i;
            while (end < 8 && groups[end] == 0) {
                end++;
            }
            if (end - i > gapLength) {
                gapStart = i;
                gapLength = end - i;
            }
            i = Math.max(i, end - 1);
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            if (i == gapStart) {
                text.append("::");
                i += gapLength - 1;
            } else {
                if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                    text.append(':');
                }
                text.append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }
}
