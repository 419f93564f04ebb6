package io.postern.policy.api;

import java.time.Instant;

/** One question as it was read. Filled by a reader, then only read. */
final class DecisionQuestion {
    static final int DEFAULT_PORT = 25;

    /** Never null once its reader has found no fault. */
    String address;

    /** Null = not proven. */
    String account;

    /** Null = not proven. */
    String computer;

    /** Never null once its reader has found no fault. */
    String server;

    int port = DEFAULT_PORT;

    /** Whole seconds; null = now. */
    Instant at;

    /** Revision to ask; null = the newest. */
    Long asOf;

    /** Whether the entries that were tried are wanted. */
    boolean explain;
}
