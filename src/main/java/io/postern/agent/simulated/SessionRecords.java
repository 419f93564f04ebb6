package io.postern.agent.simulated;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last sessions of a server; older ones are forgotten. Thread-safe. */
final class SessionRecords {
    private final int capacity;
    private final Deque<SessionRecord> records = new ArrayDeque<>();

    SessionRecords(int capacity) {
        this.capacity = capacity;
    }

    synchronized void add(SessionRecord session) {
        if (records.size() == capacity) {
            records.removeFirst();
        }
        records.addLast(session);
    }

    /** Oldest first. */
    synchronized List<SessionRecord> all() {
        return List.copyOf(records);
    }
}
