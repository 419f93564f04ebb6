package io.postern.enforcement;

import java.util.Arrays;

/** The claims that hold the address a sweep stands at, the one Exchange prefers on top. */
final class ClaimHeap {
    private final Claims claims;
    private int[] heap = new int[16];
    private int count;

    ClaimHeap(Claims claims) {
        this.claims = claims;
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
        while (at > 0 && claims.isBetter(claim, heap[(at - 1) / 2])) {
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
            if (child + 1 < count && claims.isBetter(heap[child + 1], heap[child])) {
                child++;
            }
            if (!claims.isBetter(heap[child], moved)) {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = moved;
    }
}
