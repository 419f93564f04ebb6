package io.postern.fleet.api;

import io.postern.fleet.LikelyCause;
import io.postern.fleet.ServerValidation;
import io.postern.fleet.ValidationFinding;
import io.postern.fleet.ValidationService;
import io.postern.probe.Probe;
import io.postern.probe.ProbeService;
import io.postern.security.CurrentActor;
import io.postern.security.Role;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** What continuous validation found, and how far it is. */
@Produces(MediaType.APPLICATION_JSON)
@Path("/api/v1")
@Tag(name = "validation")
public class ValidationResource {
    /** An expectation that is not met, or of which it cannot be told. */
    @Schema(name = "ValidationFinding")
    public record ValidationFindingResponse(
            long id,
            String server,
            int port,
            String source,
            @Schema(description = "null = none proven") String account,
            @Schema(description = "null = none proven") String computer,
            String expected,
            @Schema(description = "null = nobody answered") String observed,
            @Schema(description = "whose policy expects it: the one the server holds")
                    long revision,
            ValidationFinding.Kind kind,
            ValidationFinding.State state,
            ValidationFinding.Severity severity,
            LikelyCause likelyCause,
            @Schema(description = "for people: what makes the cause likely") String causeWhy,
            @Schema(description = "for people: what the last probe said") String explanation,
            @Schema(description = "null = it is not kept") Long probeId,
            @Schema(
                            description =
                                    "the change request whose proven rollout last touched the"
                                            + " expectation; null = so since adoption, or not known")
                    Long changeRequestId,
            @Schema(description = "its revision; null likewise") Long changeRevision,
            Instant since,
            Instant lastSeen,
            @Schema(description = "how many probes failed since it was opened") int seen,
            Instant closedAt,
            String closedReason,
            String acknowledgedBy,
            Instant acknowledgedAt,
            @Schema(description = "of the last probe; empty in lists") List<String> transcript) {}

    /**
     * @param next the cursor of the next page; null = this is the last
     */
    @Schema(name = "ValidationFindings")
    public record ValidationFindingsResponse(List<ValidationFindingResponse> findings, Long next) {}

    /** How the validation of one server stands. */
    @Schema(name = "ServerValidation")
    public record ServerValidationResponse(
            String server,
            @Schema(description = "whose policy was asked last; 0 = none yet") long revision,
            @Schema(description = "how many expectations its vantages can show") int expectations,
            @Schema(description = "turns of a round: after so many each was asked once")
                    int turnsPerRound,
            @Schema(description = "how many turns were asked, of all rounds") long turns,
            Instant lastAt,
            Instant nextAt,
            @Schema(description = "why nothing is asked; null = it is") String note) {}

    private final ValidationService service;
    private final ProbeService probes;
    private final CurrentActor actor;

    ValidationResource(ValidationService service, ProbeService probes, CurrentActor actor) {
        this.service = service;
        this.probes = probes;
        this.actor = actor;
    }

    @GET
    @Path("/validation-findings")
    @RolesAllowed({Role.READER, Role.AUTHOR, Role.APPROVER, Role.OPERATOR, Role.ADMIN})
    @Operation(
            operationId = "listValidationFindings",
            summary = "Expectations that are not met any more, newest first")
    public ValidationFindingsResponse findings(
            @QueryParam("state") @Size(max = 3) Set<ValidationFinding.State> states,
            @QueryParam("server") @Size(max = 256) String server,
            @QueryParam("before") @DefaultValue("0") @PositiveOrZero long before,
            @QueryParam("limit") @DefaultValue("50") @Min(1) @Max(200) int limit) {
        List<ValidationFinding> page =
                service.before(
                        before == 0 ? Long.MAX_VALUE : before,
                        limit,
                        states == null ? Set.of() : states,
                        server);
        Long next = page.size() < limit ? null : page.get(page.size() - 1).id();
        return new ValidationFindingsResponse(
                page.stream().map(one -> response(one, List.of())).toList(), next);
    }

    @GET
    @Path("/validation-findings/{id}")
    @RolesAllowed({Role.READER, Role.AUTHOR, Role.APPROVER, Role.OPERATOR, Role.ADMIN})
    @Operation(
            operationId = "getValidationFinding",
            summary = "One finding with the transcript of its last probe")
    public ValidationFindingResponse finding(@PathParam("id") long id) {
        return whole(service.finding(id));
    }

    @POST
    @Path("/validation-findings/{id}:acknowledge")
    @RolesAllowed(Role.OPERATOR)
    @Operation(
            operationId = "acknowledgeValidationFinding",
            summary = "Notes that somebody knows of it; it stays open")
    public ValidationFindingResponse acknowledge(@PathParam("id") long id) {
        return whole(service.acknowledge(actor.get(), id));
    }

    @GET
    @Path("/validation")
    @RolesAllowed({Role.READER, Role.AUTHOR, Role.APPROVER, Role.OPERATOR, Role.ADMIN})
    @Operation(
            operationId = "listServerValidations",
            summary = "How far the validation of each enforced server is")
    public List<ServerValidationResponse> servers() {
        return service.servers().stream().map(ValidationResource::response).toList();
    }

    private ValidationFindingResponse whole(ValidationFinding finding) {
        List<String> transcript =
                finding.probeId() == null
                        ? List.of()
                        : probes.find(finding.probeId()).map(Probe::transcript).orElse(List.of());
        return response(finding, transcript);
    }

    private static ServerValidationResponse response(ServerValidation state) {
        return new ServerValidationResponse(
                state.server(),
                state.revision(),
                state.expectations(),
                state.turns(),
                state.turn(),
                state.lastAt(),
                state.nextAt(),
                state.note());
    }

    private static ValidationFindingResponse response(
            ValidationFinding finding, List<String> transcript) {
        return new ValidationFindingResponse(
                finding.id(),
                finding.expectation().server(),
                finding.expectation().port(),
                finding.expectation().source(),
                finding.expectation().account(),
                finding.expectation().computer(),
                finding.expected().word(),
                finding.observed(),
                finding.revision(),
                finding.kind(),
                finding.state(),
                finding.severity(),
                finding.cause(),
                finding.causeWhy(),
                finding.explanation(),
                finding.probeId(),
                finding.changeId(),
                finding.changeRevision(),
                finding.since(),
                finding.lastSeen(),
                finding.seen(),
                finding.closedAt(),
                finding.closedReason(),
                finding.acknowledgedBy(),
                finding.acknowledgedAt(),
                transcript);
    }
}
