package io.postern.cli;

import io.postern.policy.Address;
import io.postern.policy.AddressFamily;
import io.postern.policy.AddressRange;
import io.postern.policy.AddressSet;
import io.postern.policy.Direction;
import io.postern.policy.Region;
import java.io.PrintWriter;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Where in the address space something changes, as one line of characters for each family, and one
 * for each part of it that is changed only here and there. Drawn only where there is more to see
 * than the table tells.
 */
final class AddressStrip {
    private static final int CELL_BITS = 6;
    private static final int CELLS = 1 << CELL_BITS;
    private static final int FEWEST_RANGES = 3;
    private static final int MOST_DETAILS = 6;
    private static final int MOST_SETS = 2_000;
    private static final AddressSet LOOPBACK = AddressSet.parse("127.0.0.0/8", "::1");

    private final Set<AddressSet> opening = new LinkedHashSet<>();
    private final Set<AddressSet> closing = new LinkedHashSet<>();
    private boolean incomplete;

    void add(Region region) {
        boolean opens =
                region.direction() == Direction.OPENS || region.direction() == Direction.RAISES;
        Set<AddressSet> sets = opens ? opening : closing;
        if (sets.size() < MOST_SETS) {
            sets.add(region.addresses());
        } else {
            incomplete |= !sets.contains(region.addresses());
        }
    }

    void print(PrintWriter out) {
        AddressSet opens = union(opening);
        AddressSet closes = union(closing);
        boolean drawn = print(AddressFamily.IPV4, opens, closes, out);
        drawn |= print(AddressFamily.IPV6, opens, closes, out);
        if (drawn) {
            out.println(
                    "  O opens or rises, C closes or is lowered, X both; small letter = a part of"
                            + " it; . nothing changes"
                            + (incomplete
                                    ? "; the first " + MOST_SETS + " address sets only"
                                    : ""));
        }
    }

    private static AddressSet union(Set<AddressSet> sets) {
        List<AddressRange> ranges = new ArrayList<>();
        sets.forEach(set -> ranges.addAll(set.ranges()));
        return AddressSet.of(ranges).subtract(LOOPBACK);
    }

    private static boolean print(
            AddressFamily family, AddressSet opens, AddressSet closes, PrintWriter out) {
        AddressSet changed = AddressSet.of(opens.union(closes).ranges(family));
        if (changed.ranges().size() < FEWEST_RANGES) {
            return false;
        }
        AddressRange whole = enclosing(family, changed);
        int cellPrefix = prefix(whole) + CELL_BITS;
        out.println();
        out.println(
                "Where in "
                        + (family == AddressFamily.IPV4 ? "IPv4" : "IPv6")
                        + " (a character = "
                        + (cellPrefix == family.bits() ? "one address" : "a /" + cellPrefix)
                        + "):");
        List<AddressRange> details = new ArrayList<>();
        List<AddressRange> rows = new ArrayList<>();
        rows.add(whole);
        String line = line(whole, opens, closes, details);
        if (details.size() <= MOST_DETAILS && cellPrefix < family.bits()) {
            rows.addAll(details);
        }
        int width = rows.stream().mapToInt(row -> row.toString().length()).max().orElse(0);
        for (AddressRange row : rows) {
            String drawn = row == whole ? line : line(row, opens, closes, new ArrayList<>());
            out.println("  " + row + " ".repeat(width - row.toString().length() + 2) + drawn);
        }
        return true;
    }

    private static int prefix(AddressRange network) {
        return network.family().bits() - network.count().bitLength() + 1;
    }

    /** The smallest network of at least 64 addresses that holds the set. */
    private static AddressRange enclosing(AddressFamily family, AddressSet set) {
        BigInteger low = set.ranges().get(0).low().value();
        BigInteger high = set.ranges().get(set.ranges().size() - 1).high().value();
        int bits = Math.max(low.xor(high).bitLength(), CELL_BITS);
        BigInteger first = low.shiftRight(bits).shiftLeft(bits);
        BigInteger last = first.add(BigInteger.ONE.shiftLeft(bits)).subtract(BigInteger.ONE);
        return new AddressRange(Address.of(family, first), Address.of(family, last));
    }

    private static String line(
            AddressRange network, AddressSet opens, AddressSet closes, List<AddressRange> partial) {
        BigInteger size = network.count().shiftRight(CELL_BITS);
        StringBuilder line = new StringBuilder();
        for (int cell = 0; cell < CELLS; cell++) {
            BigInteger low = network.low().value().add(size.multiply(BigInteger.valueOf(cell)));
            AddressRange range =
                    new AddressRange(
                            Address.of(network.family(), low),
                            Address.of(network.family(), low.add(size).subtract(BigInteger.ONE)));
            AddressSet all = AddressSet.of(range);
            AddressSet open = all.intersect(opens);
            AddressSet close = all.intersect(closes);
            char letter =
                    open.isEmpty() ? close.isEmpty() ? '.' : 'c' : close.isEmpty() ? 'o' : 'x';
            boolean isWhole = open.union(close).equals(all);
            if (letter != '.' && !isWhole && size.bitLength() > CELL_BITS) {
                partial.add(range);
            }
            line.append(isWhole ? Character.toUpperCase(letter) : letter);
        }
        return line.toString();
    }
}
