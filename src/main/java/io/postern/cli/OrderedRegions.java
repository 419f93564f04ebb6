package io.postern.cli;

import io.postern.policy.Region;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Hands regions on in their order; of so many that memory could run out, as they come. */
final class OrderedRegions {
    static final int LIMIT = 100_000;

    private final Consumer<Region> consumer;
    private List<Region> held = new ArrayList<>();
    private long count;

    OrderedRegions(Consumer<Region> consumer) {
        this.consumer = consumer;
    }

    void add(Region region) {
        count++;
        if (held == null) {
            consumer.accept(region);
            return;
        }
        held.add(region);
        if (held.size() > LIMIT) {
            held.forEach(consumer);
            held = null;
        }
    }

    /** After the last one. */
    void end() {
        if (held != null) {
            held.sort(Region.ORDER);
            held.forEach(consumer);
            held = null;
        }
    }

    long count() {
        return count;
    }
}
