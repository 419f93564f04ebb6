package io.postern.enforcement.firewall.exports;

import io.postern.enforcement.VisibleText;
import io.postern.enforcement.exports.ExportFaults;
import io.postern.enforcement.exports.ExportNode;
import io.postern.enforcement.firewall.AccountList;
import io.postern.enforcement.firewall.FirewallRule;
import io.postern.enforcement.firewall.LocalPorts;
import io.postern.enforcement.firewall.RemoteAddresses;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Single values of rules in their one form; what is wrong goes to the faults. */
final class RuleValues {
    private static final List<String> ANY = List.of(FirewallRule.ANY);
    private static final List<String> PROFILES = List.of("Domain", "Private", "Public");

    /** Numbers of protocols that the cmdlets name, and their names for "any". */
    private static final Map<String, String> PROTOCOLS =
            Map.of(
                    "6",
                    "TCP",
                    "17",
                    "UDP",
                    "256",
                    FirewallRule.ANY,
                    "any",
                    FirewallRule.ANY,
                    "tcp",
                    "TCP",
                    "udp",
                    "UDP",
                    "icmpv4",
                    "1",
                    "icmpv6",
                    "58");

    private final ExportFaults faults;

    RuleValues(ExportFaults faults) {
        this.faults = faults;
    }

    /** Nothing, an empty text, "Any" or "*": no condition. */
    static boolean isAny(String text) {
        return text == null
                || text.isEmpty()
                || text.equalsIgnoreCase(FirewallRule.ANY)
                || text.equals("*");
    }

    static String protocol(String text) {
        if (isAny(text)) {
            return FirewallRule.ANY;
        }
        return PROTOCOLS.getOrDefault(text.strip().toLowerCase(Locale.ROOT), text.strip());
    }

    /** Ports, each a value of its own or several in one text with commas; none = any. */
    List<String> ports(List<ExportNode> values, String property, String who) {
        List<String> texts = new ArrayList<>();
        for (ExportNode value : values) {
            for (String part : text(value).split(",", -1)) {
                String port = part.strip();
                if (isAny(port)) {
                    return ANY;
                }
                try {
                    texts.addAll(LocalPorts.of(List.of(port)).texts());
                } catch (IllegalArgumentException e) {
                    faults.add(value, who + ": " + property + ": " + e.getMessage());
                }
            }
        }
        return texts.isEmpty() ? ANY : LocalPorts.of(texts).texts();
    }

    /** Addresses, likewise. */
    List<String> addresses(List<ExportNode> values, String property, String who) {
        List<String> texts = new ArrayList<>();
        boolean any = values.isEmpty();
        for (ExportNode value : values) {
            for (String part : text(value).split(",", -1)) {
                String address = part.strip();
                if (isAny(address)) {
                    any = true;
                    continue;
                }
                try {
                    RemoteAddresses.of(List.of(address));
                    texts.add(address);
                } catch (IllegalArgumentException e) {
                    faults.add(
                            value,
                            who + ": " + property + ": " + VisibleText.of(e.getMessage(), 120));
                }
            }
        }
        return any || texts.isEmpty() ? ANY : RemoteAddresses.of(texts).texts();
    }

    private static String text(ExportNode value) {
        return value.text() == null ? "" : value.text();
    }

    /** An account list in canonical form; as written, with a note, where it cannot be read. */
    String accounts(ExportNode value, String property, String who) {
        String text = value == null ? null : value.text();
        if (isAny(text)) {
            return "";
        }
        try {
            return AccountList.parse(text).sddl();
        } catch (IllegalArgumentException e) {
            faults.note(
                    value,
                    who
                            + ": "
                            + property
                            + ": "
                            + VisibleText.of(e.getMessage(), 120)
                            + "; whom it means is not known");
            return text;
        }
    }

    /** Profiles as words or their sum; none = any. */
    String profile(List<ExportNode> values, String who) {
        boolean[] has = new boolean[PROFILES.size()];
        boolean all = values.isEmpty();
        for (ExportNode value : values) {
            for (String part : text(value).split(",", -1)) {
                String word = part.strip();
                int sum = sum(word);
                if (isAny(word) || word.equalsIgnoreCase("All") || sum == 0 || sum > 7) {
                    all = true;
                } else if (sum > 0) {
                    for (int i = 0; i < has.length; i++) {
                        has[i] |= (sum & 1 << i) != 0;
                    }
                } else {
                    int index = index(word);
                    if (index < 0) {
                        faults.add(
                                value,
                                who
                                        + ": Profile '"
                                        + VisibleText.of(word)
                                        + "' is none of Any, "
                                        + String.join(", ", PROFILES));
                    } else {
                        has[index] = true;
                    }
                }
            }
        }
        List<String> named = new ArrayList<>();
        for (int i = 0; i < has.length; i++) {
            if (has[i]) {
                named.add(PROFILES.get(i));
            }
        }
        return all || named.size() == PROFILES.size() ? FirewallRule.ANY : String.join(", ", named);
    }

    private static int index(String word) {
        for (int i = 0; i < PROFILES.size(); i++) {
            if (PROFILES.get(i).equalsIgnoreCase(word)) {
                return i;
            }
        }
        return -1;
    }

    /** The number that the text is, -1 = none. */
    private static int sum(String word) {
        return word.matches("[0-9]{1,10}")
                ? (int) Math.min(Long.parseLong(word), Integer.MAX_VALUE)
                : -1;
    }

    /**
     * One word of an enum, or its number.
     *
     * @param words what each word or number means, keys in lower case
     * @param what the words to name in a message
     * @return null = it is missing or unknown; told, if it is unknown
     */
    <T> T one(ExportNode value, String property, Map<String, T> words, String what, String who) {
        if (value == null || value.isNothing()) {
            return null;
        }
        T found = words.get(text(value).strip().toLowerCase(Locale.ROOT));
        if (found == null) {
            faults.add(
                    value,
                    who
                            + ": "
                            + property
                            + " '"
                            + VisibleText.of(value.summary())
                            + "' is none of "
                            + what);
        }
        return found;
    }

    /** As {@link #one}, and it must be there. */
    <T> T required(
            ExportNode object,
            ExportNode value,
            String property,
            Map<String, T> words,
            String what,
            String who) {
        if (value == null || value.isNothing()) {
            faults.add(object, who + " does not say its " + property);
            return null;
        }
        return one(value, property, words, what, who);
    }
}
