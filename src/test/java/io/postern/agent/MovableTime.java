package io.postern.agent;

import java.time.Duration;
import java.time.Instant;

/** Two clocks that stand still until a test moves them. */
final class MovableTime implements AgentTime {
    private Instant wall = Instant.parse("2026-03-02T08:00:00Z");
    private long nanos = Long.MAX_VALUE - 5_000_000_000L;

    @Override
    public Instant now() {
        return wall;
    }

    @Override
    public long nanoTime() {
        return nanos;
    }

    /** Time passes: both clocks move. */
    void pass(long seconds) {
        setWall(seconds);
        nanos += Duration.ofSeconds(seconds).toNanos();
    }

    /** Somebody sets the wall clock by so many seconds. */
    void setWall(long seconds) {
        wall = wall.plusSeconds(seconds);
    }

    /** The machine starts anew: its monotonic clock begins somewhere else. */
    void reboot() {
        nanos = 17;
    }
}
