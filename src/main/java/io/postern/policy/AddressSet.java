package io.postern.policy;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

/**
 * A set of addresses of both families: sorted, disjoint, never adjacent ranges, IPv4 first.
 * Immutable. Equal sets have equal ranges, whatever they were built from.
 */
public final class AddressSet {
    public static final AddressSet EMPTY = new AddressSet(List.of());

    /** Every IPv4 and every IPv6 address. */
    public static final AddressSet ALL =
            new AddressSet(
                    List.of(
                            AddressRange.all(AddressFamily.IPV4),
                            AddressRange.all(AddressFamily.IPV6)));

    private final List<AddressRange> ranges;

    /** 0 = not computed yet; large sets are compared and looked up often. */
    private int hash;

    /** Of a list that nobody else keeps; copying it would cost more than the rest. */
    private AddressSet(List<AddressRange> ranges) {
        this.ranges = Collections.unmodifiableList(ranges);
    }

    /** Of ranges that are in order, disjoint and not adjacent already, in a list nobody changes. */
    static AddressSet ofOrdered(List<AddressRange> ranges) {
        return new AddressSet(ranges);
    }

    /** The union of the ranges, in any order, overlapping or not. */
    public static AddressSet of(Collection<AddressRange> ranges) {
        List<AddressRange> sorted = new ArrayList<>(ranges);
        sorted.sort(null);
        List<AddressRange> merged = new ArrayList<>();
        for (AddressRange range : sorted) {
            AddressRange last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
            if (last != null && touches(last, range)) {
                Address high =
                        last.high().compareTo(range.high()) >= 0 ? last.high() : range.high();
                merged.set(merged.size() - 1, new AddressRange(last.low(), high));
            } else {
                merged.add(range);
            }
        }
        return new AddressSet(merged);
    }

    public static AddressSet of(AddressRange... ranges) {
        return of(List.of(ranges));
    }

    /**
     * The union of texts as {@link AddressRange#parse} reads them.
     *
     * @throws IllegalArgumentException as there
     */
    public static AddressSet parse(String... texts) {
        List<AddressRange> ranges = new ArrayList<>();
        for (String text : texts) {
            ranges.add(AddressRange.parse(text));
        }
        return of(ranges);
    }

    private static boolean touches(AddressRange last, AddressRange next) {
        return last.family() == next.family()
                && (next.low().compareTo(last.high()) <= 0
                        || last.high().next().map(next.low()::equals).orElse(false));
    }

    /** The ranges in order; disjoint and not adjacent. */
    public List<AddressRange> ranges() {
        return ranges;
    }

    /** The ranges of one family in order. */
    public List<AddressRange> ranges(AddressFamily family) {
        return ranges.stream().filter(range -> range.family() == family).toList();
    }

    public boolean isEmpty() {
        return ranges.isEmpty();
    }

    public boolean contains(Address address) {
        int low = 0;
        int high = ranges.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            AddressRange range = ranges.get(middle);
            if (range.contains(address)) {
                return true;
            }
            if (range.low().compareTo(address) > 0) {
                high = middle - 1;
            } else {
                low = middle + 1;
            }
        }
        return false;
    }

    /** Whether some address lies in both. */
    public boolean overlaps(AddressRange other) {
        int low = 0;
        int high = ranges.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            AddressRange range = ranges.get(middle);
            if (range.overlaps(other)) {
                return true;
            }
            if (range.low().compareTo(other.low()) > 0) {
                high = middle - 1;
            } else {
                low = middle + 1;
            }
        }
        return false;
    }

    public AddressSet union(AddressSet other) {
        List<AddressRange> both = new ArrayList<>(ranges);
        both.addAll(other.ranges);
        return of(both);
    }

    public AddressSet intersect(AddressSet other) {
        List<AddressRange> result = new ArrayList<>();
        int mine = 0;
        int theirs = 0;
        while (mine < ranges.size() && theirs < other.ranges.size()) {
            AddressRange a = ranges.get(mine);
            AddressRange b = other.ranges.get(theirs);
            if (a.overlaps(b)) {
                result.add(
                        new AddressRange(
                                a.low().compareTo(b.low()) >= 0 ? a.low() : b.low(),
                                a.high().compareTo(b.high()) <= 0 ? a.high() : b.high()));
            }
            if (a.high().compareTo(b.high()) <= 0) {
                mine++;
            } else {
                theirs++;
            }
        }
        return new AddressSet(result);
    }

    public AddressSet subtract(AddressSet other) {
        List<AddressRange> result = new ArrayList<>();
        int theirs = 0;
        for (AddressRange range : ranges) {
            while (theirs < other.ranges.size()
                    && other.ranges.get(theirs).high().compareTo(range.low()) < 0) {
                theirs++;
            }
            Address low = range.low();
            boolean open = true;
            for (int i = theirs; open && i < other.ranges.size(); i++) {
                AddressRange cut = other.ranges.get(i);
                if (cut.low().compareTo(range.high()) > 0) {
                    break;
                }
                if (cut.low().compareTo(low) > 0) {
                    result.add(new AddressRange(low, cut.low().previous().orElseThrow()));
                }
                if (cut.high().compareTo(range.high()) >= 0) {
                    open = false;
                } else {
                    low = cut.high().next().orElseThrow();
                }
            }
            if (open) {
                result.add(new AddressRange(low, range.high()));
            }
        }
        return new AddressSet(result);
    }

    /** Every address of both families that is not in this set. */
    public AddressSet complement() {
        return ALL.subtract(this);
    }

    /** How many addresses it holds, both families together. */
    public BigInteger count() {
        return ranges.stream().map(AddressRange::count).reduce(BigInteger.ZERO, BigInteger::add);
    }

    /** The ranges in their shortest text forms, in order. */
    public List<String> texts() {
        return ranges.stream().map(AddressRange::toString).toList();
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof AddressSet that
                        && hashCode() == that.hashCode()
                        && ranges.equals(that.ranges);
    }

    @Override
    public int hashCode() {
        if (hash == 0) {
            hash = ranges.hashCode();
        }
        return hash;
    }

    @Override
    public String toString() {
        return String.join(", ", texts());
    }
}
