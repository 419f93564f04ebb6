package io.postern.enforcement.nftables;

import io.postern.policy.AddressFamily;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What nft reads. Each text is one transaction: all of it or nothing. Nothing but names of ours,
 * numbers and addresses is ever written: nft asks the DNS for any other word.
 */
public final class NftablesText {
    private static final AddressFamily[] FAMILIES = {AddressFamily.IPV4, AddressFamily.IPV6};

    private NftablesText() {}

    /** Makes the table anew, whatever is there; {@link NftablesState#ABSENT} removes it. */
    public static String replace(String table, NftablesState state) {
        String name = "table inet " + NftablesNames.checked(table);
        // Adding first makes the removal succeed where there is none.
        StringBuilder text = new StringBuilder(name + "\ndelete " + name + "\n");
        if (state.isAbsent()) {
            return text.toString();
        }
        text.append(name).append(" {\n");
        for (NftablesState.Opening opening : state.openings()) {
            sets(setName(opening), opening.addresses(), text);
        }
        text.append("\tchain ").append(state.hook().chain()).append(" {\n");
        text.append("\t\ttype filter hook ")
                .append(state.hook().word())
                .append(" priority 0; policy accept;\n");
        for (NftablesState.Opening opening : state.openings()) {
            for (AddressFamily family : FAMILIES) {
                rules(state, opening, family, text);
            }
        }
        return text.append("\t}\n}\n").toString();
    }

    private static void sets(String name, AddressSet addresses, StringBuilder text) {
        for (AddressFamily family : FAMILIES) {
            text.append("\tset ").append(name).append('_').append(word(family)).append(" {\n");
            text.append("\t\ttype ").append(word(family)).append("_addr\n\t\tflags interval\n");
            List<AddressRange> ranges = addresses.ranges(family);
            // An empty list is an error of syntax; a set without one matches nobody.
            if (!ranges.isEmpty()) {
                text.append("\t\telements = {\n\t\t\t")
                        .append(elements(ranges, ",\n\t\t\t"))
                        .append("\n\t\t}\n");
            }
            text.append("\t}\n");
        }
    }

    private static String elements(List<AddressRange> ranges, String between) {
        return ranges.stream().map(AddressRange::toString).collect(Collectors.joining(between));
    }

    /**
     * One rule for each port and each range of the server's, named in the rule itself: a set that a
     * transaction makes can look empty for a moment after it (seen on Linux 6.18), and an empty set
     * of servers or ports would let everybody through. An empty set of the allowed lets nobody.
     */
    private static void rules(
            NftablesState state,
            NftablesState.Opening opening,
            AddressFamily family,
            StringBuilder text) {
        String protocol = protocol(family);
        String allowed = setName(opening) + "_" + word(family);
        for (int port : opening.ports()) {
            for (String server : servers(state, family)) {
                text.append("\t\t")
                        .append(server)
                        .append("tcp dport ")
                        .append(port)
                        .append(' ')
                        .append(protocol)
                        .append(" saddr != @")
                        .append(allowed)
                        .append(" counter drop\n");
            }
        }
    }

    /** What a rule says of the server's address; on the server itself nothing. */
    private static List<String> servers(NftablesState state, AddressFamily family) {
        return state.hook() == NftablesHook.INPUT
                ? List.of("")
                : AddressSet.parse(state.addresses().toArray(String[]::new)).ranges(family).stream()
                        .map(range -> protocol(family) + " daddr " + range + " ")
                        .toList();
    }

    /**
     * The difference alone, where nothing but allowed addresses differs.
     *
     * @return empty where the table must be made anew; what was there must be exactly {@code
     *     before}
     */
    public static Optional<String> update(String table, NftablesState before, NftablesState after) {
        NftablesNames.checked(table);
        if (before.isAbsent()
                || before.hook() != after.hook()
                || !before.addresses().equals(after.addresses())
                || !ports(before).equals(ports(after))) {
            return Optional.empty();
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < after.openings().size(); i++) {
            NftablesState.Opening was = before.openings().get(i);
            NftablesState.Opening now = after.openings().get(i);
            if (!was.allowed().equals(now.allowed())) {
                difference(table, setName(now), was.addresses(), now.addresses(), text);
            }
        }
        return Optional.of(text.toString());
    }

    private static List<List<Integer>> ports(NftablesState state) {
        return state.openings().stream().map(NftablesState.Opening::ports).toList();
    }

    /** Whole elements, since the kernel knows no part of one; those taken away first. */
    private static void difference(
            String table, String set, AddressSet was, AddressSet now, StringBuilder text) {
        for (AddressFamily family : FAMILIES) {
            List<AddressRange> old = was.ranges(family);
            List<AddressRange> wanted = now.ranges(family);
            change("delete", table, set, family, without(old, wanted), text);
            change("add", table, set, family, without(wanted, old), text);
        }
    }

    private static List<AddressRange> without(List<AddressRange> of, List<AddressRange> others) {
        Set<AddressRange> taken = new HashSet<>(others);
        List<AddressRange> left = new ArrayList<>(of);
        left.removeIf(taken::contains);
        return left;
    }

    private static void change(
            String verb,
            String table,
            String set,
            AddressFamily family,
            List<AddressRange> ranges,
            StringBuilder text) {
        if (!ranges.isEmpty()) {
            text.append(verb)
                    .append(" element inet ")
                    .append(table)
                    .append(' ')
                    .append(set)
                    .append('_')
                    .append(word(family))
                    .append(" { ")
                    .append(elements(ranges, ", "))
                    .append(" }\n");
        }
    }

    /** Without the family. */
    static String setName(NftablesState.Opening opening) {
        return "port_" + opening.ports().get(0);
    }

    /** {@code ipv4} or {@code ipv6}. */
    static String word(AddressFamily family) {
        return family.name().toLowerCase(Locale.ROOT);
    }

    private static String protocol(AddressFamily family) {
        return family == AddressFamily.IPV4 ? "ip" : "ip6";
    }

    /** The counters of a table as it is when it has just been made. */
    static List<DropCounter> counters(NftablesState state) {
        List<DropCounter> counters = new ArrayList<>();
        for (NftablesState.Opening opening : state.openings()) {
            for (AddressFamily family : FAMILIES) {
                counters.add(new DropCounter(opening.ports(), word(family), 0, 0));
            }
        }
        return counters;
    }
}
