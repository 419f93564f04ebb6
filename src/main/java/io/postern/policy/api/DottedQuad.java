package io.postern.policy.api;

/** The usual form of an IPv4 address, read without waste; every other form goes the long way. */
final class DottedQuad {
    /** Not a plain dotted quad; perhaps still an address. */
    static final long NONE = -1;

    private static final int MAX_OCTET = 255;

    private DottedQuad() {}

    /** The address as 32 unsigned bits, or NONE. */
    static long parse(String text) {
        long value = 0;
        int octet = -1;
        int digits = 0;
        int dots = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= '0' && c <= '9') {
                if (digits > 0 && octet == 0) {
                    return NONE;
                }
                octet = digits == 0 ? c - '0' : octet * 10 + (c - '0');
                digits++;
                if (octet > MAX_OCTET) {
                    return NONE;
                }
            } else if (c == '.' && digits > 0 && dots < 3) {
                value = value << 8 | octet;
                dots++;
                digits = 0;
            } else {
                return NONE;
            }
        }
        return dots == 3 && digits > 0 ? value << 8 | octet : NONE;
    }
}
