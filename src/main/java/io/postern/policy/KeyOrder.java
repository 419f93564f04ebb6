package io.postern.policy;

import java.util.Comparator;

/**
 * Order of keys and names by Unicode code point. {@link String#compareTo} orders by UTF-16 unit,
 * which differs beyond the basic plane, and another program would not agree with it.
 */
public final class KeyOrder {
    /** The comparator; null is not allowed. */
    public static final Comparator<String> CODE_POINT = KeyOrder::compare;

    private KeyOrder() {}

    private static int compare(String a, String b) {
        int length = Math.min(a.length(), b.length());
        int i = 0;
        while (i < length && a.charAt(i) == b.charAt(i)) {
            i++;
        }
        if (i == length) {
            return Integer.compare(a.length(), b.length());
        }
        char left = a.charAt(i);
        char right = b.charAt(i);
        boolean differs = Character.isSurrogate(left) != Character.isSurrogate(right);
        // A surrogate stands for a code point above every character of the basic plane.
        return differs
                ? Boolean.compare(Character.isSurrogate(left), Character.isSurrogate(right))
                : Character.compare(left, right);
    }
}
