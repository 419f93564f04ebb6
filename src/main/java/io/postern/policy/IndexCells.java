package io.postern.policy;

import java.util.Arrays;

/**
 * What decides at every place, for many stretches of the address space at once. A cell is either
 * one code that holds at all places, or a tree over the places with a code at every subtree; trees
 * share what they have in common. Immutable.
 *
 * <p>A code names the strongest grant, and, in a side table, the strongest block too. An outcome is
 * both strengths in one long: grant above, block below; the stronger of two outcomes is taken half
 * by half.
 */
final class IndexCells {
    private static final int WITH_BLOCK = 1 << 30;

    private final int[] nodes;
    private final long[] blocked;
    private final int bits;
    private final int topShift;

    private IndexCells(Builder builder) {
        nodes = Arrays.copyOf(builder.nodes, builder.size);
        blocked = Arrays.copyOf(builder.blocked, builder.blockedSize);
        bits = builder.places.bits();
        topShift = bits * (builder.places.levels() - 1);
    }

    /** Half by half the greater. */
    static long stronger(long a, long b) {
        long grant = Math.max(a & ~0xFFFF_FFFFL, b & ~0xFFFF_FFFFL);
        return grant | Math.max(a & 0xFFFF_FFFFL, b & 0xFFFF_FFFFL);
    }

    /** The outcome of a cell at a place. */
    long outcome(int cell, int place) {
        if (cell >= 0) {
            return ofCode(cell);
        }
        int node = ~cell;
        long best = ofCode(nodes[node]);
        int mask = (1 << bits) - 1;
        for (int shift = topShift; ; shift -= bits) {
            int child = nodes[node + 1 + (place >>> shift & mask)];
            if (child == 0) {
                return best;
            }
            if (shift == 0) {
                return stronger(best, ofCode(child));
            }
            node = child;
            best = stronger(best, ofCode(nodes[node]));
        }
    }

    private long ofCode(int code) {
        return code < WITH_BLOCK ? (long) code << 32 : blocked[code - WITH_BLOCK];
    }

    /** Moves along the address space, told what changes, and leaves a cell at each stop. */
    static final class Builder {
        private final IndexPlaces places;
        private final int width;
        private int[] nodes;
        private int size;
        private long[] blocked = new long[16];
        private int blockedSize;
        private final int[] codes;
        private int boundSubtrees;
        private int tree;
        private int firstOfThisStop;

        Builder(IndexPlaces places) {
            this.places = places;
            width = 1 + (1 << places.bits());
            nodes = new int[1 << 12];
            // Node 0 stands for an empty subtree.
            size = 1;
            codes = new int[places.subtrees()];
        }

        /** From here on these decide in the subtree; 0 = none. */
        void set(int subtree, int grant, int block) {
            int code = code(grant, block);
            if (subtree > 0) {
                boundSubtrees += (code == 0 ? 0 : 1) - (codes[subtree] == 0 ? 0 : 1);
                put(subtree, code);
            }
            codes[subtree] = code;
        }

        private int code(int grant, int block) {
            if (block == 0) {
                return grant;
            }
            if (blockedSize == blocked.length) {
                blocked = Arrays.copyOf(blocked, blockedSize * 2);
            }
            blocked[blockedSize] = (long) grant << 32 | block;
            return WITH_BLOCK + blockedSize++;
        }

        private void put(int subtree, int code) {
            int level = places.levels();
            while (subtree < places.levelStart(level)) {
                level--;
            }
            int index = subtree - places.levelStart(level);
            int mask = (1 << places.bits()) - 1;
            tree = fresh(tree);
            int node = tree;
            for (int shift = places.bits() * (level - 1); shift >= 0; shift -= places.bits()) {
                int slot = node + 1 + (index >>> shift & mask);
                if (shift == 0 && level == places.levels()) {
                    nodes[slot] = code;
                    return;
                }
                int child = fresh(nodes[slot]);
                nodes[slot] = child;
                node = child;
            }
            nodes[node] = code;
        }

        /** The node itself if it was made since the last stop, else a copy. */
        private int fresh(int node) {
            if (node >= firstOfThisStop && node > 0) {
                return node;
            }
            if (size + width > nodes.length) {
                nodes = Arrays.copyOf(nodes, Math.max(nodes.length * 2, size + width));
            }
            int copy = size;
            if (node > 0) {
                System.arraycopy(nodes, node, nodes, copy, width);
            } else {
                Arrays.fill(nodes, copy, copy + width, 0);
            }
            size += width;
            return copy;
        }

        /** The cell of all that was set. */
        int cell() {
            int cell = codes[0];
            if (boundSubtrees == 0) {
                tree = 0;
            } else {
                tree = fresh(tree);
                nodes[tree] = codes[0];
                cell = ~tree;
            }
            firstOfThisStop = size;
            return cell;
        }

        IndexCells build() {
            return new IndexCells(this);
        }
    }
}
