package io.postern.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Says where some of many keys apply, without sorting for each set of keys: what each key begins
 * and ends at a position is put together once. Not for several threads.
 */
final class ImpactParts {
    /** Of one key: at positions in order, the groups of places that come or go there. */
    private record Turns(int[] positions, int[] groupSets) {}

    private final List<Turns> keys = new ArrayList<>();
    private final List<BitSet> groupSets = new ArrayList<>();
    private final Map<BitSet, Integer> numberOf = new HashMap<>();

    // Of the keys asked about just now: a chain of group sets for each position.
    private final BitSet touched = new BitSet();
    private final int[] firstAt;
    private int[] chained = new int[1024];
    private int[] nextOf = new int[1024];
    private int size;

    /**
     * Without keys.
     *
     * @param positions how many there are
     */
    ImpactParts(int positions) {
        firstAt = new int[positions + 1];
    }

    /** How many keys there are. */
    int size() {
        return keys.size();
    }

    /** Adds where the next key applies. */
    void add(ImpactSweep.Runs runs) {
        long[] edges = new long[2 * runs.count()];
        for (int run = 0; run < runs.count(); run++) {
            edges[2 * run] = (long) runs.from(run) << 32 | runs.group(run);
            edges[2 * run + 1] = (long) runs.to(run) << 32 | runs.group(run);
        }
        Arrays.sort(edges);
        int[] positions = new int[edges.length];
        int[] sets = new int[edges.length];
        int count = 0;
        for (int i = 0; i < edges.length; ) {
            int position = (int) (edges[i] >>> 32);
            // A group that ends and begins anew at the same position goes on.
            BitSet groups = new BitSet();
            for (; i < edges.length && (int) (edges[i] >>> 32) == position; i++) {
                groups.flip((int) edges[i]);
            }
            if (!groups.isEmpty()) {
                positions[count] = position;
                sets[count++] = number(groups);
            }
        }
        keys.add(new Turns(Arrays.copyOf(positions, count), Arrays.copyOf(sets, count)));
    }

    private int number(BitSet groups) {
        Integer known = numberOf.get(groups);
        if (known == null) {
            known = groupSets.size();
            groupSets.add(groups);
            numberOf.put(groups, known);
        }
        return known;
    }

    /** Forgets all keys. */
    void clear() {
        keys.clear();
    }

    /** The positions where some of the keys apply, by the groups of places where they do. */
    Map<BitSet, BitSet> of(BitSet some) {
        touched.clear();
        size = 0;
        some.stream().forEach(key -> chain(keys.get(key)));
        Map<BitSet, BitSet> parts = new LinkedHashMap<>();
        BitSet inside = new BitSet();
        BitSet part = null;
        int since = 0;
        for (int at = touched.nextSetBit(0); at >= 0; at = touched.nextSetBit(at + 1)) {
            if (part != null) {
                part.set(since, at);
            }
            for (int i = firstAt[at]; i >= 0; i = nextOf[i]) {
                inside.xor(groupSets.get(chained[i]));
            }
            part = inside.isEmpty() ? null : part(parts, inside);
            since = at;
        }
        return parts;
    }

    private void chain(Turns turns) {
        int more = turns.positions().length;
        if (size + more > chained.length) {
            int length = Math.max(size + more, 2 * chained.length);
            chained = Arrays.copyOf(chained, length);
            nextOf = Arrays.copyOf(nextOf, length);
        }
        for (int i = 0; i < more; i++) {
            int position = turns.positions()[i];
            nextOf[size] = touched.get(position) ? firstAt[position] : -1;
            touched.set(position);
            chained[size] = turns.groupSets()[i];
            firstAt[position] = size++;
        }
    }

    private static BitSet part(Map<BitSet, BitSet> parts, BitSet inside) {
        BitSet part = parts.get(inside);
        if (part == null) {
            part = new BitSet();
            parts.put((BitSet) inside.clone(), part);
        }
        return part;
    }
}
