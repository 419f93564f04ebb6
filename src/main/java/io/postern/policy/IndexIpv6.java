package io.postern.policy;

import java.util.Arrays;

/** The cell of every IPv6 address in every table, built as {@link IndexIpv4} is. Immutable. */
final class IndexIpv6 {
    private static final int ROOT_FROM = 16;
    private static final int ROOT_FROM_ELSEWHERE = 1 << 12;

    /**
     * Equal buckets between the first and the last change of a table, told apart by the 64 bits
     * that follow what those two have in common.
     */
    private record Root(int common, long first, int shift, int[] stretches) {
        /** The 64 bits after the common ones. */
        static long window(long high, long low, int common) {
            if (common == 0) {
                return high;
            }
            return common < 64 ? high << common | low >>> 64 - common : low << common - 64;
        }
    }

    // Upper half at twice the number of a stretch, lower half one above.
    private final long[] firsts;
    private final int[] cells;
    private final int[] starts;
    private final Root[] roots;

    private IndexIpv6(Builder builder) {
        firsts = Arrays.copyOf(builder.firsts, builder.size * 2);
        cells = Arrays.copyOf(builder.cells, builder.size);
        starts = builder.starts;
        roots = new Root[starts.length - 1];
        for (int table = 0; table < roots.length; table++) {
            int count = starts[table + 1] - starts[table];
            if (count >= (table == 0 ? ROOT_FROM : ROOT_FROM_ELSEWHERE)) {
                roots[table] = root(starts[table], starts[table + 1]);
            }
        }
    }

    private Root root(int from, int to) {
        int one = (from + 1) * 2;
        int last = (to - 1) * 2;
        long differ = firsts[one] ^ firsts[last];
        int common =
                differ != 0
                        ? Long.numberOfLeadingZeros(differ)
                        : 64 + Long.numberOfLeadingZeros(firsts[one + 1] ^ firsts[last + 1]);
        long first = Root.window(firsts[one], firsts[one + 1], common);
        long span = Root.window(firsts[last], firsts[last + 1], common) - first;
        int wanted = Math.min(16, 34 - Integer.numberOfLeadingZeros(to - from));
        int shift = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(span) - wanted);
        int[] root = new int[(int) (span >>> shift) + 2];
        int stretch = from + 1;
        for (int bucket = 0; bucket < root.length; bucket++) {
            while (stretch + 1 < to && bucket(stretch + 1, common, first, shift) < bucket) {
                stretch++;
            }
            root[bucket] = stretch;
        }
        root[root.length - 1] = to - 1;
        return new Root(common, first, shift, root);
    }

    private long bucket(int stretch, int common, long first, int shift) {
        return Root.window(firsts[stretch * 2], firsts[stretch * 2 + 1], common) - first >>> shift;
    }

    /** The cell of an address in a table; 0 if the table has none of the family. */
    int cell(int table, long high, long low) {
        int from = starts[table];
        int to = starts[table + 1];
        if (from == to) {
            return 0;
        }
        Root root = roots[table];
        if (root == null) {
            return search(from, to - 1, high, low);
        }
        if (!isFrom(from + 1, high, low)) {
            return cells[from];
        }
        if (isFrom(to - 1, high, low)) {
            return cells[to - 1];
        }
        // Between the two it shares what they have in common.
        long bucket = Root.window(high, low, root.common()) - root.first() >>> root.shift();
        return search(
                root.stretches()[(int) bucket], root.stretches()[(int) bucket + 1], high, low);
    }

    private boolean isFrom(int stretch, long high, long low) {
        long first = firsts[stretch * 2];
        return first == high
                ? Long.compareUnsigned(firsts[stretch * 2 + 1], low) <= 0
                : Long.compareUnsigned(first, high) < 0;
    }

    private int search(int from, int to, long high, long low) {
        while (from < to) {
            int middle = from + to + 1 >>> 1;
            if (isFrom(middle, high, low)) {
                from = middle;
            } else {
                to = middle - 1;
            }
        }
        return cells[from];
    }

    /** Takes the stretches table by table. */
    static final class Builder implements IndexSweep.Sink {
        private long[] firsts = new long[32];
        private int[] cells = new int[16];
        private int size;
        private final int[] starts;

        Builder(int tableCount) {
            starts = new int[tableCount + 1];
        }

        @Override
        public void stretch(int table, long high, long low, int cell) {
            if (size == cells.length) {
                firsts = Arrays.copyOf(firsts, size * 4);
                cells = Arrays.copyOf(cells, size * 2);
            }
            firsts[size * 2] = high;
            firsts[size * 2 + 1] = low;
            cells[size++] = cell;
            starts[table + 1] = size;
        }

        IndexIpv6 build() {
            for (int i = 1; i < starts.length; i++) {
                starts[i] = Math.max(starts[i], starts[i - 1]);
            }
            return new IndexIpv6(this);
        }
    }
}
