package io.postern.enforcement.firewall;

import io.postern.policy.Address;
import io.postern.policy.AddressFamily;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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

    private static final BigInteger MAPPED = BigInteger.valueOf(0xFFFFL).shiftLeft(32);
    private static final int MAPPED_BITS = 96;

    /**
     * The keywords that Windows knows, as the cmdlets spell them (New-NetFirewallRule), by what the
     * cmdlets and the registry (MS-GPFAS 2.2.2.13) write.
     */
    private static final Map<String, String> KEYWORDS =
            Map.ofEntries(
                    Map.entry("localsubnet", "LocalSubnet"),
                    Map.entry("localsubnet4", "LocalSubnet4"),
                    Map.entry("localsubnet6", "LocalSubnet6"),
                    Map.entry("dns", "DNS"),
                    Map.entry("dhcp", "DHCP"),
                    Map.entry("wins", "WINS"),
                    Map.entry("defaultgateway", "DefaultGateway"),
                    Map.entry("internet", "Internet"),
                    Map.entry("intranet", "Intranet"),
                    Map.entry("intranetremoteaccess", "IntranetRemoteAccess"),
                    Map.entry("intranetra", "IntranetRemoteAccess"),
                    Map.entry("rmtintranet", "IntranetRemoteAccess"),
                    Map.entry("playtodevice", "PlayToDevice"),
                    Map.entry("ply2renders", "PlayToDevice"),
                    Map.entry("captiveportal", "CaptivePortal"));

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
            String keyword = KEYWORDS.get(word.toLowerCase(Locale.ROOT));
            if (keyword != null) {
                keywords.put(keyword, keyword);
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
        String literal = text.substring(0, slash).strip();
        Address address = AddressRange.parse(literal).low();
        int width = literal.indexOf(':') < 0 ? 32 : 128;
        int bits = bits(text, text.substring(slash + 1).strip(), width);
        if (width == 128 && address.family() == AddressFamily.IPV4) {
            // Mapped: IPv4 where the prefix stays within ::ffff:0:0/96, else an IPv6 network.
            if (bits >= MAPPED_BITS) {
                width = 32;
                bits -= MAPPED_BITS;
            } else {
                address = Address.of(AddressFamily.IPV6, MAPPED.or(address.value()));
            }
        }
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

    /**
     * A canonical text as it is given to Windows: a whole family as a range, since whether
     * firewalls take a prefix of no bits is not documented.
     */
    public static String spelled(String text) {
        return switch (text) {
            case "0.0.0.0/0" -> "0.0.0.0-255.255.255.255";
            case "::/0" -> "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
            default -> text;
        };
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
