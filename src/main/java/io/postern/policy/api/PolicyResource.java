package io.postern.policy.api;

import io.postern.policy.Address;
import io.postern.policy.Decision;
import io.postern.policy.Explanation;
import io.postern.policy.Policy;
import io.postern.policy.PolicyEvaluator;
import io.postern.policy.Revision;
import io.postern.policy.Revisions;
import io.postern.policy.Submission;
import io.postern.policy.yaml.PolicyDocument;
import io.postern.problem.DomainException;
import io.postern.problem.ErrorCode;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Revisions, the policy as a file, and decisions. */
@Path("/api/v1")
@Tag(name = "policy")
public class PolicyResource {
    private static final int LIST_LIMIT = 100;

    // The roles' words stand here again: the room of accounts lies above this one.
    private static final String READER = "reader";
    private static final String AUTHOR = "author";
    private static final String APPROVER = "approver";
    private static final String OPERATOR = "operator";
    private static final String ADMIN = "admin";

    /** A revision without its entries. */
    @Schema(name = "Revision")
    public record RevisionResponse(
            long number,
            String hash,
            String parentHash,
            Instant createdAt,
            String author,
            String note,
            Long changeRequestId) {}

    /**
     * One question.
     *
     * @param account proven account by name or SID; null = none proven
     * @param computer as account
     * @param port null = 25
     * @param at null = now
     * @param asOf revision to ask; null = the newest
     */
    @Schema(name = "DecisionRequest")
    public record DecisionRequest(
            @NotNull @Size(min = 1, max = 64) String address,
            @Size(max = 256) String account,
            @Size(max = 256) String computer,
            @NotNull @Size(min = 1, max = 256) String server,
            @Min(1) @Max(65535) Integer port,
            Instant at,
            @PositiveOrZero Long asOf) {}

    /** One entry that was tried. */
    @Schema(name = "EntryTrial")
    public record TrialResponse(String kind, String key, boolean matched, String why) {}

    /** The answer. */
    @Schema(name = "Decision")
    public record DecisionResponse(
            String tier,
            String grant,
            String block,
            long revision,
            List<TrialResponse> trials,
            List<String> notes) {}

    private final Revisions revisions;
    private final Clock clock;

    PolicyResource(Revisions revisions, Clock clock) {
        this.revisions = revisions;
        this.clock = clock;
    }

    @GET
    @Path("/policy")
    @Produces("application/yaml")
    @RolesAllowed({READER, AUTHOR, APPROVER, OPERATOR, ADMIN})
    @Operation(operationId = "getPolicy", summary = "The newest revision as a policy file")
    public String policy(@QueryParam("revision") @PositiveOrZero Long number) {
        long wanted = number == null ? revisions.head().number() : number;
        revisions.find(wanted).orElseThrow(() -> noRevision(wanted));
        return PolicyDocument.ofEntries(revisions.entries(wanted)).toYaml();
    }

    @GET
    @Path("/revisions")
    @RolesAllowed({READER, AUTHOR, APPROVER, OPERATOR, ADMIN})
    @Operation(operationId = "listRevisions", summary = "The newest 100 revisions")
    public List<RevisionResponse> list() {
        return revisions.before(Long.MAX_VALUE, LIST_LIMIT).stream()
                .map(PolicyResource::response)
                .toList();
    }

    @GET
    @Path("/revisions/{number}")
    @RolesAllowed({READER, AUTHOR, APPROVER, OPERATOR, ADMIN})
    @Operation(operationId = "getRevision")
    public RevisionResponse get(@PathParam("number") long number) {
        return revisions
                .find(number)
                .map(PolicyResource::response)
                .orElseThrow(() -> noRevision(number));
    }

    @POST
    @Path("/decisions")
    @RolesAllowed({READER, AUTHOR, APPROVER, OPERATOR, ADMIN})
    @Operation(operationId = "decide", summary = "May this be submitted, how far, and why")
    public DecisionResponse decide(@NotNull @Valid DecisionRequest request) {
        long number = request.asOf() == null ? revisions.head().number() : request.asOf();
        revisions.find(number).orElseThrow(() -> noRevision(number));
        Policy policy = revisions.policy(number);
        Explanation explanation = explain(policy, request);
        Decision decision = explanation.decision();
        return new DecisionResponse(
                decision.tier().word(),
                decision.grant(),
                decision.block(),
                number,
                explanation.trials().stream()
                        .map(t -> new TrialResponse(t.kind(), t.key(), t.matched(), t.why()))
                        .toList(),
                explanation.notes());
    }

    private Explanation explain(Policy policy, DecisionRequest request) {
        Instant at = request.at() == null ? clock.instant() : request.at();
        Address address;
        try {
            address = Address.parse(request.address());
        } catch (IllegalArgumentException e) {
            throw invalid("/address", e.getMessage());
        }
        try {
            return new PolicyEvaluator(policy)
                    .explain(
                            new Submission(
                                    address,
                                    request.account(),
                                    request.computer(),
                                    request.server(),
                                    request.port() == null ? 25 : request.port(),
                                    at.truncatedTo(ChronoUnit.SECONDS)));
        } catch (IllegalArgumentException e) {
            throw invalid("", e.getMessage());
        }
    }

    private static DomainException invalid(String pointer, String message) {
        return new DomainException(
                ErrorCode.INVALID_FIELD,
                message,
                List.of(new DomainException.Fault(pointer, message)));
    }

    private static DomainException noRevision(long number) {
        return new DomainException(ErrorCode.NOT_FOUND, "there is no revision " + number);
    }

    private static RevisionResponse response(Revision revision) {
        return new RevisionResponse(
                revision.number(),
                revision.hash(),
                revision.parentHash(),
                revision.createdAt(),
                revision.author(),
                revision.note(),
                revision.changeId());
    }
}
