package io.postern.web;

import java.util.Locale;

/** Constants as words. */
final class Words {
    private Words() {}

    /** {@code ROLLED_BACK} as {@code Rolled back}. */
    static String sentence(String constant) {
        String lower = constant.toLowerCase(Locale.ROOT).replace('_', ' ');
        return lower.isEmpty()
                ? lower
                : Character.toUpperCase(lower.charAt(0)) + lower.substring(1);
    }

    /** The first characters of a hash, enough for people to compare. */
    static String shortHash(String hash) {
        return hash == null || hash.length() <= 12 ? hash : hash.substring(0, 12);
    }
}
