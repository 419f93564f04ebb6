package io.postern.enforcement;

import io.postern.policy.Address;
import io.postern.policy.AddressFamily;
import io.postern.policy.AddressRange;
import java.math.BigInteger;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Values as Exchange prints and takes them: addresses, time spans, flags. Legal there though
 * policies refuse them: host bits in a CIDR (the whole network is meant), a net mask in
 * parentheses, a scope id.
 */
public final class ExchangeText {
    private static final int MAPPED_BITS = 96;
    private static final BigInteger MAPPED = BigInteger.valueOf(0xFFFFL << 32);

    private static final Pattern TIME_SPAN =
            Pattern.compile("(?:(\\d{1,6})\\.)?(\\d{1,2}):(\\d{1,2}):(\\d{1,2})(?:\\.(\\d{1,7}))?");
    private static final int MILLIS = 1000;

    private ExchangeText() {}

    /**
     * One value of RemoteIPRanges.
     *
     * @throws IllegalArgumentException saying what is wrong, for a user to read
     */
    public static AddressRange range(String written) {
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
    public static Binding binding(String written) {
        return Binding.parse(written.strip().replaceFirst("%[^\\]]*\\]", "]"));
    }

    /**
     * Milliseconds of a time span, {@code [d.]hh:mm:ss[.fffffff]}; at most {@link
     * Integer#MAX_VALUE}.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static int millis(String text) {
        Matcher matcher = TIME_SPAN.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no time span");
        }
        long seconds = matcher.group(1) == null ? 0 : Long.parseLong(matcher.group(1)) * 24;
        seconds = (seconds + Long.parseLong(matcher.group(2))) * 60;
        seconds = (seconds + Long.parseLong(matcher.group(3))) * 60;
        seconds += Long.parseLong(matcher.group(4));
        String fraction = matcher.group(5) == null ? "" : matcher.group(5);
        long millis = Long.parseLong((fraction + "000").substring(0, 3));
        return (int) Math.min(Integer.MAX_VALUE, seconds * MILLIS + millis);
    }

    /** A time span that Exchange takes. */
    public static String timeSpan(int millis) {
        int seconds = millis / MILLIS;
        String text =
                String.format(
                        Locale.ROOT,
                        "%02d:%02d:%02d",
                        seconds / 3600,
                        seconds / 60 % 60,
                        seconds % 60);
        return millis % MILLIS == 0
                ? text
                : text + String.format(Locale.ROOT, ".%03d", millis % MILLIS);
    }

    /**
     * The flags of a text such as {@code Tls, Integrated}; {@code None} = no flag.
     *
     * @throws IllegalArgumentException if one is not known
     */
    public static <E extends Enum<E>> Set<E> flags(
            String what, Class<E> type, Function<E, String> word, String text) {
        Set<E> set = EnumSet.noneOf(type);
        for (String part : text.split(",", -1)) {
            String flag = part.strip();
            if (!flag.isEmpty() && !flag.equalsIgnoreCase("None")) {
                set.add(one(what, type, word, flag));
            }
        }
        return set;
    }

    /**
     * The value of a word, in any case.
     *
     * @throws IllegalArgumentException if it is not known
     */
    public static <E extends Enum<E>> E one(
            String what, Class<E> type, Function<E, String> word, String text) {
        for (E value : type.getEnumConstants()) {
            if (word.apply(value).equalsIgnoreCase(text)) {
                return value;
            }
        }
        throw new IllegalArgumentException(what + " '" + text + "' is not known");
    }

    /** The text of flags as Exchange takes them. */
    public static <E extends Enum<E>> String flagText(Set<E> set, Function<E, String> word) {
        return set.isEmpty() ? "None" : String.join(", ", set.stream().sorted().map(word).toList());
    }
}
