package io.postern.policy;

import java.util.Arrays;

/** The cell of every IPv6 address in every table, built as {@link IndexIpv4} is. Immutable. */
final class IndexIpv6 {
    private static final int ROOT_FROM = 16;
    private static final int ROOT_FROM_ELSEWHERE = 1 << 12;
    private static final int WIDTH = 4;

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

    // Four for each stretch: upper and lower half of its first address, code and bound of its cell.
    private final long[] stretches;
    private final int[] starts;
    private final Root[] roots;

    private IndexIpv6(Builder builder) {
        stretches = Arrays.copyOf(builder.stretches, builder.size * WIDTH);
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
        int one = (from + 1) * WIDTH;
        int last = (to - 1) * WIDTH;
        long differ = stretches[one] ^ stretches[last];
        int common =
                differ != 0
                        ? Long.numberOfLeadingZeros(differ)
                        : 64 + Long.numberOfLeadingZeros(stretches[one + 1] ^ stretches[last + 1]);
        long first = Root.window(stretches[one], stretches[one + 1], common);
        long span = Root.window(stretches[last], stretches[last + 1], common) - first;
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
        long high = stretches[stretch * WIDTH];
        return Root.window(high, stretches[stretch * WIDTH + 1], common) - first >>> shift;
    }

    /** The number of the stretch that holds an address; -1 if the table has none of the family. */
    int stretch(int table, long high, long low) {
        int from = starts[table];
        int to = starts[table + 1];
        if (from == to) {
            return -1;
        }
        Root root = roots[table];
        if (root == null) {
            return search(from, to - 1, high, low);
        }
        if (!isFrom(from + 1, high, low)) {
            return from;
        }
        if (isFrom(to - 1, high, low)) {
            return to - 1;
        }
        // Between the two it shares what they have in common.
        long bucket = Root.window(high, low, root.common()) - root.first() >>> root.shift();
        return search(
                root.stretches()[(int) bucket], root.stretches()[(int) bucket + 1], high, low);
    }

    private boolean isFrom(int stretch, long high, long low) {
        long first = stretches[stretch * WIDTH];
        return first == high
                ? Long.compareUnsigned(stretches[stretch * WIDTH + 1], low) <= 0
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
        return from;
    }

    /** The code of the cell of a stretch. */
    int code(int stretch) {
        return (int) stretches[stretch * WIDTH + 2];
    }

    /** The bound of the cell of a stretch. */
    long bound(int stretch) {
        return stretches[stretch * WIDTH + 3];
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
            int next = size * WIDTH;
            if (next == stretches.length) {
                stretches = Arrays.copyOf(stretches, next * 2);
            }
            stretches[next] = high;
            stretches[next + 1] = low;
            stretches[next + 2] = code;
            stretches[next + 3] = bound;
            size++;
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
