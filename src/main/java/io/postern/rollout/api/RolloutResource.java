package io.postern.rollout.api;

import io.postern.probe.Probe;
import io.postern.probe.ProbeService;
import io.postern.problem.DomainException;
import io.postern.problem.ErrorCode;
import io.postern.rollout.Ring;
import io.postern.rollout.RingState;
import io.postern.rollout.Rollout;
import io.postern.rollout.RolloutService;
import io.postern.rollout.RolloutState;
import io.postern.security.CurrentActor;
import io.postern.security.Role;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Rollouts: watch, pause, resume, abort, promote. */
@Produces(MediaType.APPLICATION_JSON)
@Path("/api/v1/rollouts")
@Tag(name = "rollouts")
public class RolloutResource {
    private static final int LIST_LIMIT = 100;

    /** One server of a ring; serial 0 = nothing published. */
    @Schema(name = "RolloutTarget")
    public record TargetResponse(String server, long serial, String digest, long rollbackSerial) {}

    /** One ring. */
    @Schema(name = "RolloutRing")
    public record RingResponse(
            String name, RingState state, List<TargetResponse> servers, Instant since) {}

    /** A rollout. */
    @Schema(name = "Rollout")
    public record RolloutResponse(
            long id,
            long changeRequestId,
            long revision,
            long previousRevision,
            RolloutState state,
            String reason,
            String proof,
            @Schema(
                            description =
                                    "the revision that the authority moved to by a rollback; 0 = none")
                    long authorityRevision,
            List<RingResponse> rings,
            List<String> skipped,
            Instant since) {}

    /** One probe with its transcript. */
    @Schema(name = "Probe")
    public record ProbeResponse(
            long id,
            String ring,
            String server,
            @Schema(
                            description =
                                    "address or load-balanced name; null = the server's first"
                                            + " address of the source's family")
                    String target,
            int port,
            String source,
            String account,
            String computer,
            @Schema(description = "who is asked; null = whoever stands at the source")
                    String vantage,
            @Schema(description = "probes of one region must end alike; empty = it stands alone")
                    String region,
            String expected,
            String observed,
            String verdict,
            String reason,
            String explanation,
            boolean simulatedSource,
            long revision,
            List<String> transcript,
            Instant requestedAt,
            Instant answeredAt) {}

    /**
     * @param ring the ring to promote, by name
     */
    @Schema(name = "PromoteRequest")
    public record PromoteRequest(@NotNull @Size(min = 1, max = 64) String ring) {}

    private final RolloutService service;
    private final ProbeService probes;
    private final CurrentActor actor;

    RolloutResource(RolloutService service, ProbeService probes, CurrentActor actor) {
        this.service = service;
        this.probes = probes;
        this.actor = actor;
    }

    @GET
    @RolesAllowed({Role.READER, Role.AUTHOR, Role.APPROVER, Role.OPERATOR, Role.ADMIN})
    @Operation(operationId = "listRollouts", summary = "The newest 100 rollouts")
    public List<RolloutResponse> list() {
        return service.before(Long.MAX_VALUE, LIST_LIMIT).stream()
                .map(RolloutResource::response)
                .toList();
    }

    @GET
    @Path("/{id}")
    @RolesAllowed({Role.READER, Role.AUTHOR, Role.APPROVER, Role.OPERATOR, Role.ADMIN})
    @Operation(operationId = "getRollout")
    public RolloutResponse get(@PathParam("id") long id) {
        return service.find(id).map(RolloutResource::response).orElseThrow(() -> notFound(id));
    }

    @GET
    @Path("/{id}/probes")
    @RolesAllowed({Role.READER, Role.AUTHOR, Role.APPROVER, Role.OPERATOR, Role.ADMIN})
    @Operation(
            operationId = "listRolloutProbes",
            summary = "The rollout's probes with their transcripts")
    public List<ProbeResponse> probes(@PathParam("id") long id) {
        service.find(id).orElseThrow(() -> notFound(id));
        return probes.ofRollout(id).stream().map(RolloutResource::response).toList();
    }

    @POST
    @Path("/{id}:pause")
    @RolesAllowed(Role.OPERATOR)
    @Operation(operationId = "pauseRollout")
    public RolloutResponse pause(@PathParam("id") long id) {
        return response(service.pause(actor.get(), id));
    }

    @POST
    @Path("/{id}:resume")
    @RolesAllowed(Role.OPERATOR)
    @Operation(operationId = "resumeRollout")
    public RolloutResponse resume(@PathParam("id") long id) {
        return response(service.resume(actor.get(), id));
    }

    @POST
    @Path("/{id}:abort")
    @RolesAllowed(Role.OPERATOR)
    @Operation(
            operationId = "abortRollout",
            summary = "Undoes the rollout on every server it touched")
    public RolloutResponse abort(@PathParam("id") long id) {
        return response(service.abort(actor.get(), id));
    }

    @POST
    @Path("/{id}:promote")
    @RolesAllowed(Role.OPERATOR)
    @Operation(
            operationId = "promoteRing",
            summary = "Confirms a ring for which no probe was possible")
    public RolloutResponse promote(
            @PathParam("id") long id, @NotNull @Valid PromoteRequest request) {
        return response(service.promote(actor.get(), id, request.ring()));
    }

    private static DomainException notFound(long id) {
        return new DomainException(ErrorCode.NOT_FOUND, "there is no rollout " + id);
    }

    private static RolloutResponse response(Rollout rollout) {
        return new RolloutResponse(
                rollout.id(),
                rollout.changeId(),
                rollout.revision(),
                rollout.previousRevision(),
                rollout.state(),
                rollout.reason(),
                rollout.proof(),
                rollout.authorityRevision(),
                rollout.rings().stream().map(RolloutResource::response).toList(),
                rollout.skipped(),
                rollout.since());
    }

    private static RingResponse response(Ring ring) {
        return new RingResponse(
                ring.name(),
                ring.state(),
                ring.targets().stream()
                        .map(
                                t ->
                                        new TargetResponse(
                                                t.server(),
                                                t.serial(),
                                                t.digest(),
                                                t.rollbackSerial()))
                        .toList(),
                ring.since());
    }

    private static ProbeResponse response(Probe probe) {
        return new ProbeResponse(
                probe.id(),
                probe.ring(),
                probe.server(),
                probe.target(),
                probe.port(),
                probe.source(),
                probe.account(),
                probe.computer(),
                probe.vantage(),
                probe.region(),
                probe.expected().word(),
                probe.observed(),
                probe.verdict() == null ? null : probe.verdict().name(),
                probe.reason(),
                probe.explanation(),
                probe.simulated(),
                probe.revision(),
                probe.transcript(),
                probe.requestedAt(),
                probe.answeredAt());
    }
}
