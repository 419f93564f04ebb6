package io.postern.enforcement.postfix;

import io.postern.enforcement.VisibleText;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import java.util.List;

/**
 * A list of networks such as {@code mynetworks}: IPv6 in brackets, {@code !} excludes, the first
 * match decides. Tables, files and names are not known and count as matching. Immutable.
 */
final class AddressList {
    private AddressSet matched = AddressSet.EMPTY;
    private AddressSet decided = AddressSet.EMPTY;
    private final List<String> unknowns;

    /**
     * Reads the list.
     *
     * @param name of the parameter, for people
     * @param unknowns takes sentences about what is not known
     */
    AddressList(String name, String value, List<String> unknowns) {
        this.unknowns = unknowns;
        for (String word : RestrictionWords.split(value)) {
            boolean isExcluding = word.startsWith("!");
            AddressSet set = set(isExcluding ? word.substring(1) : word);
            if (set == null) {
                unknown(name, word, isExcluding);
            } else {
                decide(set, !isExcluding);
            }
        }
    }

    private void unknown(String name, String word, boolean isExcluding) {
        unknowns.add(
                "What '"
                        + VisibleText.of(word)
                        + "' in "
                        + name
                        + " matches is not known; it counts as "
                        + (isExcluding ? "nobody." : "everybody."));
        if (!isExcluding) {
            decide(AddressSet.ALL, true);
        }
    }

    private void decide(AddressSet set, boolean isMatch) {
        if (isMatch) {
            matched = matched.union(set.subtract(decided));
        }
        decided = decided.union(set);
    }

    /** Null = not known. */
    private static AddressSet set(String word) {
        String text = word;
        int close = word.indexOf(']');
        if (word.startsWith("[") && close > 0) {
            text = word.substring(1, close) + word.substring(close + 1);
        } else if (word.indexOf(':') >= 0) {
            // A table; IPv6 without brackets would be one too.
            return null;
        }
        try {
            // A range is no word of Postfix.
            return text.indexOf('-') >= 0 ? null : AddressSet.of(AddressRange.parse(text));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    AddressSet addresses() {
        return matched;
    }
}
