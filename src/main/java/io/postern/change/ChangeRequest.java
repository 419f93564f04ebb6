package io.postern.change;

import io.postern.policy.Operation;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * Proposed operations on a base revision. Immutable; each action yields the next one.
 *
 * @param id 0 = not stored yet
 * @param version rises with every stored change of it
 * @param submittedAt instant of its analysis; null = not submitted
 * @param analysis null = never analysed
 * @param resultRevision the revision it became; null = not applied
 * @param rolloutId null = not applied
 * @param closedReason why it ended otherwise than verified; null = not ended, or verified
 */
public record ChangeRequest(
        long id,
        int version,
        String title,
        String description,
        ChangeState state,
        long baseRevision,
        List<Operation> operations,
        String author,
        Instant createdAt,
        Instant submittedAt,
        Analysis analysis,
        Long resultRevision,
        Long rolloutId,
        String closedReason,
        Instant updatedAt) {
    public ChangeRequest {
        Objects.requireNonNull(title);
        Objects.requireNonNull(state);
        operations = List.copyOf(operations);
        Objects.requireNonNull(author);
    }

    ChangeRequest edited(
            String newTitle, String newDescription, List<Operation> newOperations, Instant now) {
        return new ChangeRequest(
                id,
                version,
                newTitle,
                newDescription,
                state,
                baseRevision,
                newOperations,
                author,
                createdAt,
                null,
                null,
                null,
                null,
                null,
                now);
    }

    ChangeRequest analysed(Analysis newAnalysis, Instant now) {
        return new ChangeRequest(
                id,
                version,
                title,
                description,
                state,
                baseRevision,
                operations,
                author,
                createdAt,
                submittedAt,
                newAnalysis,
                resultRevision,
                rolloutId,
                closedReason,
                now);
    }

    ChangeRequest submitted(Analysis newAnalysis, Instant now) {
        return new ChangeRequest(
                id,
                version,
                title,
                description,
                ChangeState.IN_REVIEW,
                baseRevision,
                operations,
                author,
                createdAt,
                now,
                newAnalysis,
                null,
                null,
                null,
                now);
    }

    ChangeRequest in(ChangeState next, String reason, Instant now) {
        return new ChangeRequest(
                id,
                version,
                title,
                description,
                next,
                baseRevision,
                operations,
                author,
                createdAt,
                submittedAt,
                analysis,
                resultRevision,
                rolloutId,
                reason,
                now);
    }

    ChangeRequest applied(long revision, long rollout, Instant now) {
        return new ChangeRequest(
                id,
                version,
                title,
                description,
                ChangeState.ROLLING_OUT,
                baseRevision,
                operations,
                author,
                createdAt,
                submittedAt,
                analysis,
                revision,
                rollout,
                null,
                now);
    }
}
