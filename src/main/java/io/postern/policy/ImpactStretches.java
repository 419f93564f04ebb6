package io.postern.policy;

import java.util.function.Consumer;

/** Finds the rules whose ranges hold some positions, without reading every rule. */
final class ImpactStretches {
    /** By their first position. */
    private final ImpactEdges.Stretch[] stretches;

    /** Of the stretches between two, halved again and again, the farthest end; by the middle. */
    private final int[] farthest;

    ImpactStretches(ImpactEdges edges) {
        stretches = new ImpactEdges.Stretch[edges.stretches().size()];
        int count = 0;
        for (int position = 0; position < edges.size(); position++) {
            for (ImpactEdges.Stretch stretch : edges.opening(position)) {
                stretches[count++] = stretch;
            }
        }
        farthest = new int[stretches.length];
        measure(0, stretches.length);
    }

    private int measure(int low, int high) {
        if (low >= high) {
            return 0;
        }
        int middle = (low + high) >>> 1;
        farthest[middle] =
                Math.max(
                        stretches[middle].to,
                        Math.max(measure(low, middle), measure(middle + 1, high)));
        return farthest[middle];
    }

    /**
     * Hands on the rule of each range that holds one of the positions from one to the one before
     * another; a rule with several such ranges comes several times.
     */
    void forEach(int from, int to, Consumer<ImpactRule> consumer) {
        find(0, stretches.length, from, to, consumer);
    }

    private void find(int low, int high, int from, int to, Consumer<ImpactRule> consumer) {
        if (low >= high) {
            return;
        }
        int middle = (low + high) >>> 1;
        if (farthest[middle] <= from) {
            return;
        }
        find(low, middle, from, to, consumer);
        if (stretches[middle].from < to) {
            if (from < stretches[middle].to) {
                consumer.accept(stretches[middle].rule);
            }
            find(middle + 1, high, from, to, consumer);
        }
    }
}
