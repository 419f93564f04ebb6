package io.postern.enforcement.exports;

import io.postern.enforcement.Binding;
import io.postern.policy.Address;
import io.postern.policy.AddressFamily;
import io.postern.policy.AddressRange;
import java.math.BigInteger;

/**
 * Addresses as Exchange writes them. Legal there though policies refuse them: host bits in a CIDR
 * (the whole network is meant), a net mask in parentheses, a scope id.
 */
final class RangeText {
    private static final int MAPPED_BITS = 96;
    private static final BigInteger MAPPED = BigInteger.valueOf(0xFFFFL << 32);

    private RangeText() {}

    /**
     * One value of RemoteIPRanges.
     *
     * @throws IllegalArgumentException saying what is wrong, for a user to read
     */
    static AddressRange range(String written) {
        String text = written.strip();
        int slash = text.indexOf('/');
        if (slash >= 0) {
            return network(text, text.substring(0, slash), text.substring(slash + 1).strip());
        }
        int mask = text.indexOf('(');
        if (mask >= 0 && text.endsWith(")")) {
            Address bits = Address.parse(text.substring(mask + 1, text.length() - 1).strip());
            return network(text, text.substring(0, mask), prefixOf(text, bits));
        }
        int dash = text.indexOf('-');
        if (dash >= 0) {
            String low = unscoped(text.substring(0, dash));
            String high = unscoped(text.substring(dash + 1));
            return AddressRange.parse(low + "-" + high);
        }
        return AddressRange.single(Address.parse(unscoped(text)));
    }

    private static AddressRange network(String whole, String host, String prefix) {
        String address = unscoped(host);
        if (!prefix.matches("[0-9]{1,3}")) {
            throw new IllegalArgumentException("'" + whole + "' has no valid prefix length");
        }
        int bits = Integer.parseInt(prefix);
        // The family it is written in: a mapped address reads as IPv4.
        AddressFamily family = address.indexOf(':') >= 0 ? AddressFamily.IPV6 : AddressFamily.IPV4;
        if (bits > family.bits()) {
            throw new IllegalArgumentException(
                    "'" + whole + "' has no valid prefix length (0 to " + family.bits() + ")");
        }
        Address parsed = Address.parse(address);
        if (parsed.family() != family && bits >= MAPPED_BITS) {
            return network(whole, parsed.toString(), String.valueOf(bits - MAPPED_BITS));
        }
        BigInteger value = parsed.family() == family ? parsed.value() : MAPPED.or(parsed.value());
        int hosts = family.bits() - bits;
        BigInteger low = value.shiftRight(hosts).shiftLeft(hosts);
        BigInteger high = low.add(BigInteger.ONE.shiftLeft(hosts)).subtract(BigInteger.ONE);
        return new AddressRange(Address.of(family, low), Address.of(family, high));
    }

    private static String prefixOf(String whole, Address mask) {
        BigInteger inverse =
                Address.last(mask.family()).value().subtract(mask.value()).add(BigInteger.ONE);
        if (inverse.bitCount() != 1) {
            throw new IllegalArgumentException("'" + whole + "' has no valid net mask");
        }
        return String.valueOf(mask.family().bits() - inverse.bitLength() + 1);
    }

    /** The address without the zone it was written with: selection does not look at it. */
    private static String unscoped(String address) {
        int zone = address.indexOf('%');
        return (zone < 0 ? address : address.substring(0, zone)).strip();
    }

    /**
     * One value of Bindings.
     *
     * @throws IllegalArgumentException saying what is wrong, for a user to read
     */
    static Binding binding(String written) {
        return Binding.parse(written.strip().replaceFirst("%[^\\]]*\\]", "]"));
    }
}
