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

    /** Equal buckets between the first and the last change of a table. */
    private record Root(long first, int shift, int[] stretches) {}

    // The first address above, the cell below: found and read in one place.
    private final long[] stretches;
    private final int[] starts;
    private final Root[] roots;
    private final long mainFirst;
    private final int mainShift;
    private final int[] mainRoot;

    private IndexIpv4(Builder builder) {
        stretches = Arrays.copyOf(builder.stretches, builder.size);
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
        long first = stretches[from + 1] >>> 32;
        long span = (stretches[to - 1] >>> 32) - first;
        int wanted = Math.min(16, 34 - Integer.numberOfLeadingZeros(to - from));
        int shift = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(span) - wanted);
        int[] root = new int[(int) (span >>> shift) + 2];
        int stretch = from;
        for (int bucket = 0; bucket < root.length; bucket++) {
            long start = first + ((long) bucket << shift);
            while (stretch + 1 < to && stretches[stretch + 1] >>> 32 <= start) {
                stretch++;
            }
            root[bucket] = stretch;
        }
        root[root.length - 1] = to - 1;
        return new Root(first, shift, root);
    }

    /** The cell of an address in table 0. */
    int mainCell(int address) {
        if (mainRoot.length == 0) {
            return cell(0, address);
        }
        return cell(address & 0xFFFF_FFFFL, mainFirst, mainShift, mainRoot);
    }

    /** The cell of an address in a table; 0 if the table has none of the family. */
    int cell(int table, int address) {
        Root root = roots[table];
        long unsigned = address & 0xFFFF_FFFFL;
        if (root != null) {
            return cell(unsigned, root.first(), root.shift(), root.stretches());
        }
        int from = starts[table];
        int to = starts[table + 1];
        return from == to ? 0 : search(from, to - 1, unsigned);
    }

    private int cell(long address, long first, int shift, int[] root) {
        if (address < first) {
            // The stretch before the first change is the one before that of the first bucket.
            return (int) stretches[root[0] - 1];
        }
        long bucket = address - first >>> shift;
        if (bucket >= root.length - 1) {
            return (int) stretches[root[root.length - 1]];
        }
        return search(root[(int) bucket], root[(int) bucket + 1], address);
    }

    /** The cell of the last stretch of [low, high] that begins at or before the address. */
    private int search(int low, int high, long address) {
        while (low < high) {
            int middle = low + high + 1 >>> 1;
            if (stretches[middle] >>> 32 <= address) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return (int) stretches[low];
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
        public void stretch(int table, long high, long low, int cell) {
            if (size == stretches.length) {
                stretches = Arrays.copyOf(stretches, size * 2);
            }
            stretches[size++] = low << 32 | cell & 0xFFFF_FFFFL;
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
