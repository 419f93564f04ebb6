package io.postern.change.api;

import io.postern.change.Analysis;
import io.postern.change.Approval;
import io.postern.change.ChangeRequest;
import io.postern.change.ChangeState;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A change request.
 *
 * @param version also the ETag, for If-Match
 * @param analysis null = never analysed
 * @param verdict the analysis in one line for people; null = never analysed
 * @param resultRevision null = not applied
 * @param rolloutId null = not applied
 */
@Schema(name = "ChangeRequest")
public record ChangeRequestResponse(
        long id,
        int version,
        String title,
        String description,
        ChangeState state,
        long baseRevision,
        List<OperationJson> operations,
        String author,
        Instant createdAt,
        Instant submittedAt,
        Analysis analysis,
        String verdict,
        List<ApprovalResponse> approvals,
        Long resultRevision,
        Long rolloutId,
        String closedReason,
        Instant updatedAt) {
    /** One person's verdict on one content. */
    @Schema(name = "Approval")
    public record ApprovalResponse(
            String approver, String verdict, String hash, String comment, Instant at) {}

    static ChangeRequestResponse of(ChangeRequest change, List<Approval> approvals) {
        return new ChangeRequestResponse(
                change.id(),
                change.version(),
                change.title(),
                change.description(),
                change.state(),
                change.baseRevision(),
                change.operations().stream().map(OperationJson::of).toList(),
                change.author(),
                change.createdAt(),
                change.submittedAt(),
                change.analysis(),
                change.analysis() == null ? null : change.analysis().verdict(),
                approvals.stream()
                        .map(
                                a ->
                                        new ApprovalResponse(
                                                a.approver(),
                                                a.approved() ? "approved" : "rejected",
                                                a.hash(),
                                                a.comment(),
                                                a.at()))
                        .toList(),
                change.resultRevision(),
                change.rolloutId(),
                change.closedReason(),
                change.updatedAt());
    }
}
