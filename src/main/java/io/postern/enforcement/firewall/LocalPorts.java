package io.postern.enforcement.firewall;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The local ports of a rule. Words such as {@code RPC} or {@code IPHTTPSIn} stand for ports that
 * Windows chooses at run time; none of them is an SMTP port. Immutable.
 *
 * @param any every port, and every protocol without ports
 * @param ranges ascending, each once, otherwise as written; empty if any
 * @param words by name, as written; empty if any
 */
public record LocalPorts(boolean any, List<Range> ranges, List<String> words) {
    private static final Pattern NUMBERS = Pattern.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?");
    private static final int MAX_PORT = 65535;

    /**
     * From {@code first} to {@code last}, both included.
     *
     * @param first 0 to 65535
     * @param last not below first
     */
    public record Range(int first, int last) {
        public Range {
            if (first < 0 || last < first || last > MAX_PORT) {
                throw new IllegalArgumentException(
                        "ports " + first + "-" + last + " are not a range within 0 to 65535");
            }
        }

        @Override
        public String toString() {
            return first == last ? Integer.toString(first) : first + "-" + last;
        }
    }

    public LocalPorts {
        ranges =
                ranges.stream()
                        .distinct()
                        .sorted(Comparator.comparingInt(Range::first).thenComparingInt(Range::last))
                        .toList();
        words = words.stream().distinct().sorted().toList();
    }

    /**
     * Reads them.
     *
     * @throws IllegalArgumentException for a number beyond 65535 or a range upside down
     */
    public static LocalPorts of(List<String> texts) {
        List<Range> ranges = new ArrayList<>();
        List<String> words = new ArrayList<>();
        for (String written : texts) {
            String text = written.strip();
            if (text.equalsIgnoreCase(FirewallRule.ANY)) {
                return new LocalPorts(true, List.of(), List.of());
            }
            Matcher numbers = NUMBERS.matcher(text);
            if (numbers.matches()) {
                int first = Integer.parseInt(numbers.group(1));
                int last = numbers.group(2) == null ? first : Integer.parseInt(numbers.group(2));
                ranges.add(new Range(first, last));
            } else {
                words.add(text);
            }
        }
        return new LocalPorts(false, ranges, words);
    }

    /** The texts in their one order, as {@link FirewallRule#localPorts} has them. */
    public List<String> texts() {
        return any ? List.of(FirewallRule.ANY) : texts(ranges, words);
    }

    private static List<String> texts(List<Range> ranges, List<String> words) {
        List<String> texts = new ArrayList<>(ranges.stream().map(Range::toString).toList());
        texts.addAll(words);
        return List.copyOf(texts);
    }

    /** Whether the port is among them. */
    public boolean contains(int port) {
        return any
                || ranges.stream().anyMatch(range -> range.first() <= port && port <= range.last());
    }

    /**
     * The texts without some ports; words stay. Not for "any".
     *
     * @return empty = nothing is left
     */
    public List<String> without(List<Integer> ports) {
        if (any) {
            throw new IllegalStateException("every port less some is no list of ports");
        }
        List<Range> left = new ArrayList<>(ranges);
        for (int port : ports) {
            List<Range> cut = new ArrayList<>();
            for (Range range : left) {
                if (port < range.first() || port > range.last()) {
                    cut.add(range);
                } else {
                    if (range.first() < port) {
                        cut.add(new Range(range.first(), port - 1));
                    }
                    if (port < range.last()) {
                        cut.add(new Range(port + 1, range.last()));
                    }
                }
            }
            left = cut;
        }
        return texts(left, words);
    }
}
