package io.postern.fleet.api;

import io.postern.fleet.EnrolmentService;
import io.postern.fleet.Publication;
import io.postern.fleet.ServerOverview;
import io.postern.fleet.ServerOverviews;
import io.postern.fleet.ServerReport;
import io.postern.security.CurrentActor;
import io.postern.security.Role;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Servers, agents and enrolment tokens, for people and automation. */
@Produces(MediaType.APPLICATION_JSON)
@Path("/api/v1")
@Tag(name = "fleet")
public class FleetResource {
    /**
     * @param validMinutes how long the token may be used, 60 unless stated
     */
    @Schema(name = "CreateEnrolmentTokenRequest")
    public record CreateEnrolmentTokenRequest(
            @Schema(
                            description =
                                    "names of servers, or server@gateway for an agent on a gateway"
                                            + " before one; empty = an agent that only probes")
                    @NotNull
                    @Size(max = 100)
                    List<@NotNull @Size(min = 1, max = 256) String> servers,
            @Min(1) @Max(10080) Integer validMinutes) {}

    /**
     * @param token shown this once
     */
    @Schema(name = "EnrolmentToken")
    public record EnrolmentTokenResponse(String token, List<String> servers, Instant expiresAt) {}

    /** A server and how it stands. */
    @Schema(name = "ServerStatus")
    public record ServerStatusResponse(
            String name,
            String ring,
            String mode,
            String agent,
            @Schema(description = "the agent's own word; null = it never reported") String state,
            long desiredSerial,
            long desiredRevision,
            long activeSerial,
            long activeRevision,
            String activeDigest,
            boolean inSync,
            String error,
            Instant confirmUntil,
            Instant reportedAt) {}

    private final EnrolmentService enrolment;
    private final ServerOverviews overviews;
    private final CurrentActor actor;

    FleetResource(EnrolmentService enrolment, ServerOverviews overviews, CurrentActor actor) {
        this.enrolment = enrolment;
        this.overviews = overviews;
        this.actor = actor;
    }

    @POST
    @Path("/enrolment-tokens")
    @RolesAllowed(Role.OPERATOR)
    @Operation(operationId = "createEnrolmentToken")
    @APIResponse(
            responseCode = "201",
            description = "made; it is shown this once",
            content = @Content(schema = @Schema(implementation = EnrolmentTokenResponse.class)))
    public Response createToken(@NotNull @Valid CreateEnrolmentTokenRequest request) {
        int minutes = request.validMinutes() == null ? 60 : request.validMinutes();
        EnrolmentService.NewToken token =
                enrolment.makeToken(actor.get(), request.servers(), Duration.ofMinutes(minutes));
        return Response.status(Response.Status.CREATED)
                .entity(
                        new EnrolmentTokenResponse(
                                token.token(), token.servers(), token.expiresAt()))
                .build();
    }

    @GET
    @Path("/servers")
    @RolesAllowed({Role.READER, Role.AUTHOR, Role.APPROVER, Role.OPERATOR, Role.ADMIN})
    @Operation(operationId = "listServers")
    public List<ServerStatusResponse> servers() {
        return overviews.all().stream().map(FleetResource::response).toList();
    }

    @GET
    @Path("/servers/{name}")
    @RolesAllowed({Role.READER, Role.AUTHOR, Role.APPROVER, Role.OPERATOR, Role.ADMIN})
    @Operation(operationId = "getServer")
    public ServerStatusResponse server(@PathParam("name") String name) {
        return response(overviews.named(name));
    }

    private static ServerStatusResponse response(ServerOverview overview) {
        ServerReport report = overview.report();
        Publication desired = overview.desired();
        return new ServerStatusResponse(
                overview.name(),
                overview.ring(),
                overview.mode(),
                overview.agent(),
                report == null ? null : report.state(),
                desired == null ? 0 : desired.serial(),
                desired == null ? 0 : desired.state().revision(),
                report == null ? 0 : report.activeSerial(),
                report == null ? 0 : report.activeRevision(),
                report == null ? null : report.activeDigest(),
                overview.inSync(),
                report == null ? null : report.error(),
                report == null ? null : report.confirmUntil(),
                report == null ? null : report.reportedAt());
    }
}
