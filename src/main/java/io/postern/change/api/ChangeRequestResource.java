package io.postern.change.api;

import io.postern.change.ChangeRequest;
import io.postern.change.ChangeService;
import io.postern.change.ChangeState;
import io.postern.change.api.ChangeAnswers.Action;
import io.postern.problem.DomainException;
import io.postern.problem.ErrorCode;
import io.postern.rollout.Promotion;
import io.postern.rollout.RolloutWish;
import io.postern.security.CurrentActor;
import io.postern.security.Role;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/**
 * Change requests. Actions need If-Match with the ETag that was read, and an Idempotency-Key; a
 * repeated request gets the first one's answer.
 */
@Produces(MediaType.APPLICATION_JSON)
@Path("/api/v1/change-requests")
@Tag(name = "change-requests")
public class ChangeRequestResource {
    /**
     * @param baseRevision null = the newest
     */
    @Schema(name = "CreateChangeRequest")
    public record CreateRequest(
            @NotNull @Size(min = 1, max = 200) String title,
            @Size(max = 4000) String description,
            @PositiveOrZero Long baseRevision,
            @NotNull @Size(min = 1, max = 10000) List<@Valid OperationJson> operations) {}

    /** A draft's new content. */
    @Schema(name = "EditChangeRequest")
    public record EditRequest(
            @NotNull @Size(min = 1, max = 200) String title,
            @Size(max = 4000) String description,
            @NotNull @Size(min = 1, max = 10000) List<@Valid OperationJson> operations) {}

    /**
     * @param hash the analysis hash that was looked at: exactly that is approved
     */
    @Schema(name = "ApproveRequest")
    public record ApproveRequest(
            @NotNull @Size(min = 64, max = 64) String hash, @Size(max = 1000) String comment) {}

    /**
     * @param comment why
     */
    @Schema(name = "RejectRequest")
    public record RejectRequest(@NotNull @Size(min = 1, max = 1000) String comment) {}

    /**
     * @param rollout how carefully it goes; null = as configured
     */
    @Schema(name = "ApplyRequest")
    public record ApplyRequest(@Valid RolloutOptionsRequest rollout) {
        private static RolloutWish wish(ApplyRequest request) {
            return request == null || request.rollout() == null
                    ? RolloutWish.NONE
                    : request.rollout().wish();
        }
    }

    /** How carefully a rollout goes; what is absent is as configured. */
    @Schema(name = "RolloutOptionsRequest")
    public record RolloutOptionsRequest(
            @Schema(description = "servers of a ring pushed and not yet active at the same time")
                    @Min(1)
                    @Max(1000)
                    Integer maxInFlight,
            @Schema(description = "after which a proven ring's probes are asked once more")
                    @Min(0)
                    @Max(86400)
                    Integer bakeSeconds,
            @Schema(description = "share of a ring's probes that must pass; none may fail")
                    @Min(1)
                    @Max(100)
                    Integer successPercent,
            @Schema(
                            description =
                                    "servers of a ring that may be in error before it brakes; until"
                                            + " then it pauses")
                    @Min(0)
                    @Max(1000)
                    Integer maxErrors,
            @Schema(description = "rings after which it pauses") @Size(max = 100)
                    List<@NotNull @Size(min = 1, max = 64) String> pauseAfter,
            @Schema(
                            enumeration = {"automatic", "manual"},
                            description = "manual = it pauses after every ring")
                    @Pattern(regexp = "automatic|manual", message = "must be automatic or manual")
                    String promotion,
            @Schema(
                            description =
                                    "where probes show less of the change, the ring waits for a"
                                            + " promotion by name")
                    @Min(0)
                    @Max(100)
                    Integer minimumCoveragePercent) {
        private RolloutWish wish() {
            return new RolloutWish(
                    maxInFlight,
                    bakeSeconds,
                    successPercent,
                    maxErrors,
                    pauseAfter,
                    promotion == null
                            ? null
                            : Promotion.valueOf(promotion.toUpperCase(Locale.ROOT)),
                    minimumCoveragePercent);
        }
    }

    /**
     * @param nextBefore send it as {@code before} for the next page; null = this is the last
     */
    @Schema(name = "ChangeRequestPage")
    public record PageResponse(List<ChangeRequestResponse> items, Long nextBefore) {}

