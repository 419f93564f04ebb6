package io.postern.audit;

import java.time.Instant;

/**
 * One record of the trail.
 *
 * @param seq position, from 1 without gaps
 * @param actor who did it: a user's name, {@code agent:<name>} or {@code postern}
 * @param action what was done, such as {@code change-request.approved}
 * @param details JSON object
 * @param previousHash hash of the record before it; of the first, 64 zeros
 * @param hash SHA-256 over the record's fields and {@code previousHash}, see {@link AuditChain}
 */
public record AuditEvent(
        long seq,
        Instant at,
        String actor,
        String action,
        String subjectKind,
        String subjectId,
        String details,
        String previousHash,
        String hash) {}
