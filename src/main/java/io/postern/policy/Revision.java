package io.postern.policy;

import java.time.Instant;

/**
 * An immutable, numbered policy.
 *
 * @param number from 0, the empty one that every first change is based on; no gaps
 * @param hash covers the entries and the parent's hash, see {@link PolicyHash}
 * @param hashVersion of the hash's text: 2, of revisions from before it 1
 * @param parentHash null only for number 0
 * @param author who wrote the change, or {@code postern} when a rollback moved the authority
 * @param note one line for people
 * @param changeId the change request it came from; null = none
 */
public record Revision(
        long number,
        String hash,
        int hashVersion,
        String parentHash,
        Instant createdAt,
        String author,
        String note,
        Long changeId) {}
