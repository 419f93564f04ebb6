package io.postern.enforcement;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Distinguished names of Active Directory, taken apart. */
final class CanonicalPath {
    private CanonicalPath() {}

    /** The parts of a distinguished name, most specific first, escapes resolved. */
    static List<String> parts(String distinguishedName) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        for (int i = 0; i < distinguishedName.length(); i++) {
            char c = distinguishedName.charAt(i);
            if (c == '\\' && i + 1 < distinguishedName.length()) {
                int code = hex(distinguishedName, i + 1);
                part.append(code < 0 ? distinguishedName.charAt(i + 1) : (char) code);
                i += code < 0 ? 1 : 2;
            } else if (c == ',') {
                parts.add(part.toString());
                part.setLength(0);
            } else {
                part.append(c);
            }
        }
        parts.add(part.toString());
        return parts;
    }

    private static int hex(String text, int at) {
        if (at + 1 >= text.length()) {
            return -1;
        }
        int high = Character.digit(text.charAt(at), 16);
        int low = Character.digit(text.charAt(at + 1), 16);
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }

    /** The form {@code contoso.example/Configuration/…/Name} of a distinguished name. */
    static String of(String distinguishedName) {
        List<String> domain = new ArrayList<>();
        List<String> path = new ArrayList<>();
        for (String part : parts(distinguishedName)) {
            int equals = part.indexOf('=');
            String value = part.substring(equals + 1);
            if (part.toLowerCase(Locale.ROOT).startsWith("dc=")) {
                domain.add(value);
            } else {
                path.add(value);
            }
        }
        Collections.reverse(path);
        return String.join(".", domain) + "/" + String.join("/", path);
    }
}
