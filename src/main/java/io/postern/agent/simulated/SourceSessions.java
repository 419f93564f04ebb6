package io.postern.agent.simulated;

import io.postern.policy.Address;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Counts the open sessions of each source. Thread-safe; a source without sessions takes no room.
 */
final class SourceSessions {
    private final int limit;
    private final ConcurrentMap<Address, Integer> open = new ConcurrentHashMap<>();

    SourceSessions(int limit) {
        this.limit = limit;
    }

    /** Takes a place; false if the source has all of its places already. */
    boolean enter(Address source) {
        boolean[] entered = new boolean[1];
        open.compute(
                source,
                (key, count) -> {
                    int before = count == null ? 0 : count;
                    entered[0] = before < limit;
                    return entered[0] ? Integer.valueOf(before + 1) : count;
                });
        return entered[0];
    }

    /** Gives a place back; once for each {@link #enter} that was true. */
    void leave(Address source) {
        open.computeIfPresent(source, (key, count) -> count == 1 ? null : count - 1);
    }
}
