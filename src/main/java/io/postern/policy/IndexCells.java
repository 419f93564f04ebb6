package io.postern.policy;

import java.util.Arrays;

/**
 * What decides at every place, for many stretches of the address space at once. A cell is a code
 * that holds at all places and a bound: a code for one subtree of them, 0 = none. So nearly every
 * cell is read where it lies; only one bound in two subtrees or more is a tree over the places with
 * a code at every subtree, named by a negative code, and trees share what they have in common.
 * Immutable.
 *
 * <p>A code names the strongest grant, or a side table has it with the strongest block. An outcome
 * is both strengths in one long: grant above, block below; the stronger of two outcomes is taken
 * half by half.
 */
final class IndexCells {
    private static final int WITH_BLOCK = 1 << 30;

    /** In a bound the number of a subtree in its level stands below how far that level is up. */
    private static final int INDEX_BITS = 27;

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
    long outcome(int code, long bound, int place) {
        if (code < 0) {
            return ofTree(~code, place);
        }
        int subtree = (int) (bound >>> 32);
        boolean isInside = place >>> (subtree >>> INDEX_BITS) == (subtree & (1 << INDEX_BITS) - 1);
        // One whose bound is empty may look inside; its code is 0.
        return stronger(ofCode(code), ofCode(isInside ? (int) bound : 0));
    }

    private long ofTree(int root, int place) {
        int node = root;
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
        // The sum of their numbers: of a single one it is the number.
        private long boundSum;
        // What was set since the last stop; a tree learns of it only if there is to be one.
        private int[] changed = new int[16];
        private int changedSize;
        private int single;
        private int tree;
        private int firstOfThisStop;
        private int cellCode;
        private long cellBound;

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
                int more = (code == 0 ? 0 : 1) - (codes[subtree] == 0 ? 0 : 1);
                boundSubtrees += more;
                boundSum += (long) more * subtree;
                if (changedSize == changed.length) {
                    changed = Arrays.copyOf(changed, changedSize * 2);
                }
                changed[changedSize++] = subtree;
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

        private int level(int subtree) {
            int level = places.levels();
            while (subtree < places.levelStart(level)) {
                level--;
            }
            return level;
        }

        private void put(int subtree) {
            int level = level(subtree);
            int index = subtree - places.levelStart(level);
            int mask = (1 << places.bits()) - 1;
            tree = fresh(tree);
            int node = tree;
            for (int shift = places.bits() * (level - 1); shift >= 0; shift -= places.bits()) {
                int slot = node + 1 + (index >>> shift & mask);
                if (shift == 0 && level == places.levels()) {
                    nodes[slot] = codes[subtree];
                    return;
                }
                int child = fresh(nodes[slot]);
                nodes[slot] = child;
                node = child;
            }
            nodes[node] = codes[subtree];
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

        /** Makes the cell of all that was set, to be read by {@link #code} and {@link #bound}. */
        void stop() {
            cellCode = codes[0];
            cellBound = 0;
            if (boundSubtrees > 1) {
                if (tree == 0 && single != 0) {
                    put(single);
                }
                for (int i = 0; i < changedSize; i++) {
                    put(changed[i]);
                }
                tree = fresh(tree);
                nodes[tree] = codes[0];
                cellCode = ~tree;
            } else {
                tree = 0;
                single = (int) boundSum;
                cellBound = single == 0 ? 0 : bound(single);
            }
            changedSize = 0;
            firstOfThisStop = size;
        }

        private long bound(int subtree) {
            int level = level(subtree);
            int shift = places.bits() * (places.levels() - level);
            int index = subtree - places.levelStart(level);
            return (long) (shift << INDEX_BITS | index) << 32 | codes[subtree];
        }

        /** Of the cell of the last stop: what holds at all places, or ~ the number of a tree. */
        int code() {
            return cellCode;
        }

        /** Of the cell of the last stop: the subtree above and its code below. */
        long bound() {
            return cellBound;
        }

        IndexCells build() {
            return new IndexCells(this);
        }
    }
}
