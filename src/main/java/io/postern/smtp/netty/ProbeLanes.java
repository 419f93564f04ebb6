package io.postern.smtp.netty;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Whose turn it is: so many at a time in each lane, so many in all, first come first served within
 * a lane and lanes in turn. Thread-safe.
 *
 * @param <T> what waits
 */
final class ProbeLanes<T> {
    private static final class Lane<T> {
        final Object key;
        final Deque<T> waiting = new ArrayDeque<>(4);
        int running;
        boolean isReady;

        Lane(Object key) {
            this.key = key;
        }
    }

    private final int perLane;
    private final int total;
    private final int mostWaiting;
    private final Predicate<T> isOver;
    private final Map<Object, Lane<T>> lanes = new HashMap<>();
    private final Deque<Lane<T>> ready = new ArrayDeque<>();
    private int running;
    private int waiting;

    /**
     * Without anything in it.
     *
     * @param isOver what needs no turn any more and is passed over
     */
    ProbeLanes(int perLane, int total, int mostWaiting, Predicate<T> isOver) {
        this.perLane = perLane;
        this.total = total;
        this.mostWaiting = mostWaiting;
        this.isOver = isOver;
    }

    /** Takes one in, to wait; null if too many do, else all whose turn it is now. */
    synchronized List<T> enter(Object key, T one) {
        if (waiting >= mostWaiting) {
            return null;
        }
        Lane<T> lane = lanes.computeIfAbsent(key, Lane::new);
        lane.waiting.add(one);
        waiting++;
        makeReady(lane);
        return next();
    }

    /** One of a lane has ended; all whose turn it is now. */
    synchronized List<T> leave(Object key) {
        Lane<T> lane = lanes.get(key);
        lane.running--;
        running--;
        makeReady(lane);
        removeIfIdle(lane);
        return next();
    }

    private void removeIfIdle(Lane<T> lane) {
        if (lane.running == 0 && lane.waiting.isEmpty()) {
            lanes.remove(lane.key);
        }
    }

    private void makeReady(Lane<T> lane) {
        if (!lane.isReady && lane.running < perLane && !lane.waiting.isEmpty()) {
            lane.isReady = true;
            ready.add(lane);
        }
    }

    private List<T> next() {
        List<T> next = new ArrayList<>(1);
        while (running < total && !ready.isEmpty()) {
            Lane<T> lane = ready.remove();
            lane.isReady = false;
            T one = lane.waiting.remove();
            waiting--;
            if (!isOver.test(one)) {
                lane.running++;
                running++;
                next.add(one);
            }
            makeReady(lane);
            removeIfIdle(lane);
        }
        return next;
    }

    synchronized int running() {
        return running;
    }

    synchronized int waiting() {
        return waiting;
    }
}
