package io.postern.agent.exchange;

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

/** Values as Exchange prints and takes them. */
final class ExchangeText {
    private static final Pattern TIME_SPAN =
            Pattern.compile("(?:(\\d{1,3})\\.)?(\\d{1,2}):(\\d{1,2}):(\\d{1,2})(?:\\.(\\d{1,7}))?");
    private static final int MILLIS = 1000;

    private ExchangeText() {}

    /**
     * A range as an administrator may have entered it: host bits and scope ids are legal there and
     * mean nothing.
     *
     * @throws IllegalArgumentException if it is none
     */
    static AddressRange range(String text) {
        String plain = text.replaceAll("%[0-9A-Za-z]+", "").strip();
        int slash = plain.indexOf('/');
        if (slash < 0) {
            return AddressRange.parse(plain);
        }
        Address host = Address.parse(plain.substring(0, slash));
        int bits = host.family() == AddressFamily.IPV4 ? 32 : 128;
        int prefix;
        try {
            prefix = Integer.parseInt(plain.substring(slash + 1));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' has no valid prefix length", e);
        }
        if (prefix < 0 || prefix > bits) {
            throw new IllegalArgumentException("'" + text + "' has no valid prefix length");
        }
        BigInteger low = host.value().shiftRight(bits - prefix).shiftLeft(bits - prefix);
        return AddressRange.parse(Address.of(host.family(), low) + "/" + prefix);
    }

    /**
     * Milliseconds of a time span, {@code [d.]hh:mm:ss[.fffffff]}.
     *
     * @throws IllegalArgumentException if it is none
     */
    static int millis(String text) {
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
        return Math.toIntExact(Math.min(Integer.MAX_VALUE, seconds * MILLIS + millis));
    }

    /** A time span that Exchange takes. */
    static String timeSpan(int millis) {
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
    static <E extends Enum<E>> Set<E> flags(
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
    static <E extends Enum<E>> E one(
            String what, Class<E> type, Function<E, String> word, String text) {
        for (E value : type.getEnumConstants()) {
            if (word.apply(value).equalsIgnoreCase(text)) {
                return value;
            }
        }
        throw new IllegalArgumentException(what + " '" + text + "' is not known");
    }

    /** The text of flags as Exchange takes them. */
    static <E extends Enum<E>> String flagText(Set<E> set, Function<E, String> word) {
        return set.isEmpty() ? "None" : String.join(", ", set.stream().sorted().map(word).toList());
    }
}
