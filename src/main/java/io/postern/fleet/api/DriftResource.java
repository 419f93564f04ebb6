package io.postern.fleet.api;

import io.postern.enforcement.server.DriftFinding.About;
import io.postern.fleet.DriftService;
import io.postern.fleet.ServerDrift;
import io.postern.fleet.ServerOverviews;
import io.postern.security.CurrentActor;
import io.postern.security.Role;
import jakarta.annotation.security.RolesAllowed;
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

/** What servers hold otherwise than they should. */
@Produces(MediaType.APPLICATION_JSON)
@Path("/api/v1")
@Tag(name = "fleet")
public class DriftResource {
    /** One difference. */
    @Schema(name = "DriftFinding")
    public record DriftFindingResponse(
            @Schema(description = "MISSING, CHANGED, FOREIGN or EFFECTIVE") String kind,
            @Schema(description = "null = it is about something else") String connector,
            @Schema(description = "name of the entry; null = it is about something else")
                    String acceptedDomain,
            @Schema(
                            description =
                                    "name of a rule, set or profile of the Windows firewall; null ="
                                            + " it is about something else")
                    String firewallRule,
            @Schema(
                            description =
                                    "an account of the pickup folder or a value of the object model"
                                            + " guard, with the kind before it; null = it is about"
                                            + " something else")
                    String other,
            @Schema(description = "for people: what differs") String detail,
            @Schema(description = "for people: what would remove it") String remedy) {}

    /** The differences of one server. */
    @Schema(name = "ServerDrift")
    public record ServerDriftResponse(
            String server,
            @Schema(description = "when its agent read it back; null = never") Instant readAt,
            @Schema(description = "why nothing was compared; null = it was") String unjudged,
            @Schema(description = "whether publishing the same again mends some of it")
                    boolean canBeReverted,
            List<DriftFindingResponse> findings,
            @Schema(
                            description =
                                    "sentences for people about what cannot be told from what was"
                                            + " read; empty = everything is known")
                    List<String> unknowns) {}

    private final DriftService drifts;
    private final ServerOverviews overviews;
    private final CurrentActor actor;

    DriftResource(DriftService drifts, ServerOverviews overviews, CurrentActor actor) {
        this.drifts = drifts;
        this.overviews = overviews;
        this.actor = actor;
    }

    @GET
    @Path("/drift")
    @RolesAllowed({Role.READER, Role.AUTHOR, Role.APPROVER, Role.OPERATOR, Role.ADMIN})
    @Operation(
            operationId = "listDrift",
            summary = "How each server differs from its desired state")
    public List<ServerDriftResponse> all() {
        return drifts.all().stream().map(DriftResource::response).toList();
    }

    @GET
    @Path("/servers/{name}/drift")
    @RolesAllowed({Role.READER, Role.AUTHOR, Role.APPROVER, Role.OPERATOR, Role.ADMIN})
    @Operation(operationId = "getServerDrift")
    public ServerDriftResponse one(@PathParam("name") String name) {
        return response(drifts.of(overviews.named(name).name()));
    }

    @POST
    @Path("/servers/{name}:revertDrift")
    @RolesAllowed(Role.OPERATOR)
    @Operation(
            operationId = "revertDrift",
            summary = "Publishes the server's desired state again; the answer is what it mends")
    public ServerDriftResponse revert(@PathParam("name") String name) {
        return response(drifts.revert(actor.get(), overviews.named(name).name()));
    }

    private static ServerDriftResponse response(ServerDrift drift) {
        return new ServerDriftResponse(
                drift.server(),
                drift.readAt(),
                drift.unjudged(),
                drift.canBeReverted(),
                drift.findings().stream()
                        .map(
                                one ->
                                        new DriftFindingResponse(
                                                one.kind(),
                                                one.subjectIf(About.CONNECTOR),
                                                one.subjectIf(About.ACCEPTED_DOMAIN),
                                                one.subjectIf(About.FIREWALL_RULE),
                                                one.subjectIf(About.OTHER),
                                                one.detail(),
                                                one.remedy()))
                        .toList(),
                drift.unknowns());
    }
}
