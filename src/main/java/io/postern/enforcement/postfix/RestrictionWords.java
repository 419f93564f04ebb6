package io.postern.enforcement.postfix;

import java.util.ArrayList;
import java.util.List;

/** Splits values of main.cf as Postfix does: at commas and blanks, but not within braces. */
final class RestrictionWords {
    private RestrictionWords() {}

    static List<String> split(String value) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        int depth = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            depth += c == '{' ? 1 : c == '}' && depth > 0 ? -1 : 0;
            if (depth == 0 && (c == ',' || Character.isWhitespace(c))) {
                if (!word.isEmpty()) {
                    words.add(word.toString());
                    word.setLength(0);
                }
            } else {
                word.append(c);
            }
        }
        if (!word.isEmpty()) {
            words.add(word.toString());
        }
        return words;
    }
}
