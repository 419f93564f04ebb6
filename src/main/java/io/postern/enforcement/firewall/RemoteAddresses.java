package io.postern.enforcement.firewall;

import io.postern.policy.Address;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * The addresses of a rule, in whatever form Windows gives them: literals, prefixes with bits or
 * (IPv4) a dotted mask, ranges, keywords. Immutable.
 *
 * @param any every address of both families
 * @param set the literal ones; {@link AddressSet#ALL} if any
 * @param keywords such as {@code LocalSubnet}: addresses that only the server knows
 */
public record RemoteAddresses(boolean any, AddressSet set, List<String> keywords) {
    /** Every address. */
    public static final RemoteAddresses EVERY =
            new RemoteAddresses(true, AddressSet.ALL, List.of());

    /** The keywords that Windows knows, as New-NetFirewallRule documents and the registry has. */
    private static final Set<String> KEYWORDS =
            Set.of(
                    "localsubnet",
                    "localsubnet4",
                    "localsubnet6",
                    "dns",
                    "dhcp",
                    "wins",
                    "defaultgateway",
                    "internet",
                    "intranet",
                    "intranetremoteaccess",
                    "intranetra",
                    "playtodevice",
                    "ply2renders",
                    "captiveportal");

    public RemoteAddresses {
        keywords = List.copyOf(keywords);
    }

    /**
     * Reads them. Host bits of a prefix are cleared, as Windows is thought to do.
     *
     * @throws IllegalArgumentException for a text that is no address and no keyword, for a user
     */
    public static RemoteAddresses of(List<String> texts) {
        List<AddressRange> ranges = new ArrayList<>();
        TreeMap<String, String> keywords = new TreeMap<>();
        for (String text : texts) {
            String word = text.strip();
            if (word.equalsIgnoreCase(FirewallRule.ANY) || word.equals("*")) {
                return EVERY;
            }
            if (KEYWORDS.contains(word.toLowerCase(java.util.Locale.ROOT))) {
                keywords.put(word.toLowerCase(java.util.Locale.ROOT), word);
            } else {
                ranges.add(range(word));
            }
        }
        return new RemoteAddresses(false, AddressSet.of(ranges), List.copyOf(keywords.values()));
    }

    private static AddressRange range(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return AddressRange.parse(text);
        }
        Address address = AddressRange.parse(text.substring(0, slash)).low();
        int width = address.family() == io.postern.policy.AddressFamily.IPV4 ? 32 : 128;
        int bits = bits(text, text.substring(slash + 1), width);
        BigInteger size = BigInteger.ONE.shiftLeft(width - bits);
        BigInteger low = address.value().divide(size).multiply(size);
        return new AddressRange(
                Address.of(address.family(), low),
                Address.of(address.family(), low.add(size).subtract(BigInteger.ONE)));
    }

    private static int bits(String text, String written, int width) {
        if (written.indexOf('.') >= 0 && width == 32) {
            long mask = AddressRange.parse(written).low().value().longValueExact();
            int bits = Long.bitCount(mask);
            if (mask == (0xFFFFFFFFL << (32 - bits) & 0xFFFFFFFFL)) {
                return bits;
            }
            throw new IllegalArgumentException(
                    "'" + text + "' has a mask whose ones are not all on the left");
        }
        if (written.length() <= 3 && written.chars().allMatch(c -> c >= '0' && c <= '9')) {
            int bits = written.isEmpty() ? -1 : Integer.parseInt(written);
            if (bits >= 0 && bits <= width) {
                return bits;
            }
        }
        throw new IllegalArgumentException(
                "'" + text + "' has no prefix length of 0 to " + width + " behind the slash");
    }

    /** The canonical texts, as {@link FirewallRule#remoteAddresses} has them. */
    public List<String> texts() {
        if (any) {
            return List.of(FirewallRule.ANY);
        }
        List<String> texts = new ArrayList<>(set.texts());
        texts.addAll(keywords);
        return List.copyOf(texts);
    }
}
