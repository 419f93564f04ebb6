package io.postern.rollout.api;

import io.postern.probe.Coverage;
import io.postern.probe.Probe;
import io.postern.probe.ProbeService;
import io.postern.problem.DomainException;
import io.postern.problem.ErrorCode;
import io.postern.rollout.Ring;
import io.postern.rollout.RingState;
import io.postern.rollout.Rollout;
import io.postern.rollout.RolloutCause;
import io.postern.rollout.RolloutOptions;
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
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Rollouts: watch, pause, resume, abort, promote, skip, retry. */
@Produces(MediaType.APPLICATION_JSON)
@Path("/api/v1/rollouts")
@Tag(name = "rollouts")
public class RolloutResource {
    private static final int LIST_LIMIT = 100;

    /** One server of a ring; serial 0 = nothing published. */
    @Schema(name = "RolloutTarget")
    public record TargetResponse(
            String server,
            long serial,
            String digest,
            long rollbackSerial,
            Instant publishedAt,
            @Schema(description = "by whom and why it was skipped; null = it was not")
                    String skipReason) {}

    /** How much of the change the probes show. */
    @Schema(name = "RingCoverage")
    public record CoverageResponse(
            int percent,
            int regions,
            int coveredRegions,
            int equivalentRegions,
            @Schema(description = "decimal, since it may be huge") String addresses,
            String coveredAddresses,
            String equivalentAddresses,
            List<String> uncovered) {
        static CoverageResponse of(Coverage coverage) {
            return coverage == null
                    ? null
                    : new CoverageResponse(
                            coverage.percent(),
                            coverage.regions(),
                            coverage.coveredRegions(),
                            coverage.equivalentRegions(),
                            coverage.addresses().toString(),
                            coverage.coveredAddresses().toString(),
                            coverage.equivalentAddresses().toString(),
                            coverage.uncovered());
        }
    }

    /** One ring. */
    @Schema(name = "RolloutRing")
    public record RingResponse(
            String name,
            RingState state,
            List<TargetResponse> servers,
            Instant since,
            @Schema(description = "how often its probes were asked") int attempts,
            Instant confirmedAt,
            @Schema(description = "null = its probes are not planned yet")
                    CoverageResponse coverage) {}

    /** How carefully a rollout goes. */
    @Schema(name = "RolloutOptions")
    public record OptionsResponse(
            @Schema(description = "null = all servers of a ring") Integer maxInFlight,
            int bakeSeconds,
            int successPercent,
            int maxErrors,
            List<String> pauseAfter,
            @Schema(enumeration = {"automatic", "manual"}) String promotion,
            int minimumCoveragePercent) {
        static OptionsResponse of(RolloutOptions options) {
            return new OptionsResponse(
                    options.maxInFlight() == 0 ? null : options.maxInFlight(),
                    options.bakeSeconds(),
                    options.successPercent(),
                    options.maxErrors(),
                    options.pauseAfter(),
                    options.promotion().name().toLowerCase(Locale.ROOT),
                    options.minimumCoveragePercent());
        }
    }

    /** A rollout. */
    @Schema(name = "Rollout")
    public record RolloutResponse(
            long id,
            long changeRequestId,
            long revision,
            long previousRevision,
            RolloutState state,
            @Schema(description = "why, for programs; null = nothing wrong") RolloutCause cause,
            String reason,
            String proof,
            @Schema(
                            description =
                                    "the revision that the authority moved to by a rollback; 0 = none")
                    long authorityRevision,
            List<RingResponse> rings,
            List<String> skipped,
            @Schema(description = "servers that have not reported that they are back as they were")
                    List<String> outstanding,
            OptionsResponse options,
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

    /**
     * @param server its name, or that of one of its posts
     * @param reason why it is left out
     */
    @Schema(name = "SkipRequest")
    public record SkipRequest(
            @NotNull @Size(min = 1, max = 256) String server,
            @NotNull @Size(min = 1, max = 500) String reason) {}

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
            summary = "Confirms a ring that its probes alone do not prove")
    public RolloutResponse promote(
            @PathParam("id") long id, @NotNull @Valid PromoteRequest request) {
        return response(service.promote(actor.get(), id, request.ring()));
    }

    @POST
    @Path("/{id}:skip")
    @RolesAllowed(Role.OPERATOR)
    @Operation(
            operationId = "skipServer",
            summary = "Leaves a server out that is not proven yet, and puts it back")
    public RolloutResponse skip(@PathParam("id") long id, @NotNull @Valid SkipRequest request) {
        return response(service.skip(actor.get(), id, request.server(), request.reason()));
    }

    @POST
    @Path("/{id}:retry")
    @RolesAllowed(Role.OPERATOR)
    @Operation(
            operationId = "retryRollout",
            summary = "Publishes anew to servers in error, or asks the probes anew")
    public RolloutResponse retry(@PathParam("id") long id) {
        return response(service.retry(actor.get(), id));
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
                rollout.cause(),
                rollout.reason(),
                rollout.proof(),
                rollout.authorityRevision(),
                rollout.rings().stream().map(RolloutResource::response).toList(),
                rollout.skipped(),
                rollout.outstanding(),
                OptionsResponse.of(rollout.options()),
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
                                                t.rollbackSerial(),
                                                t.publishedAt(),
                                                t.skipReason()))
                        .toList(),
                ring.since(),
                ring.attempts(),
                ring.confirmedAt(),
                CoverageResponse.of(ring.coverage()));
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
