package io.postern.enforcement;

import java.util.Arrays;

/** The claims that hold the address a sweep stands at, the one Exchange prefers on top. */
final class ClaimHeap {
    private final RangeSize[] sizes;
    private final long[] ranks;
    private int[] heap = new int[16];
    private int count;

    /**
     * @param sizes of each claim's range; fewer addresses win
     * @param ranks who wins among equal sizes: the lowest
     */
    ClaimHeap(RangeSize[] sizes, long[] ranks) {
        this.sizes = sizes;
        this.ranks = ranks;
    }

    boolean isEmpty() {
        return count == 0;
    }

    int best() {
        return heap[0];
    }

    void add(int claim) {
        if (count == heap.length) {
            heap = Arrays.copyOf(heap, count * 2);
        }
        int at = count++;
        while (at > 0 && isBetter(claim, heap[(at - 1) / 2])) {
            heap[at] = heap[(at - 1) / 2];
            at = (at - 1) / 2;
        }
        heap[at] = claim;
    }

    void removeBest() {
        int moved = heap[--count];
        int at = 0;
        while (2 * at + 1 < count) {
            int child = 2 * at + 1;
            if (child + 1 < count && isBetter(heap[child + 1], heap[child])) {
                child++;
            }
            if (!isBetter(heap[child], moved)) {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = moved;
    }

    private boolean isBetter(int a, int b) {
        int bySize = sizes[a].compareTo(sizes[b]);
        return bySize != 0 ? bySize < 0 : ranks[a] < ranks[b];
    }
}
