package io.postern.audit;

import java.util.List;
import java.util.Map;

/**
 * Where actions are recorded. Implementations join the caller's transaction, so that an action
 * without record rolls back.
 */
public interface AuditTrail {
    /**
     * Appends one record.
     *
     * @param details facts for people and programs; values are strings, numbers, booleans, lists or
     *     null; no secrets
     * @return its seq
     */
    long record(
            String actor,
            String action,
            String subjectKind,
            String subjectId,
            Map<String, ?> details);

    /** At most {@code limit} records after the given seq, in order. */
    List<AuditEvent> after(long seq, int limit);

    /** At most {@code limit} records before the given seq, newest first. */
    List<AuditEvent> before(long seq, int limit);

    /** All records about one subject, in order. */
    List<AuditEvent> about(String subjectKind, String subjectId);

    /** Seq of the newest record; 0 = none. */
    long newest();
}
