package io.postern.policy;

import java.util.Arrays;

/**
 * Goes once through the address space of each table and hands over every stretch in which the same
 * entries decide. At each subtree of places the strongest row that has begun and not ended decides;
 * the rows wait in a skew heap for each subtree, and ended ones leave it when they come to the top.
 * Time is n log n in the rows however they overlap.
 */
final class IndexSweep {
    /** Takes the stretches of a table in rising order, the first one at address 0. */
    interface Sink {
        void stretch(int table, long high, long low, int code, long bound);
    }

    private static final int NOTHING = -1;

    private final IndexRows rows;
    private final IndexCells.Builder cells;
    private final long lastHigh;
    private final long lastLow;
    private final int[] left;
    private final int[] right;
    private final boolean[] ended;
    // Of each subtree, grants at twice its number and blocks one above: the heap's top row.
    private final int[] tops;
    private final int[] decides;
    private final boolean[] isTouched;
    private int[] touched = new int[64];
    private int touchedSize;

    /** For rows whose greatest possible address has these halves. */
    IndexSweep(
            IndexRows rows, IndexCells.Builder cells, int subtrees, long lastHigh, long lastLow) {
        this.rows = rows;
        this.cells = cells;
        this.lastHigh = lastHigh;
        this.lastLow = lastLow;
        left = new int[rows.size()];
        right = new int[rows.size()];
        ended = new boolean[rows.size()];
        tops = new int[subtrees * 2];
        Arrays.fill(tops, NOTHING);
        decides = new int[subtrees * 2];
        isTouched = new boolean[subtrees];
    }

    void run(int tableCount, Sink sink) {
        int[] begins = rows.byLow(tableCount);
        int[] ends = rows.byHigh(tableCount);
        int from = 0;
        while (from < begins.length) {
            int table = rows.table(begins[from]);
            int to = from + 1;
            while (to < begins.length && rows.table(begins[to]) == table) {
                to++;
            }
            sweep(table, begins, ends, from, to, sink);
            from = to;
        }
    }

    private void sweep(int table, int[] begins, int[] ends, int from, int to, Sink sink) {
        int begin = from;
        int end = from;
        long high = 0;
        long low = 0;
        int lastCode = 0;
        long lastBound = 0;
        boolean isFirst = true;
        while (true) {
            while (begin < to
                    && rows.lowHigh(begins[begin]) == high
                    && rows.lowLow(begins[begin]) == low) {
                begin(begins[begin++]);
            }
            while (end < to
                    && isBelow(rows.highHigh(ends[end]), rows.highLow(ends[end]), high, low)) {
                end(ends[end++]);
            }
            settle();
            cells.stop();
            int code = cells.code();
            long bound = cells.bound();
            if (isFirst || code != lastCode || bound != lastBound) {
                sink.stretch(table, high, low, code, bound);
                lastCode = code;
                lastBound = bound;
                isFirst = false;
            }
            if (end == to) {
                break;
            }
            long endHigh = rows.highHigh(ends[end]);
            long endLow = rows.highLow(ends[end]);
            if (begin < to
                    && !isBelow(
                            endHigh,
                            endLow,
                            rows.lowHigh(begins[begin]),
                            rows.lowLow(begins[begin]))) {
                high = rows.lowHigh(begins[begin]);
                low = rows.lowLow(begins[begin]);
            } else if (endHigh == lastHigh && endLow == lastLow) {
                break;
            } else {
                low = endLow + 1;
                high = low == 0 ? endHigh + 1 : endHigh;
            }
        }
        while (end < to) {
            end(ends[end++]);
        }
        settle();
        cells.stop();
    }

    private static boolean isBelow(long highA, long lowA, long highB, long lowB) {
        return highA == highB
                ? Long.compareUnsigned(lowA, lowB) < 0
                : Long.compareUnsigned(highA, highB) < 0;
    }

    private void begin(int row) {
        left[row] = NOTHING;
        right[row] = NOTHING;
        int heap = heap(row);
        tops[heap] = merge(tops[heap], row);
        touch(heap >> 1);
    }

    private void end(int row) {
        ended[row] = true;
        touch(heap(row) >> 1);
    }

    private int heap(int row) {
        return rows.subtree(row) * 2 + (rows.isBlock(row) ? 1 : 0);
    }

    private void touch(int subtree) {
        if (!isTouched[subtree]) {
            isTouched[subtree] = true;
            if (touchedSize == touched.length) {
                touched = Arrays.copyOf(touched, touchedSize * 2);
            }
            touched[touchedSize++] = subtree;
        }
    }

    private void settle() {
        for (int i = 0; i < touchedSize; i++) {
            int subtree = touched[i];
            isTouched[subtree] = false;
            int grant = strongest(subtree * 2);
            int block = strongest(subtree * 2 + 1);
            if (grant != decides[subtree * 2] || block != decides[subtree * 2 + 1]) {
                decides[subtree * 2] = grant;
                decides[subtree * 2 + 1] = block;
                cells.set(subtree, grant, block);
            }
        }
        touchedSize = 0;
    }

    private int strongest(int heap) {
        int top = tops[heap];
        while (top != NOTHING && ended[top]) {
            top = merge(left[top], right[top]);
        }
        tops[heap] = top;
        return top == NOTHING ? 0 : rows.strength(top);
    }

    private int merge(int a, int b) {
        if (a == NOTHING || b == NOTHING) {
            return a == NOTHING ? b : a;
        }
        int winner = rows.strength(a) >= rows.strength(b) ? a : b;
        int other = winner == a ? b : a;
        int top = winner;
        while (true) {
            int next = right[winner];
            right[winner] = left[winner];
            if (next == NOTHING) {
                left[winner] = other;
                return top;
            }
            if (rows.strength(next) < rows.strength(other)) {
                int swap = next;
                next = other;
                other = swap;
            }
            left[winner] = next;
            winner = next;
        }
    }
}
