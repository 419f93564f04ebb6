package io.postern.policy;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds the sets that hold an address, without trying them all: ranges in order of their first
 * address, as a balanced tree whose nodes know the last address below them. Immutable.
 */
final class AddressIndex {
    /** Takes each range that holds the address. */
    @FunctionalInterface
    interface Visitor {
        /**
         * One range.
         *
         * @param owner position of its set in the list the index was built from
         * @return whether to go on
         */
        boolean visit(int owner, AddressRange range);
    }

    private record Item(AddressRange range, int owner) {}

    private final Item[] items;
    private final Address[] last;

    AddressIndex(List<AddressSet> sets) {
        List<Item> all = new ArrayList<>(sets.size());
        for (int i = 0; i < sets.size(); i++) {
            for (AddressRange range : sets.get(i).ranges()) {
                all.add(new Item(range, i));
            }
        }
        all.sort((a, b) -> a.range.compareTo(b.range));
        items = all.toArray(Item[]::new);
        last = new Address[items.length];
        fill(0, items.length);
    }

    private Address fill(int from, int to) {
        if (from >= to) {
            return null;
        }
        int middle = (from + to) >>> 1;
        Address high = items[middle].range.high();
        high = later(high, fill(from, middle));
        high = later(high, fill(middle + 1, to));
        last[middle] = high;
        return high;
    }

    private static Address later(Address a, Address bOrNull) {
        return bOrNull == null || a.compareTo(bOrNull) >= 0 ? a : bOrNull;
    }

    /** Visits the ranges that hold the address, until the visitor has enough. */
    void visit(Address address, Visitor visitor) {
        visit(address, visitor, 0, items.length);
    }

    private boolean visit(Address address, Visitor visitor, int from, int to) {
        if (from >= to) {
            return true;
        }
        int middle = (from + to) >>> 1;
        if (last[middle].compareTo(address) < 0) {
            return true;
        }
        if (!visit(address, visitor, from, middle)) {
            return false;
        }
        AddressRange range = items[middle].range;
        if (range.low().compareTo(address) > 0) {
            return true;
        }
        if (range.high().compareTo(address) >= 0 && !visitor.visit(items[middle].owner, range)) {
            return false;
        }
        return visit(address, visitor, middle + 1, to);
    }
}