    private static final String KEY = ChangeAnswers.KEY;

    private final ChangeService service;
    private final ChangeAnswers answers;
    private final CurrentActor actor;

    ChangeRequestResource(ChangeService service, ChangeAnswers answers, CurrentActor actor) {
        this.service = service;
        this.answers = answers;
        this.actor = actor;
    }

    @GET
    @RolesAllowed({Role.READER, Role.AUTHOR, Role.APPROVER, Role.OPERATOR, Role.ADMIN})
    @Operation(operationId = "listChangeRequests", summary = "Newest first")
    public PageResponse list(
            @QueryParam("state") List<ChangeState> states,
            @QueryParam("before") @Min(1) Long before,
            @QueryParam("pageSize") @DefaultValue("50") @Min(1) @Max(1000) int pageSize) {
        List<ChangeRequest> found =
                service.before(before == null ? Long.MAX_VALUE : before, pageSize, states);
        Long next = found.size() < pageSize ? null : (Long) found.get(found.size() - 1).id();
        return new PageResponse(found.stream().map(this::response).toList(), next);
    }

    @GET
    @Path("/{id}")
    @RolesAllowed({Role.READER, Role.AUTHOR, Role.APPROVER, Role.OPERATOR, Role.ADMIN})
    @Operation(operationId = "getChangeRequest")
    @APIResponse(
            responseCode = "200",
            description = "with its ETag",
            content = @Content(schema = @Schema(implementation = ChangeRequestResponse.class)))
    public Response get(@PathParam("id") long id) {
        ChangeRequest change =
                service.find(id)
                        .orElseThrow(
                                () ->
                                        new DomainException(
                                                ErrorCode.NOT_FOUND,
                                                "there is no change request " + id));
        return Response.ok(response(change)).header(HttpHeaders.ETAG, etag(change)).build();
    }

    @POST
    @RolesAllowed(Role.AUTHOR)
    @Operation(
            operationId = "createChangeRequest",
            summary = "A draft of operations on a base revision")
    @APIResponse(
            responseCode = "201",
            description = "made",
            content = @Content(schema = @Schema(implementation = ChangeRequestResponse.class)))
    public Response create(@HeaderParam(KEY) String key, @NotNull @Valid CreateRequest request) {
        return once(
                key,
                "create",
                null,
                request,
                201,
                by ->
                        service.create(
                                by,
                                request.title(),
                                ChangeAnswers.text(request.description()),
                                request.baseRevision(),
                                OperationJson.read(request.operations())));
    }

    @PUT
    @Path("/{id}")
    @RolesAllowed(Role.AUTHOR)
    @Operation(operationId = "editChangeRequest", summary = "Replaces a draft's content")
    @APIResponse(
            responseCode = "200",
            description = "replaced",
            content = @Content(schema = @Schema(implementation = ChangeRequestResponse.class)))
    public Response edit(
            @PathParam("id") long id,
            @HeaderParam(HttpHeaders.IF_MATCH) String ifMatch,
            @NotNull @Valid EditRequest request) {
        ChangeRequest change =
                service.edit(
                        actor.get(),
                        id,
                        version(ifMatch),
                        request.title(),
                        ChangeAnswers.text(request.description()),
                        OperationJson.read(request.operations()));
        return Response.ok(response(change)).header(HttpHeaders.ETAG, etag(change)).build();
    }

    @POST
    @Path("/{id}:analyse")
    @RolesAllowed({Role.AUTHOR, Role.APPROVER, Role.OPERATOR})
    @Operation(operationId = "analyseChangeRequest", summary = "Computes the impact anew")
    @APIResponse(
            responseCode = "200",
            description = "analysed",
            content = @Content(schema = @Schema(implementation = ChangeRequestResponse.class)))
    public Response analyse(
            @PathParam("id") long id,
            @HeaderParam(KEY) String key,
            @HeaderParam(HttpHeaders.IF_MATCH) String ifMatch) {
        return once(
                key,
                "analyse/" + id,
                ifMatch,
                null,
                200,
                by -> service.analyse(by, id, version(ifMatch)));
    }

