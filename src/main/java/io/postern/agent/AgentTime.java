package io.postern.agent;

import java.time.Instant;

/** The two clocks of an agent. */
public interface AgentTime {
    /** Wall clock: for what is written down, signed or shown. */
    Instant now();

    /** Monotonic clock in nanoseconds: for what must not be moved by setting the wall clock. */
    long nanoTime();

    /** The machine's own. */
    static AgentTime system() {
        return new AgentTime() {
            @Override
            public Instant now() {
                return Instant.now();
            }

            @Override
            public long nanoTime() {
                return System.nanoTime();
            }
        };
    }
}
