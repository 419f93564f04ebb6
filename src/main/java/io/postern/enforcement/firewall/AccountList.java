package io.postern.enforcement.firewall;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The accounts or computers that a rule asks for, as its SDDL lists them: a peer passes if one of
 * its SIDs is allowed and none denied, deny before allow (MS-FASP 2.2.37; MS-DTYP 2.5.1). Compared
 * as sets: owner, group and order say nothing. Immutable.
 *
 * @param allowed SIDs in text form, upper case, each once
 * @param denied likewise
 */
public record AccountList(Set<String> allowed, Set<String> denied) {
    /** Everyone. */
    public static final String EVERYONE = "S-1-1-0";

    /** Authenticated Users. */
    public static final String AUTHENTICATED_USERS = "S-1-5-11";

    /** What one list of a rule can hold: 10,001 UTF-16 units with the terminator (MS-FASP). */
    public static final int MAX_CHARACTERS = 10_000;

    private static final Pattern ACE =
            Pattern.compile("\\(([^;()]*);([^;()]*);([^;()]*);([^;()]*);([^;()]*);([^;()]*)\\)");
    private static final Pattern HEAD = Pattern.compile("(?:O:[^:()]*?)?(?:G:[^:()]*?)?D:[A-Z]*");
    private static final Pattern SID = Pattern.compile("S-1-[0-9]{1,15}(-[0-9]{1,10}){1,15}");

    /** Two-letter names that mean the same on every machine (MS-DTYP 2.5.1.1). */
    private static final Map<String, String> ALIASES =
            Map.ofEntries(
                    Map.entry("WD", EVERYONE),
                    Map.entry("AU", AUTHENTICATED_USERS),
                    Map.entry("AN", "S-1-5-7"),
                    Map.entry("NU", "S-1-5-2"),
                    Map.entry("IU", "S-1-5-4"),
                    Map.entry("SU", "S-1-5-6"),
                    Map.entry("ED", "S-1-5-9"),
                    Map.entry("SY", "S-1-5-18"),
                    Map.entry("LS", "S-1-5-19"),
                    Map.entry("NS", "S-1-5-20"),
                    Map.entry("BA", "S-1-5-32-544"),
                    Map.entry("BU", "S-1-5-32-545"),
                    Map.entry("BG", "S-1-5-32-546"));

    public AccountList {
        allowed = java.util.Collections.unmodifiableSet(new LinkedHashSet<>(allowed));
        denied = java.util.Collections.unmodifiableSet(new LinkedHashSet<>(denied));
    }

    /**
     * Reads an SDDL such as {@code O:LSD:(D;;CC;;;S-1-5-21-1-2-3-9)(A;;CC;;;S-1-5-21-1-2-3-4)}.
     *
     * @throws IllegalArgumentException if it cannot be read whole, for a user: what it means is not
     *     known then
     */
    public static AccountList parse(String sddl) {
        String text = sddl.strip();
        int body = text.indexOf('(');
        String head = body < 0 ? text : text.substring(0, body);
        if (!HEAD.matcher(head).matches()) {
            throw new IllegalArgumentException(
                    "the account list does not begin like an SDDL ('D:' or 'O:LSD:')");
        }
        Set<String> allowed = new LinkedHashSet<>();
        Set<String> denied = new LinkedHashSet<>();
        int at = body < 0 ? text.length() : body;
        Matcher ace = ACE.matcher(text);
        while (at < text.length()) {
            if (!ace.find(at) || ace.start() != at) {
                throw new IllegalArgumentException(
                        "the account list has no readable entry at character " + (at + 1));
            }
            entry(ace, allowed, denied);
            at = ace.end();
        }
        return new AccountList(allowed, denied);
    }

    private static void entry(Matcher ace, Set<String> allowed, Set<String> denied) {
        String flags = ace.group(2);
        String rights = ace.group(3);
        if (!flags.isEmpty()
                || !rights.equals("CC") && !rights.equals("0x1")
                || !ace.group(4).isEmpty()
                || !ace.group(5).isEmpty()) {
            throw new IllegalArgumentException(
                    "the entry '"
                            + ace.group()
                            + "' of the account list is not of the form (A;;CC;;;SID)");
        }
        String sid = sid(ace.group(6));
        switch (ace.group(1)) {
            case "A" -> allowed.add(sid);
            case "D" -> denied.add(sid);
            default ->
                    throw new IllegalArgumentException(
                            "the entry '"
                                    + ace.group()
                                    + "' of the account list neither allows (A) nor denies (D)");
        }
    }

    private static String sid(String text) {
        String upper = text.toUpperCase(Locale.ROOT);
        String known = ALIASES.get(upper);
        if (known != null) {
            return known;
        }
        if (!SID.matcher(upper).matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' in the account list is no SID of the form S-1-…");
        }
        return upper;
    }

    /** Whether a text is a SID in the form S-1-…, in any case. */
    public static boolean isSid(String text) {
        return SID.matcher(text.toUpperCase(Locale.ROOT)).matches();
    }

    /** The SDDL in canonical form: owner LS, denials first, each by its SID. */
    public String sddl() {
        StringBuilder text = new StringBuilder("O:LSD:");
        sorted(denied).forEach(sid -> text.append("(D;;CC;;;").append(sid).append(')'));
        sorted(allowed).forEach(sid -> text.append("(A;;CC;;;").append(sid).append(')'));
        return text.toString();
    }

    private static List<String> sorted(Set<String> sids) {
        List<String> sorted = new ArrayList<>(sids);
        sorted.sort(null);
        return sorted;
    }

    /** Whether a peer with these SIDs passes; none = proven nothing, never passes. */
    public boolean admits(Set<String> sids) {
        return sids.stream().noneMatch(denied::contains)
                && (sids.stream().anyMatch(allowed::contains)
                        || !sids.isEmpty()
                                && (allowed.contains(EVERYONE)
                                        || allowed.contains(AUTHENTICATED_USERS)));
    }
}