    @POST
    @Path("/{id}:submit")
    @RolesAllowed(Role.AUTHOR)
    @Operation(operationId = "submitChangeRequest", summary = "Puts a draft before the approvers")
    @APIResponse(
            responseCode = "200",
            description = "in review",
            content = @Content(schema = @Schema(implementation = ChangeRequestResponse.class)))
    public Response submit(
            @PathParam("id") long id,
            @HeaderParam(KEY) String key,
            @HeaderParam(HttpHeaders.IF_MATCH) String ifMatch) {
        return once(
                key,
                "submit/" + id,
                ifMatch,
                null,
                200,
                by -> service.submit(by, id, version(ifMatch)));
    }

    @POST
    @Path("/{id}:approve")
    @RolesAllowed(Role.APPROVER)
    @Operation(
            operationId = "approveChangeRequest",
            summary = "Approves exactly the content with this hash")
    @APIResponse(
            responseCode = "200",
            description = "approved",
            content = @Content(schema = @Schema(implementation = ChangeRequestResponse.class)))
    public Response approve(
            @PathParam("id") long id,
            @HeaderParam(KEY) String key,
            @HeaderParam(HttpHeaders.IF_MATCH) String ifMatch,
            @NotNull @Valid ApproveRequest request) {
        return once(
                key,
                "approve/" + id,
                ifMatch,
                request,
                200,
                by ->
                        service.approve(
                                by,
                                id,
                                version(ifMatch),
                                request.hash(),
                                ChangeAnswers.text(request.comment())));
    }

    @POST
    @Path("/{id}:reject")
    @RolesAllowed(Role.APPROVER)
    @Operation(operationId = "rejectChangeRequest")
    @APIResponse(
            responseCode = "200",
            description = "rejected",
            content = @Content(schema = @Schema(implementation = ChangeRequestResponse.class)))
    public Response reject(
            @PathParam("id") long id,
            @HeaderParam(KEY) String key,
            @HeaderParam(HttpHeaders.IF_MATCH) String ifMatch,
            @NotNull @Valid RejectRequest request) {
        return once(
                key,
                "reject/" + id,
                ifMatch,
                request,
                200,
                by -> service.reject(by, id, version(ifMatch), request.comment()));
    }

    @POST
    @Path("/{id}:cancel")
    @RolesAllowed({Role.AUTHOR, Role.OPERATOR})
    @Operation(operationId = "cancelChangeRequest")
    @APIResponse(
            responseCode = "200",
            description = "cancelled",
            content = @Content(schema = @Schema(implementation = ChangeRequestResponse.class)))
    public Response cancel(
            @PathParam("id") long id,
            @HeaderParam(KEY) String key,
            @HeaderParam(HttpHeaders.IF_MATCH) String ifMatch) {
        return once(
                key,
                "cancel/" + id,
                ifMatch,
                null,
                200,
                by -> service.cancel(by, id, version(ifMatch)));
    }

    @POST
    @Path("/{id}:apply")
    @RolesAllowed(Role.OPERATOR)
    @Operation(
            operationId = "applyChangeRequest",
            summary = "Makes it the next revision and starts its rollout")
    @APIResponse(
            responseCode = "200",
            description = "rolling out",
            content = @Content(schema = @Schema(implementation = ChangeRequestResponse.class)))
    public Response apply(
            @PathParam("id") long id,
            @HeaderParam(KEY) String key,
            @HeaderParam(HttpHeaders.IF_MATCH) String ifMatch,
            @RequestBody(required = false) @Valid ApplyRequest request) {
        return once(
                key,
                "apply/" + id,
                ifMatch,
                request,
                200,
                by -> service.apply(by, id, version(ifMatch), ApplyRequest.wish(request)));
    }

    private Response once(
            String key, String what, String ifMatch, Object request, int status, Action action) {
        return answers.once(key, what, ifMatch, request, status, action);
    }

    private ChangeRequestResponse response(ChangeRequest change) {
        return answers.response(change);
    }

    private static String etag(ChangeRequest change) {
        return ChangeAnswers.etag(change);
    }

    private static int version(String ifMatch) {
        if (ifMatch == null || ifMatch.isBlank()) {
            throw new DomainException(
                    ErrorCode.IF_MATCH_MISSING,
                    "send If-Match with the ETag of the change request as you read it");
        }
        try {
            return Integer.parseInt(ifMatch.replace("\"", "").strip());
        } catch (NumberFormatException e) {
            throw new DomainException(ErrorCode.STALE, "If-Match holds no ETag of ours");
        }
    }
}
