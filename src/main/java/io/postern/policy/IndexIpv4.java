package io.postern.policy;

import java.util.Arrays;

/**
 * The cell of every IPv4 address in every table: sorted stretches, and above those of a large table
 * a root that finds the few stretches to search. Immutable.
 */
final class IndexIpv4 {
    private static final int ROOT_FROM = 16;
    private static final int ROOT_FROM_ELSEWHERE = 1 << 12;
    private static final int[] NO_ROOT = {};

    /** So few are looked at one by one. */
    private static final int FEW = 2;

    /** Equal buckets between the first and the last change of a table. */
    private record Root(long first, int shift, int[] stretches) {}

    // Two for each stretch, so that it is found and read in one line of the cache: the first
    // address above and the code of the cell below; the bound of the cell.
    private final long[] stretches;
    private final int[] starts;
    private final Root[] roots;
    private final long mainFirst;
    private final int mainShift;
    private final int[] mainRoot;

    private IndexIpv4(Builder builder) {
        stretches = Arrays.copyOf(builder.stretches, builder.size * 2);
        starts = builder.starts;
        roots = new Root[starts.length - 1];
        for (int table = 0; table < roots.length; table++) {
            int count = starts[table + 1] - starts[table];
            if (count >= (table == 0 ? ROOT_FROM : ROOT_FROM_ELSEWHERE)) {
                roots[table] = root(starts[table], starts[table + 1]);
            }
        }
        Root main = roots.length == 0 ? null : roots[0];
        mainFirst = main == null ? 0 : main.first();
        mainShift = main == null ? 0 : main.shift();
        mainRoot = main == null ? NO_ROOT : main.stretches();
    }

    private Root root(int from, int to) {
        long first = first(from + 1);
        long span = first(to - 1) - first;
        int wanted = Math.min(16, 34 - Integer.numberOfLeadingZeros(to - from));
        int shift = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(span) - wanted);
        int[] root = new int[(int) (span >>> shift) + 2];
        int stretch = from;
        for (int bucket = 0; bucket < root.length; bucket++) {
            long start = first + ((long) bucket << shift);
            while (stretch + 1 < to && first(stretch + 1) <= start) {
                stretch++;
            }
            root[bucket] = stretch;
        }
        root[root.length - 1] = to - 1;
        return new Root(first, shift, root);
    }

    private long first(int stretch) {
        return stretches[stretch * 2] >>> 32;
    }

    /** The number of the stretch of table 0 that holds an address; -1 if it has none. */
    int mainStretch(int address) {
        return mainRoot.length == 0
                ? stretch(0, address)
                : stretch(address & 0xFFFF_FFFFL, mainFirst, mainShift, mainRoot);
    }

    /** The number of the stretch that holds an address; -1 if the table has none of the family. */
    int stretch(int table, int address) {
        Root root = roots[table];
        long unsigned = address & 0xFFFF_FFFFL;
        if (root != null) {
            return stretch(unsigned, root.first(), root.shift(), root.stretches());
        }
        int from = starts[table];
        int to = starts[table + 1];
        return from == to ? -1 : search(from, to - 1, unsigned);
    }

    /** The code of the cell of a stretch. */
    int code(int stretch) {
        return (int) stretches[stretch * 2];
    }

    /** The bound of the cell of a stretch. */
    long bound(int stretch) {
        return stretches[stretch * 2 + 1];
    }

    private int stretch(long address, long first, int shift, int[] root) {
        if (address < first) {
            // The stretch before the first change is the one before that of the first bucket.
            return root[0] - 1;
        }
        long bucket = address - first >>> shift;
        if (bucket >= root.length - 1) {
            return root[root.length - 1];
        }
        return search(root[(int) bucket], root[(int) bucket + 1], address);
    }

    /** The last stretch of [low, high] that begins at or before the address. */
    private int search(int low, int high, long address) {
        while (high - low > FEW) {
            int middle = low + high + 1 >>> 1;
            if (first(middle) <= address) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        // Counting has no branch to guess wrong.
        int found = low;
        for (int i = low + 1; i <= high; i++) {
            found += (int) (first(i) - address - 1 >>> 63);
        }
        return found;
    }

    /** Takes the stretches table by table. */
    static final class Builder implements IndexSweep.Sink {
        private long[] stretches = new long[64];
        private int size;
        private final int[] starts;

        Builder(int tableCount) {
            starts = new int[tableCount + 1];
        }

        @Override
        public void stretch(int table, long high, long low, int code, long bound) {
            if (size * 2 == stretches.length) {
                stretches = Arrays.copyOf(stretches, size * 4);
            }
            stretches[size * 2] = low << 32 | code & 0xFFFF_FFFFL;
            stretches[size * 2 + 1] = bound;
            size++;
            starts[table + 1] = size;
        }

        IndexIpv4 build() {
            for (int i = 1; i < starts.length; i++) {
                starts[i] = Math.max(starts[i], starts[i - 1]);
            }
            return new IndexIpv4(this);
        }
    }
}
