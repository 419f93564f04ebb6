package io.postern.fleet.api;

import io.postern.fleet.AgentServers;
import io.postern.fleet.VantageOffer;
import io.postern.fleet.VantageService;
import io.postern.fleet.api.AgentProbeResource.ContextJson;
import io.postern.fleet.api.AgentProbeResource.ProbeTaskResponse;
import io.postern.probe.ProbeResult;
import io.postern.problem.DomainException;
import io.postern.problem.ErrorCode;
import io.postern.security.CurrentActor;
import io.postern.security.Role;
import io.postern.smtp.ProbeOutcome;
import io.postern.smtp.ProbeSettings;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Who can probe from where, and probes that automation outside makes and posts. */
@Produces(MediaType.APPLICATION_JSON)
@Path("/api/v1")
@Tag(name = "vantages")
public class VantageResource {
    /** Registers automation that probes by itself. */
    @Schema(name = "RegisterVantageRequest")
    public record RegisterVantageRequest(
            @Schema(
                            description =
                                    "letters, digits, '.', '_', '-'; it is external:NAME from then on")
                    @NotNull
                    @Size(min = 1, max = 64)
                    String name,
            @Schema(description = "whose results are taken; absent = whoever registers it")
                    @Size(min = 1, max = 64)
                    String account,
            @NotNull @Size(max = VantageOffer.MAX_ADDRESSES)
                    List<@NotNull @Size(max = 64) String> addresses,
            @Size(max = VantageOffer.MAX_CONTEXTS) List<@NotNull @Valid ContextJson> contexts) {}

    /** One that can probe, or could. */
    @Schema(name = "StandingVantage")
    public record StandingVantageResponse(
            @Schema(description = "agent:NAME, external:NAME or service") String name,
            @Schema(description = "whose results are taken for an external one") String account,
            List<String> addresses,
            List<ContextJson> contexts,
            @Schema(description = "null = the service itself") Instant lastHeard,
            @Schema(description = "whether it is asked: enabled, and heard in the last two minutes")
                    boolean counts,
            @Schema(description = "those of its addresses that another vantage claims too")
                    List<String> claimedTwice) {}

    /** What automation saw of one probe. @param transcript lines {@code millis direction text} */
    @Schema(name = "PostedProbeResult")
    public record PostedProbeResult(
            @NotNull @Positive Long probeId,
            @NotNull ProbeOutcome.Kind kind,
            @Schema(description = "where it ended: connect, banner, ehlo, mail, rcpt-own, ...")
                    @NotNull
                    @Size(max = 32)
                    String stage,
            @Min(200) @Max(599) Integer replyCode,
            @Schema(description = "the text after the code of each line of the reply")
                    @Size(max = 100)
                    List<@NotNull @Size(max = 2048) String> replyLines,
            @Size(max = ProbeResult.MAX_TRANSCRIPT_LINES)
                    List<@NotNull @Size(max = 2200) String> transcript) {
        private VantageService.Posted posted(String pointer) {
            return new VantageService.Posted(
                    probeId,
                    SentResult.outcome(pointer, kind, stage, replyCode, replyLines),
                    transcript == null ? List.of() : transcript);
        }
    }

    /** What automation saw. */
    @Schema(name = "PostedProbeResults")
    public record PostedProbeResults(
            @NotNull @Size(min = 1, max = VantageService.MAX_RESULTS)
                    List<@NotNull @Valid PostedProbeResult> results) {}

    /**
     * @param accepted how many results are there now as they were sent
     */
    @Schema(name = "PostedProbeReceipt")
    public record PostedProbeReceipt(int accepted) {}

    private final VantageService vantages;
    private final AgentServers servers;
    private final CurrentActor actor;

    VantageResource(VantageService vantages, AgentServers servers, CurrentActor actor) {
        this.vantages = vantages;
        this.servers = servers;
        this.actor = actor;
    }

    @GET
    @Path("/vantages")
    @RolesAllowed({Role.READER, Role.AUTHOR, Role.APPROVER, Role.OPERATOR, Role.ADMIN})
    @Operation(operationId = "listVantages", summary = "Everybody who can probe, or could")
    public List<StandingVantageResponse> list() {
        return vantages.all().stream().map(VantageResource::response).toList();
    }

    @POST
    @Path("/vantages")
    @RolesAllowed(Role.OPERATOR)
    @Operation(
            operationId = "registerVantage",
            summary = "Registers automation that probes by itself and posts what it saw")
    @APIResponse(
            responseCode = "201",
            description = "registered",
            content = @Content(schema = @Schema(implementation = StandingVantageResponse.class)))
    public Response register(@NotNull @Valid RegisterVantageRequest request) {
        VantageOffer offer =
                vantages.offer(request.addresses(), ContextJson.contexts(request.contexts()));
        return Response.status(Response.Status.CREATED)
                .entity(
                        response(
                                vantages.register(
                                        actor.get(), request.name(), request.account(), offer)))
                .build();
    }

    @DELETE
    @Path("/vantages/{name}")
    @RolesAllowed(Role.OPERATOR)
    @Operation(operationId = "removeVantage", summary = "Takes nothing of it any more")
    @APIResponse(responseCode = "204", description = "removed")
    public void remove(@PathParam("name") String name) {
        vantages.remove(actor.get(), name);
    }

    @GET
    @Path("/probes")
    @RolesAllowed({Role.READER, Role.AUTHOR, Role.APPROVER, Role.OPERATOR, Role.ADMIN})
    @Operation(
            operationId = "listExternalProbes",
            summary = "Probes that wait for an external vantage of yours, at most 200")
    public List<ProbeTaskResponse> open(
            @QueryParam("vantage") @NotNull @Size(min = 1, max = 96) String vantage,
            @QueryParam("state") @DefaultValue("OPEN") @Size(max = 16) String state) {
        if (!state.equals("OPEN")) {
            String message = "only OPEN probes are listed here";
            throw new DomainException(
                    ErrorCode.INVALID_FIELD,
                    message,
                    List.of(new DomainException.Fault("/state", message)));
        }
        ProbeSettings settings = servers.settings();
        return vantages.open(actor.get(), vantage, VantageService.MAX_RESULTS).stream()
                .flatMap(
                        probe ->
                                servers.target(probe).stream()
                                        .map(
                                                target ->
                                                        ProbeTaskResponse.of(
                                                                probe, target, settings, servers)))
                .toList();
    }

    @POST
    @Path("/probe-results")
    @RolesAllowed({Role.READER, Role.AUTHOR, Role.APPROVER, Role.OPERATOR, Role.ADMIN})
    @Operation(
            operationId = "postExternalProbeResults",
            summary = "Takes all results in or none; the same once more changes nothing")
    public PostedProbeReceipt answer(@NotNull @Valid PostedProbeResults request) {
        List<VantageService.Posted> posted = new ArrayList<>();
        for (int i = 0; i < request.results().size(); i++) {
            posted.add(request.results().get(i).posted("/results/" + i));
        }
        return new PostedProbeReceipt(vantages.answer(actor.get(), posted));
    }

    private static StandingVantageResponse response(VantageService.Standing standing) {
        return new StandingVantageResponse(
                standing.name(),
                standing.account(),
                standing.addresses(),
                standing.contexts().stream().map(ContextJson::of).toList(),
                standing.lastHeard(),
                standing.counts(),
                standing.claimedTwice());
    }
}
