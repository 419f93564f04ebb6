package io.postern.policy;

/**
 * Reads addresses in their ordinary forms in one pass and without garbage. What it does not
 * recognise may still be an address: {@link Address#parse} then looks again and says what is wrong.
 */
final class AddressText {
    private static final int LONGEST = 39;

    // Digits and letters come in no order, so that a branch between them is guessed wrong too
    // often.
    private static final byte[] DIGITS = new byte[128];

    static {
        for (int c = 0; c < DIGITS.length; c++) {
            DIGITS[c] = (byte) Character.digit(c, 16);
        }
    }

    private AddressText() {}

    /** The address, mapped ones as IPv6; null = not in an ordinary form. */
    static Address read(String text) {
        int length = text.length();
        if (length < 2 || length > LONGEST) {
            return null;
        }
        for (int i = 0; i < 5 && i < length; i++) {
            char c = text.charAt(i);
            if (c == '.') {
                return readIpv4(text);
            }
            if (c == ':') {
                return readIpv6(text);
            }
        }
        return null;
    }

    private static Address readIpv4(String text) {
        long value = 0;
        int octet = -1;
        int octets = 1;
        for (int i = 0; i < text.length(); i++) {
            int c = text.charAt(i);
            if (c == '.') {
                if (octet < 0) {
                    return null;
                }
                value = value << 8 | octet;
                octet = -1;
                octets++;
            } else if (c < '0' || c > '9' || octet == 0) {
                return null;
            } else {
                octet = Math.max(octet, 0) * 10 + c - '0';
                if (octet > 255) {
                    return null;
                }
            }
        }
        return octets == 4 && octet >= 0 ? Address.ipv4(value << 8 | octet) : null;
    }

    private static Address readIpv6(String text) {
        int length = text.length();
        long high = 0;
        long low = 0;
        int groups = 0;
        int gap = -1;
        long headHigh = 0;
        long headLow = 0;
        int i = 0;
        if (text.charAt(0) == ':') {
            if (text.charAt(1) != ':') {
                return null;
            }
            gap = 0;
            i = 2;
        }
        while (i < length) {
            int group = 0;
            int start = i;
            while (i < length && i < start + 4) {
                int digit = digit(text.charAt(i));
                if (digit < 0) {
                    break;
                }
                group = group << 4 | digit;
                i++;
            }
            if (i == start || groups == 8) {
                return null;
            }
            high = high << 16 | low >>> 48;
            low = low << 16 | group;
            groups++;
            if (i == length) {
                break;
            }
            if (text.charAt(i) != ':' || i + 1 == length) {
                return null;
            }
            i++;
            if (text.charAt(i) == ':') {
                if (gap >= 0) {
                    return null;
                }
                gap = groups;
                headHigh = high;
                headLow = low;
                high = 0;
                low = 0;
                i++;
            }
        }
        if (gap < 0 ? groups != 8 : groups > 7) {
            return null;
        }
        if (gap <= 0) {
            return Address.ipv6(high, low);
        }
        int shift = 16 * (8 - gap);
        return shift >= 64
                ? Address.ipv6(headLow << shift - 64 | high, low)
                : Address.ipv6(
                        headHigh << shift | headLow >>> 64 - shift | high, headLow << shift | low);
    }

    private static int digit(char c) {
        return c < DIGITS.length ? DIGITS[c] : -1;
    }
}
