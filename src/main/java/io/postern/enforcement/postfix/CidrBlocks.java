package io.postern.enforcement.postfix;

import io.postern.policy.Address;
import io.postern.policy.AddressFamily;
import io.postern.policy.AddressRange;
import java.util.List;

/** Ranges as Postfix tables take them: networks, since a table knows no ranges. */
final class CidrBlocks {
    private static final int HALF = 64;

    private CidrBlocks() {}

    /** Adds the fewest networks that make up a range, in order; single addresses without length. */
    static void add(AddressRange range, List<String> into) {
        int bits = range.family().bits();
        Address low = range.low();
        while (true) {
            int hosts = Math.min(bits, trailingZeros(low));
            Address last = last(low, hosts);
            while (last.compareTo(range.high()) > 0) {
                hosts--;
                last = last(low, hosts);
            }
            into.add(hosts == 0 ? low.toString() : low + "/" + (bits - hosts));
            if (last.equals(range.high())) {
                return;
            }
            low = last.next().orElseThrow();
        }
    }

    private static int trailingZeros(Address address) {
        return address.low() != 0
                ? Long.numberOfTrailingZeros(address.low())
                : HALF + Long.numberOfTrailingZeros(address.high());
    }

    /** The last address of the network that begins there and has so many host bits. */
    private static Address last(Address low, int hosts) {
        if (low.family() == AddressFamily.IPV4) {
            return Address.ipv4(low.low() | ones(hosts));
        }
        return Address.ipv6(
                low.high() | ones(hosts - HALF), low.low() | ones(Math.min(HALF, hosts)));
    }

    private static long ones(int count) {
        return count <= 0 ? 0 : -1L >>> HALF - count;
    }
}
